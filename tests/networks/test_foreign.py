"""A Keras file becomes a network of a site, or one sentence says why not."""

import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tf_keras as keras

from digitjs.config import Input, NetworkTable
from digitjs.data.task import MNIST_FRAMING, framing_of
from digitjs.errors import DigitjsError
from digitjs.networks import foreign
from digitjs.networks.foreign import Encoding, ForeignNetwork
from digitjs.networks.foreign_model import of_graph

ABC = ("a", "b", "c")


def saved(path: Path, shape: tuple[int | None, ...], *layers: Any, units: int = 3, end: str = "softmax") -> Path:
    """A small network of images of a shape, in a file."""
    flat = layers or (keras.layers.Flatten(),)
    model = keras.Sequential([keras.layers.Input(shape), *flat, keras.layers.Dense(units, end)])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*HDF5 file.*")
        model.save(path)
    return path


def load(path: Path, **keys: Any) -> ForeignNetwork:
    return foreign.load(NetworkTable(model=path.name, **keys), path.parent)


@pytest.mark.parametrize(
    ("shape", "framing"),
    [
        ((784,), MNIST_FRAMING),
        ((28, 28), MNIST_FRAMING),
        ((28, 28, 1), MNIST_FRAMING),
        ((32, 32, 3), framing_of(32)),
        ((64, 64, 1), framing_of(64)),
    ],
)
@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_images_of_many_shapes_are_taken(tmp_path: Path, shape: tuple[int, ...], framing: object, suffix: str) -> None:
    network = load(saved(tmp_path / f"My Net 2{suffix}", shape))
    assert (network.name, network.title, network.framing) == ("my-net-2", "My Net 2", framing)
    assert (network.shape, network.outputs, network.notes) == (shape, 3, ())
    ink = np.random.default_rng(2).uniform(0, 1, (4, network.framing.size, network.framing.size, 1))
    given = np.repeat(ink, shape[2], axis=3) if len(shape) == 3 else ink.reshape(4, *shape)
    expected = keras.models.load_model(tmp_path / f"My Net 2{suffix}").predict(given, verbose=0)
    np.testing.assert_allclose(of_graph(network.exported()).predict(ink, verbose=0), expected, atol=1e-6)


def test_a_table_says_what_the_file_does_not(tmp_path: Path) -> None:
    given = Input(scale=255, invert=True, channels=3, centre="box", box=20)
    path = saved(tmp_path / "a.keras", (32, 32, 3))
    network = load(path, name="mine", title="Mine", classes=ABC, input=given)
    assert (network.name, network.title, network.classes) == ("mine", "Mine", ABC)
    assert (network.encoding, network.framing) == (Encoding(255, True), framing_of(32, box=20, centre="box"))
    ink = np.random.default_rng(2).uniform(0, 1, (4, 32, 32, 1)).astype(np.float32)
    expected = keras.models.load_model(path).predict(np.repeat(255 - 255 * ink, 3, axis=3), verbose=0)
    np.testing.assert_allclose(of_graph(network.exported()).predict(ink, verbose=0), expected, atol=1e-5)


def test_outputs_are_put_in_the_order_of_the_sites_classes(tmp_path: Path) -> None:
    network = load(saved(tmp_path / "a.keras", (28, 28)), classes=("c", "a", "b"))
    ink = np.random.default_rng(2).uniform(0, 1, (4, 28, 28, 1)).astype(np.float32)
    own, sites = (of_graph(one.exported()).predict(ink, verbose=0) for one in (network, network.for_classes(ABC)))
    np.testing.assert_allclose(sites, own[:, [1, 2, 0]], atol=1e-7)
    assert network.for_classes(("c", "a", "b")) == network
    with pytest.raises(DigitjsError, match="a tells apart 3 classes, which are not the site's 3"):
        network.for_classes(("a", "b", "d"))
    with pytest.raises(DigitjsError, match="a gives 3 probabilities, but its table names 4 classes"):
        load(tmp_path / "a.keras", classes=(*ABC, "d")).for_classes((*ABC, "d"))
    with pytest.raises(
        DigitjsError, match=r"a gives 3 probabilities, but the site has 10 classes: .* classes = \[...\]"
    ):
        load(tmp_path / "a.keras").for_classes(tuple("0123456789"))


def test_what_is_done_is_told(tmp_path: Path) -> None:
    logits = load(saved(tmp_path / "a.keras", (28, 28), end="linear"))
    assert logits.notes == ("a ends in logits: a softmax is added.",)
    bytes_ = saved(tmp_path / "b.keras", (28, 28, 1), keras.layers.Rescaling(1 / 255), keras.layers.Flatten())
    assert "b divides by 255 itself" in load(bytes_).notes[0]
    assert load(bytes_, input=Input(scale=255)).notes == ()


@pytest.mark.parametrize(
    ("shape", "keys", "says"),
    [
        ((100, 80, 1), {}, r"a takes the shape \(100, 80, 1\): take a network of square images"),
        ((1, 28, 28), {}, r"a takes the shape \(1, 28, 28\)"),
        ((300,), {}, r"a takes the shape \(300\)"),
        ((4, 4, 1), {}, "a cannot be given its input: Images of 4 pixels a side are not possible"),
        ((28, 28, 1), {"input": Input(channels=3)}, "a takes 1 channels, its table says 3"),
        ((28, 28, 1), {"input": Input(box=40)}, "a cannot be given its input: Ink of 40 pixels in images of 28"),
        ((28, 28, 1), {"name": "undo"}, "cannot be called undo"),
        ((28, 28, 1), {"name": "a/b"}, "cannot be called a/b"),
    ],
)
def test_what_cannot_be_used_is_refused(tmp_path: Path, shape: Any, keys: dict[str, Any], says: str) -> None:
    with pytest.raises(DigitjsError, match=says):
        load(saved(tmp_path / "a.keras", shape), **keys)


def test_files_that_are_missing_or_damaged_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DigitjsError, match=r"a\.keras.*No such file"):
        load(tmp_path / "a.keras")
    path = saved(tmp_path / "a.keras", (28, 28))
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DigitjsError, match=r"a\.keras"):
        load(path)


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("Mnist_CNN v2", "mnist-cnn-v2"),
        ("7", "net-7"),
        ("main", "net-main"),
        ("Äöü", "net"),
        ("x" * 60, "x" * 40),
    ],
)
def test_the_name_of_a_file_becomes_one_of_a_network(tmp_path: Path, stem: str, name: str) -> None:
    assert load(saved(tmp_path / f"{stem}.keras", (28, 28))).name == name


def test_a_file_is_listed_without_tensorflow(tmp_path: Path) -> None:
    saved(tmp_path / "a.keras", (28, 28))
    (tmp_path / "digitjs.toml").write_text('[[network]]\nmodel = "a.keras"\n')
    code = "import sys; from digitjs.cli.commands import main; main(['networks'], standalone_mode=False); " + (
        "assert not {'tensorflow', 'keras', 'tf_keras'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "a: a (of the configuration), 28 x 28, 2,355 parameters, 9 kB" in done.stdout
