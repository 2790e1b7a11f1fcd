"""Where the task is pictures: what visitors bring is looked at as a whole, as the training images were."""

import base64
import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from conftest import THINGS, SignSite
from digitjs.data import framing
from digitjs.evaluation.evaluate import draw_with_mouse
from signs import rasterized
from test_tasks import DARK, PHONE, violations

SEEN = """[...document.getElementById('canvas_image').getContext('2d').getImageData(0, 0, 28, 28).data]
    .filter((_, i) => i % 4 === 3)"""  # white, as opaque as the value


@pytest.fixture
def opened(page: Page, picture_site: SignSite) -> Page:
    page.goto(picture_site.address("http"))
    page.evaluate("digitjs.ready")
    return page


def greys(site: SignSite, name: str) -> NDArray[np.uint8]:
    """A thing, light on dark, 28 pixels a side."""
    image = rasterized(site.signs, (site.signs.drawing(name),))[0, ..., 0]
    return np.rint(image * 255).astype(np.uint8)


def bring(page: Page, values: NDArray[np.uint8], kind: str = "PNG") -> None:
    """Choose a picture with these values, (h, w) or (h, w, channels)."""
    file = BytesIO()
    Image.fromarray(values).save(file, kind)
    page.set_input_files("#choose_picture", {"name": "a.png", "mimeType": "image/png", "buffer": file.getvalue()})
    expect(page.locator("#bring_note")).to_have_text("This is the whole picture, as you brought it.")


def seen(page: Page) -> NDArray[np.float64]:
    """What the page shows of what the networks see, (28, 28) in [0, 1], as soon as it shows it after its note."""
    page.wait_for_function(f"{SEEN}.some(Boolean)")
    return np.array(page.evaluate(SEEN)).reshape(28, 28) / 255


@pytest.mark.parametrize("name", THINGS)
def test_a_picture_is_answered_as_keras_answers_it(opened: Page, picture_site: SignSite, name: str) -> None:
    bring(opened, greys(picture_site, name))
    expect(opened.locator("#prediction")).to_have_text(name)
    probe = json.loads((picture_site.folder / "models" / "nearest" / "probe.json").read_text())
    found = opened.evaluate("digitjs.predict('nearest')")
    np.testing.assert_allclose(found["probabilities"], probe["scores"][THINGS.index(name)], atol=1e-5)


def test_a_picture_of_any_shape_and_colour_is_fitted_as_training_fits_it(opened: Page) -> None:
    y, x = np.mgrid[:150, :90]
    colours = np.stack([x * 2, y, 255 - x - y], axis=-1).astype(np.uint8) * (x > 9)[..., None] * (y > 9)[..., None]
    colours[-10:], colours[:, -10:] = 0, 0  # a dark border
    bring(opened, colours)
    grey = np.asarray(Image.fromarray(colours).convert("L"), np.float32) / 255
    np.testing.assert_allclose(seen(opened), framing.fit(grey[None])[0], atol=2.5 / 255)


def test_a_picture_on_light_ground_becomes_its_negative(opened: Page, picture_site: SignSite) -> None:
    bring(opened, 255 - greys(picture_site, "boot"))
    expect(opened.locator("#prediction")).to_have_text("boot")
    np.testing.assert_allclose(seen(opened), greys(picture_site, "boot") / 255, atol=1 / 255)


def test_what_is_transparent_is_ground(opened: Page, picture_site: SignSite) -> None:
    ink = greys(picture_site, "bag")
    bring(opened, np.stack([np.full_like(ink, 255)] * 3 + [ink], axis=-1))  # white, as opaque as there is ink
    expect(opened.locator("#prediction")).to_have_text("bag")


def test_pictures_are_undone_cleared_and_erased(opened: Page, picture_site: SignSite) -> None:
    said = opened.locator("#prediction")
    bring(opened, greys(picture_site, "coat"))
    expect(said).to_have_text("coat")
    bring(opened, greys(picture_site, "bag"))
    expect(said).to_have_text("bag")
    opened.click("#undo")
    expect(said).to_have_text("coat")
    opened.click("#redo")
    expect(said).to_have_text("bag")
    opened.click("#clear_canvas")
    expect(said).to_have_text("")
    expect(opened.locator("#prediction_note")).to_have_text("The answer appears here as soon as there is a picture.")
    opened.click("#undo")
    expect(said).to_have_text("bag")
    opened.click("#erase")
    opened.locator("#canvas").click()
    expect(said).to_have_text("")


def test_who_draws_on_a_picture_starts_a_drawing(opened: Page, picture_site: SignSite) -> None:
    bring(opened, greys(picture_site, "dress"))
    assert opened.evaluate("digitjs.strokes") == []  # a picture has none
    draw_with_mouse(opened, picture_site.signs.drawing("shirt"))
    expect(opened.locator("#prediction")).to_have_text("shirt")
    assert opened.evaluate("digitjs.strokes.length") == 3
    for _ in range(3):
        opened.click("#undo")
    expect(opened.locator("#prediction")).to_have_text("dress")


def test_a_picture_keeps_its_place_and_answer_in_another_window(opened: Page, picture_site: SignSite) -> None:
    bring(opened, greys(picture_site, "dress"))
    opened.set_viewport_size({"width": 500, "height": 800})
    expect(opened.locator("#prediction")).to_have_text("dress")
    lit = """[...document.getElementById('canvas').getContext('2d').getImageData(0, 0, 1e3, 1e3).data]
        .filter((_, i) => i % 4 === 3).filter(Boolean).length"""
    side = 0.8 * opened.locator("#canvas").bounding_box()["height"]  # type: ignore[index]
    assert abs(opened.evaluate(lit) / side**2 - 1) < 0.05


def test_a_link_holds_no_picture_and_a_reload_forgets_it(opened: Page, picture_site: SignSite) -> None:
    bring(opened, greys(picture_site, "boot"))
    opened.click("#share")
    expect(opened.locator("#takeaway_note")).to_have_text(
        "A picture does not fit into a link: send the picture itself."
    )
    expect(opened.locator("#share_address")).not_to_be_visible()
    expect(opened.locator("#save_strokes")).not_to_be_visible()
    expect(opened.locator("#correct")).not_to_be_visible()
    opened.reload()
    opened.evaluate("digitjs.ready")
    expect(opened.locator("#prediction")).to_have_text("")
    assert opened.evaluate("digitjs.strokes") == []


def test_the_inside_and_the_reasons_are_shown(opened: Page, picture_site: SignSite) -> None:
    bring(opened, greys(picture_site, "coat"))
    opened.locator("#inside summary").click()
    expect(opened.locator("#why_text")).to_have_text("What supports \u2068coat\u2069")
    expect(opened.locator("#inside_networks canvas")).to_have_count(1)
    drawn = """(id) => {
        const canvas = document.getElementById(id);
        return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean);
    }"""
    for name in ("why_map", "journey_drawn", "journey_framed", "journey_seen", "journey_answer"):
        opened.locator(f"#{name}").scroll_into_view_if_needed()
        opened.wait_for_function(drawn, arg=name)


def test_examples_are_test_pictures_as_they_are(opened: Page, picture_site: SignSite) -> None:
    opened.get_by_role("button", name="bag", exact=True).click()
    expect(opened.locator("#bring_note")).to_have_text("\u2068bag\u2069, from the test set.")
    expect(opened.locator("#prediction")).to_have_text("bag")
    np.testing.assert_allclose(seen(opened), greys(picture_site, "bag") / 255, atol=1 / 255)


def test_several_examples_of_a_class_come_one_after_the_other(page: Page, picture_site: SignSite) -> None:
    def script(route: object) -> None:
        others = [{"label": 1, "pixels": base64.b64encode(greys(picture_site, name)).decode()} for name in THINGS[:3]]
        body = f"globalThis.digitjsExamples={json.dumps(others)};"
        route.fulfill(body=body, content_type="text/javascript")  # type: ignore[attr-defined]

    page.route("**/assets/examples.*", script)
    page.goto(picture_site.address("http"))
    page.evaluate("digitjs.ready")
    for name in (*THINGS[:3], THINGS[0]):
        page.get_by_role("button", name="bag", exact=True).click()
        expect(page.locator("#prediction")).to_have_text(name)


@pytest.mark.parametrize("look", [DARK, PHONE], ids=["dark", "phone"])
def test_axe_finds_nothing(browser: object, picture_site: SignSite, look: dict[str, object]) -> None:
    with browser.new_context(**look, service_workers="block") as context:  # type: ignore[attr-defined]
        page = context.new_page()
        page.goto(picture_site.address("http"))
        page.evaluate("digitjs.ready")
        assert violations(page) == []
        bring(page, greys(picture_site, "coat"))
        page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        expect(page.locator("#why_text")).not_to_be_empty()
        assert violations(page) == []


def test_whatever_is_no_picture_is_refused(opened: Page, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no picture")
    opened.set_input_files("#choose_picture", tmp_path / "a.txt")
    expect(opened.locator("#bring_note")).to_contain_text("cannot read this file as a picture")
