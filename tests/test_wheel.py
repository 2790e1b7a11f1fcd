"""What `python -m build` makes, and `pip install .` installs, is a digitjs that needs no checkout."""

import os
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the source distribution, and of the wheel that is built from it, as a release has them."""
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([sys.executable, "-m", "build", "--outdir", str(folder), str(ROOT)], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def wheel(packages: Path) -> Path:
    """The wheel."""
    return next(packages.glob("*.whl"))


def test_the_source_distribution_carries_what_is_about_it(packages: Path) -> None:
    with tarfile.open(next(packages.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml", "assets/build.mjs"} <= names
    assert not [name for name in names if "node_modules" in name or name.startswith(("tests", "assets/pictures"))]


def test_the_wheel_carries_templates_assets_and_data(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "digitjs/data/font_glyphs.npz",
        "digitjs/data/mnist.npz",
        "digitjs/export/packed/compact/card.json",
        "digitjs/data/README.md",
        "digitjs/site_templates/data.html",
        "digitjs/site_templates/index.html",
        "digitjs/LICENSE",
        "digitjs/CONFIGURATION.md",
        "digitjs/site/DEPLOY.md",
        "digitjs/begin/gitignore",
        "digitjs/begin/pages.yml",
        "digitjs/begin/theme.md",
        "digitjs/assets/licences/Apache-2.0.txt",
        "digitjs/assets/package-lock.json",
        "digitjs/assets/.npmrc",
        "digitjs/assets/build.mjs",
        "digitjs/assets/rasterize.mjs",
        "digitjs/assets/signs.mjs",
        "digitjs/assets/js/main.js",
        "digitjs/assets/scss/site.scss",
    } <= names
    assert not [name for name in names if "node_modules" in name or name.startswith(("assets", "site_templates"))]


def test_the_wheel_builds_a_site_in_an_empty_folder(
    wheel: Path, tmp_path: Path, tiny_cache: Path, tiny_data: Path
) -> None:
    place, work = tmp_path / "venv", tmp_path / "work"
    venv.create(place, with_pip=False)
    work.mkdir()
    # The dependencies are those of this environment (3.4 GB need not be installed twice); digitjs is the wheel's alone.
    site_packages = next(place.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
    others = next(path for path in sys.path if path.endswith("site-packages"))
    (site_packages / "others.pth").write_text(others + "\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["DIGITJS_CACHE"] = str(tiny_cache)
    command = [str(place / "bin" / "python"), "-m", "digitjs"]
    begun = subprocess.run(
        [*command, "new", "--github"], cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    assert begun.returncode == 0, begun.stderr
    built = subprocess.run(
        [*command, "build", "--data", str(tiny_data)], cwd=work, env=environment, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    where = subprocess.run(
        [*command[:1], "-c", "import digitjs; print(digitjs.__file__)"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(place))
    assert (work / "dist" / "index.html").exists()
    assert "MIT License" in (work / "dist" / "licences.txt").read_text("utf-8")
