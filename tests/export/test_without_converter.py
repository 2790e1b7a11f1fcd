"""Without the official converter and what only it needs, the same training gives the same files."""

import os
import subprocess
import sys
import venv
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

import msgspec
import pytest
from packaging.requirements import Requirement

from conftest import ROOT, succeed

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


TRAIN = ("train", "mlp", "--recipe", "tutorial", "--data")  # without augmentation, which takes longer to compile


@pytest.fixture(scope="module")
def lean_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python environment of its own with what digitjs needs on a platform that has no converter.

    Only these distributions are linked into it, from the environment of the tests: the others are really not there, as
    modules and as metadata. That takes a second, where installing TensorFlow once more takes minutes and gigabytes.
    """
    folder = tmp_path_factory.mktemp("lean") / "venv"
    venv.create(folder, symlinks=os.name == "posix")
    (packages,) = folder.glob("lib/python*/site-packages")
    project = msgspec.toml.decode((ROOT / "pyproject.toml").read_bytes())["project"]
    for path in {path for name in needed(project["dependencies"], extras=()) for path in top_level(name)}:
        (packages / path.name).symlink_to(path)
    (packages / "digitjs.pth").write_text(f"{ROOT}\n")
    return folder / "bin" / "python"


def needed(
    requirements: Iterable[str], *, extras: Iterable[str], known: frozenset[str] = frozenset()
) -> frozenset[str]:
    """What is known already, and the distributions that are required here; the converter is not."""
    for required in map(Requirement, requirements):
        marker = required.marker
        applies = marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras))
        if applies and required.name not in (*CONVERTER, *known):
            own = metadata.requires(required.name) or ()
            known = needed(own, extras=required.extras, known=known | {required.name})
    return known


def top_level(name: str) -> Iterator[Path]:
    """The files and folders of a distribution in its site-packages."""
    distribution = metadata.distribution(name)
    base = Path(str(distribution.locate_file("")))
    for part in {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}:
        yield base / part


@pytest.fixture(scope="module")
def expected(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a network that this process trains, with whatever is installed."""
    cache = tmp_path_factory.mktemp("here")
    succeed(*TRAIN, tiny_data, cache=cache)
    return exported(cache)


def trained(command: list[str], data: Path, cache: Path) -> dict[str, bytes]:
    """The files of the same network, trained by a process of its own."""
    environment = {**os.environ, "DIGITJS_CACHE": str(cache)}
    environment.pop("PYTHONPATH", None)
    command = [*command, *TRAIN, str(data)]
    done = subprocess.run(command, cwd=data.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return exported(cache)


def exported(cache: Path) -> dict[str, bytes]:
    (card,) = cache.glob("models/*/card.json")
    folder = card.parent
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert {"model.json", "page/model.json", "model.js", "card.json"} < set(found)
    return found


def test_a_build_that_cannot_import_the_converter_gives_the_same_bytes(
    expected: dict[str, bytes], tiny_data: Path, tmp_path: Path
) -> None:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{BLOCKED}"
    assert trained([sys.executable, "-c", code], tiny_data, tmp_path / "blocked") == expected


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows, where there is no converter anyway")
def test_an_environment_that_lacks_the_converter_gives_the_same_bytes(
    lean_python: Path, expected: dict[str, bytes], tiny_data: Path, tmp_path: Path
) -> None:
    done = subprocess.run([lean_python, "-c", MISSING], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    assert trained([str(lean_python), "-m", "digitjs"], tiny_data, tmp_path / "lean") == expected
