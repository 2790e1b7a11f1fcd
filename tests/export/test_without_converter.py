"""Without the official converter and what only it needs, the same training gives the same files."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from conftest import ROOT, Site, cached

CONVERTER = ("tensorflowjs", "tensorflow-decision-forests", "ydf", "jax")
MODULES = ("tensorflowjs", "tensorflow_decision_forests", "ydf", "jax", "jaxlib", "flax", "tensorflow_hub")
BLOCKED = f"""
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name in {MODULES}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Blocked())
from digitjs.__main__ import main
main()
"""
MISSING = f"""
import importlib.util
print([name for name in {MODULES} if importlib.util.find_spec(name)])
"""


@pytest.fixture(scope="module")
def lean_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python environment of its own with what digitjs needs on a platform that has no converter.

    Only these distributions are linked into it, from the environment of the tests: the others are really not there, as
    modules and as metadata. That takes a second, where installing TensorFlow once more takes minutes and gigabytes.
    """
    folder = tmp_path_factory.mktemp("lean") / "venv"
    venv.create(folder, symlinks=os.name == "posix")
    (packages,) = folder.glob("lib/python*/site-packages")
    for name in {part for one in needed("digitjs", known=set()) for part in top_level(one)}:
        (packages / name.name).symlink_to(name)
    (packages / "digitjs.pth").write_text(f"{ROOT}\n")
    return folder / "bin" / "python"


def needed(name: str, *, known: set[str]) -> set[str]:
    """Add a distribution and all that it requires here, but not the converter, to what is known; gives that."""
    wanted = Requirement(name)
    known.add(wanted.name)
    for required in map(Requirement, metadata.requires(wanted.name) or ()):
        marker, extras = required.marker, {"", *wanted.extras}
        applies = marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)
        if applies and required.name not in (*CONVERTER, *known):
            needed(str(required), known=known)
    return known


def top_level(name: str) -> Iterator[Path]:
    """The files and folders of a distribution in its site-packages."""
    distribution = metadata.distribution(name)
    base = Path(str(distribution.locate_file("")))
    for part in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        yield base / part


def train(command: list[str], data: Path, cache: Path) -> None:
    """`digitjs train mlp` in a process of its own."""
    environment = {**os.environ, "DIGITJS_CACHE": str(cache), "PYTHONPATH": ""}
    command = [*command, "train", "mlp", "--data", str(data)]
    done = subprocess.run(command, cwd=cache, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def require_same(cache: Path, tiny_cache: Path, tiny_data: Path) -> None:
    ours, expected = (files(cached(one, tiny_data, "mlp")[1]) for one in (cache, tiny_cache))
    assert {"model.json", "page/model.json", "model.js", "card.json"} < set(expected)
    assert ours == expected


def test_a_build_without_the_converter_gives_the_same_bytes(
    tiny_site: Site, tiny_cache: Path, tiny_data: Path, tmp_path: Path
) -> None:
    train([sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{BLOCKED}"], tiny_data, tmp_path)
    require_same(tmp_path, tiny_cache, tiny_data)


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows, where there is no converter anyway")
def test_an_environment_that_lacks_the_converter_gives_the_same_bytes(
    lean_python: Path, tiny_site: Site, tiny_cache: Path, tiny_data: Path, tmp_path: Path
) -> None:
    done = subprocess.run([lean_python, "-c", MISSING], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    train([str(lean_python), "-m", "digitjs"], tiny_data, tmp_path)
    require_same(tmp_path, tiny_cache, tiny_data)
