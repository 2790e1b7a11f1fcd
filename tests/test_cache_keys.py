"""What trainings and exports are cached under: the values, the data, the code and the libraries that made them."""

import ast
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from digitjs import cache_keys
from digitjs.cache_keys import export_key, training_key
from digitjs.data import font_glyphs
from digitjs.filesystem.paths import PACKAGE
from digitjs.networks.builtin import CNN, MLP
from digitjs.networks.layers import Layer

# By trainings, without a say in their weights: networks are hashed as values.
USED_ELSEWHERE = (
    "appearance",
    "cache_keys",
    "errors",
    "filesystem",
    "key",
    "model_card",
    "networks/builtin",
    "networks/layers",
    "networks/network",
    "networks/processor",
    "node",
    "policy",
    "templates",
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package's code."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "digitjs", ignore=shutil.ignore_patterns("*.npz", "__pycache__")))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_training_is_keyed_by_layers_recipe_seed_and_data() -> None:
    key = training_key(MLP, "data")
    assert key == training_key(replace(MLP, title="Another title"), "data")
    others = [
        training_key(MLP, "other data"),
        training_key(MLP.trained_by(None, seed=99), "data"),
        training_key(MLP.trained_by("tutorial", seed=MLP.recipe.seed), "data"),
        training_key(replace(MLP, recipes=(MLP.recipe.without_pens(),)), "data"),
        training_key(replace(MLP, layers=(Layer("ReLU"), *MLP.layers)), "data"),
        training_key(CNN, "data"),
    ]
    assert len({key, *others}) == 7


def test_an_export_is_keyed_by_its_training_and_its_weights() -> None:
    keys = {export_key(training, MLP, kind) for training in "ab" for kind in ("float32", "uint8")}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("data/split.py", "VALIDATION = 12", "VALIDATION = 4"),
        ("data/font_glyphs.py", font_glyphs.SHA256, font_glyphs.SHA256[::-1]),
        ("training/augment/warp.py", "KNOTS = 5", "KNOTS = 6"),
        ("training/fit.py", "alpha=0.01", "alpha=0.02"),
    ],
)
def test_other_code_of_the_training_gives_another_key(package: Path, file: str, old: str, new: str) -> None:
    assert training_key(MLP, "data", package) == training_key(MLP, "data")
    edit(package / file, old, new)
    assert training_key(MLP, "data", package) != training_key(MLP, "data")


def test_a_new_module_of_the_training_gives_another_key(package: Path) -> None:
    (package / "training" / "augment" / "blur.py").write_text("")
    assert training_key(MLP, "data", package) != training_key(MLP, "data")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("networks/layers.py", "As a person says it", "As it is said"),
        ("export/quantize.py", "(51, 85, 255)", "(85, 255)"),
        ("layers_format.py", "v4.22.0", "v4.23.0"),
    ],
)
def test_other_code_of_the_export_gives_another_key_to_exports_only(
    package: Path, file: str, old: str, new: str
) -> None:
    assert export_key("a", MLP, "float32", package) == export_key("a", MLP, "float32")
    edit(package / file, old, new)
    assert export_key("a", MLP, "float32", package) != export_key("a", MLP, "float32")
    assert training_key(MLP, "data", package) == training_key(MLP, "data")


@pytest.mark.parametrize("library", ["numpy", "tensorflow", "tf_keras"])
def test_another_version_of_a_library_gives_another_key(
    library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = export_key(training_key(MLP, "data"), MLP, "float32")
    info = tmp_path / f"{library}-99.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: 99.0\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert export_key(training_key(MLP, "data"), MLP, "float32") != before


@pytest.mark.parametrize("names", [cache_keys.TRAINING, cache_keys.TRAINING + cache_keys.EXPORT])
def test_the_keys_know_all_code_that_is_used(names: tuple[str, ...]) -> None:
    known = tuple(name.removesuffix(".py") for name in names) + USED_ELSEWHERE
    used = {
        f"{node.module}.{name.name}".removeprefix("digitjs.").replace(".", "/")
        for file in cache_keys.sources(names)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "digitjs"
        for name in node.names
        if name.name != "__version__"
    }
    assert len(used) > 10
    assert {name for name in used if not f"{name}/".startswith(tuple(f"{one}/" for one in known))} == set()
