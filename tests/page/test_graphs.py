"""Networks that are no chains, and of images of other sizes: answered, looked into and explained like our own."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tf_keras as keras
from playwright.sync_api import Page, expect

from conftest import SEVEN, SignSite, Site
from digitjs.data.task import Framing
from digitjs.evaluation.evaluate import draw_with_mouse
from own_networks import OwnNetwork, own_site, randomised

L = keras.layers
BOXED = Framing(size=32, box=0, centre="box", pen=2.5, softness=1.5)
LARGE = Framing(size=64, box=48, centre="mass", pen=5.0, softness=2.0)


def convolution(filters: int, **options: Any) -> Any:
    return L.Conv2D(filters, 3, padding="same", activation="relu", **options)


def ended(image: Any, features: Any) -> Any:
    """The network from an image to ten probabilities by these features."""
    flat = L.Flatten()(L.MaxPooling2D(4)(features))
    return randomised(keras.Model(image, L.Dense(10, activation="softmax")(flat)))


def residual(size: int) -> Any:
    image = L.Input((size, size, 1))
    first = convolution(4)(image)
    return ended(image, L.ReLU()(L.Add()([first, L.BatchNormalization()(convolution(4)(first))])))


def merging() -> Any:
    image = L.Input((28, 28, 1))
    a, b, c = (convolution(3)(L.Rescaling(2.0, offset=-0.5)(image)) for _ in range(3))
    merged = [L.Multiply()([a, b]), L.Average()([a, b, c]), L.Maximum()([a, c]), L.Minimum()([b, c])]
    return ended(image, L.Concatenate()(merged))


def sharing() -> Any:
    image = L.Input((28, 28, 1))
    shared = convolution(4)
    first = shared(L.Concatenate()([image] * 4))
    return ended(image, L.Concatenate()([shared(shared(first)), first]))


def nested() -> Any:
    left, right = L.Input((28, 28, 3)), L.Input((28, 28, 2))
    inside = keras.Model([left, right], L.Concatenate()([right, convolution(2)(left)]))
    block = keras.Sequential([L.InputLayer((28, 28, 4)), convolution(3), L.LeakyReLU()])
    image = L.Input((28, 28, 1))
    return ended(image, block(inside([convolution(3)(image), convolution(2)(image)])))


def flat(*shape: int) -> Any:
    flatten = () if len(shape) == 1 else (L.Flatten(),)
    dense = (L.Dense(8, activation="tanh"), L.Dense(10, activation="softmax"))
    return randomised(keras.Sequential([L.InputLayer(shape), *flatten, *dense]))


def networks() -> tuple[OwnNetwork, ...]:
    keras.utils.set_random_seed(1)
    return (
        OwnNetwork("residual", residual(28)),
        OwnNetwork("merging", merging()),
        OwnNetwork("sharing", sharing()),
        OwnNetwork("nested", nested()),
        OwnNetwork("vector", flat(784)),
        OwnNetwork("matrix", flat(28, 28)),
        OwnNetwork("boxed", residual(32), BOXED),
        OwnNetwork("large", residual(64), LARGE),
    )


NAMES = ("residual", "merging", "sharing", "nested", "vector", "matrix", "boxed", "large")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, page_tools: Any) -> Iterator[tuple[Site, dict[str, OwnNetwork]]]:
    all_networks = networks()
    with own_site(all_networks, tmp_path_factory.mktemp("graphs"), page_tools) as site:
        yield site, {network.name: network for network in all_networks}


def opened(page: Page, site: Site, name: str) -> None:
    page.goto(site.address("http"))
    page.select_option("#select_model", name)
    page.evaluate("digitjs.ready")


@pytest.mark.parametrize("name", NAMES)
def test_the_page_answers_as_keras_does(name: str, built: tuple[Site, dict[str, OwnNetwork]], page: Page) -> None:
    site, known = built
    network = known[name]
    images = np.random.default_rng(0).uniform(size=(3, network.size**2))
    opened(page, site, name)
    for _ in range(2):  # the first answer comes from plain JavaScript, the next from WebAssembly
        scores = page.evaluate("([images, name]) => digitjs.scores(images, name)", [images.tolist(), name])
        assert np.abs(np.array(scores) - network.scores(images)).max() < 1e-5


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_is_read_looked_into_and_explained(
    name: str, built: tuple[Site, dict[str, OwnNetwork]], page: Page
) -> None:
    site, known = built
    opened(page, site, name)
    page.click("#inside > summary")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#why_text")).not_to_be_empty()
    pixels = page.evaluate("digitjs.pixels(digitjs.strokes)")
    assert len(pixels) == known[name].size ** 2
    answer = page.evaluate("(name) => digitjs.predict(name)", name)
    assert np.abs(np.array(answer["probabilities"]) - known[name].scores(np.array([pixels]))[0]).max() < 1e-5
    size = str(known[name].size)
    assert page.locator("#why_map").get_attribute("width") == size
    assert page.locator("#journey_seen").get_attribute("width") == size
    shown = page.locator("#inside_networks [data-part=name]").all_inner_texts()
    assert [text.partition(" ")[0] for text in shown].count("Dense") == (2 if name in ("vector", "matrix") else 1)
    if name == "sharing":
        assert sum(text.startswith("Conv2D") for text in shown) == 3  # one layer, called three times
    if name == "nested":
        assert [text.partition(" ")[0] for text in shown if "Leaky" in text] == ["LeakyReLU"]


def test_networks_of_several_sizes_answer_together(built: tuple[Site, dict[str, OwnNetwork]], page: Page) -> None:
    site, known = built
    opened(page, site, "all")
    page.click("#inside > summary")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#why_text")).not_to_be_empty()
    together = page.evaluate("digitjs.predict('all')")["probabilities"]
    strokes = page.evaluate("digitjs.strokes")
    each = []
    for name, network in known.items():
        pixels = page.evaluate("([strokes, name]) => digitjs.pixels(strokes, name)", [strokes, name])
        each.append(network.scores(np.array([pixels]))[0])
    assert np.abs(np.mean(each, axis=0) - together).max() < 1e-5
    assert page.locator("[data-chart]").count() == len(NAMES)
    assert page.locator("#inside_networks > section").count() == len(NAMES)


def test_the_page_says_how_large_the_images_of_a_network_are(
    built: tuple[Site, dict[str, OwnNetwork]], page: Page
) -> None:
    opened(page, built[0], "boxed")
    draw_with_mouse(page, SEVEN)
    title, text = (page.locator(f"[data-text=journey_seen_{name}]") for name in ("title", "text"))
    expect(title).to_have_text("32 × 32")
    expect(text).to_contain_text("1024")
    page.select_option("#select_language", "de")
    expect(text).to_contain_text("1024 Werte")
    expect(page.locator("#canvas_image")).to_have_attribute("aria-label", re.compile("32 × 32"))
    page.select_option("#select_model", "residual")
    expect(title).to_have_text("28 × 28")
    expect(page.locator("#canvas_image")).to_have_attribute("aria-label", re.compile("28 × 28"))


def test_the_page_says_that_a_network_was_not_measured(built: tuple[Site, dict[str, OwnNetwork]], page: Page) -> None:
    page.goto(built[0].address("http"))
    for language, said in (("en", "not measured here"), ("de", "hier nicht gemessen"), ("es", "no se ha medido aquí")):
        page.select_option("#select_language", language)
        expect(page.locator("[data-reader=boxed]")).to_contain_text(said)


def test_the_box_is_framed_by_its_middle(built: tuple[Site, dict[str, OwnNetwork]], page: Page) -> None:
    """The seven's mass is not where the middle of its box is."""
    site, _ = built
    opened(page, site, "boxed")
    strokes = [[[x, y] for x, y in stroke] for stroke in SEVEN]
    pixels = np.array(page.evaluate("(strokes) => digitjs.pixels(strokes, 'boxed')", strokes)).reshape(32, 32)
    inked = np.argwhere(pixels > 0)
    low, high = inked.min(0), inked.max(0)
    assert np.abs(low + high - 31).max() <= 1
    assert (high - low).max() >= 30


def test_a_site_has_the_kernels_and_layers_that_its_networks_use(
    built: tuple[Site, dict[str, OwnNetwork]], sign_site: SignSite
) -> None:
    scripts = [next(site.folder.glob("assets/network.*.js")).read_text("utf-8") for site in (built[0], sign_site)]
    for layer in ("Add", "Concatenate", "Rescaling", "MaxPooling2D"):
        assert [f'className="{layer}"' in script for script in scripts] == [True, False]
    assert len(scripts[1]) < len(scripts[0])
