"""`digitjs convert` at the command line."""

import io
from pathlib import Path

import numpy as np
import pytest

from conftest import Run
from keras_files import saved


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return saved("keras-3.8.0", "gates", "keras", tmp_path_factory.mktemp("keras")).path


def test_it_writes_a_model_and_says_how_near_it_is(run: Run, path: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "own.npy", np.ones((2, 6, 6, 4)))
    done = run("convert", path, "-o", "web", "--quantize", "uint16", "--inputs", "own.npy")
    assert done.exit_code == 0, done.output
    assert "on random inputs" in done.output
    assert "on those given; with weights in uint16" in done.output
    assert (tmp_path / "web" / "model.json").exists()


def test_explain_lists_what_becomes_of_each_layer(run: Run, path: Path, tmp_path: Path) -> None:
    done = run("convert", path, "--explain")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert len(lines) == 8
    assert any("SpatialDropout2D" in line and "dropped" in line for line in lines)
    assert any("GlobalAveragePooling2D" in line and "Reshape" in line for line in lines)
    assert list(tmp_path.iterdir()) == []


def test_explain_lists_what_is_refused(run: Run, path: Path) -> None:
    done = run("convert", path.with_name("grouped.keras"), "--explain")
    assert done.exit_code == 0, done.output
    assert "refused" in next(line for line in done.output.splitlines() if line.startswith("in_groups"))


def test_nothing_to_do_is_a_usage_error(run: Run, path: Path) -> None:
    done = run("convert", path)
    assert done.exit_code == 2
    assert "--output" in done.output


def claiming(shape: tuple[int, ...]) -> bytes:
    """A .npy file that has fewer values than it says."""
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": shape})
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x", "save one array with numpy.save"),
        (b"PK\x03\x04", "save one array with numpy.save"),
        (claiming((10**12,)), "save one array with numpy.save"),
        (claiming((2**40, 2**40)), "save one array with numpy.save"),
        (None, "No such file"),
    ],
)
def test_inputs_that_cannot_be_read_are_one_sentence(
    run: Run, path: Path, tmp_path: Path, content: bytes | None, said: str
) -> None:
    if content is not None:
        (tmp_path / "own.npy").write_bytes(content)
    done = run("convert", path, "-o", "web", "--inputs", "own.npy")
    assert done.exit_code == 1
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_folder_with_something_in_it_is_refused(run: Run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "mine.txt").touch()
    done = run("convert", path, "-o", "web")
    assert done.exit_code == 1
    assert "web is not empty" in done.output
