"""Taking drawings away: by address, as a picture, as JSON lines, and corrections that stay on the device."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import DIGITS, Site
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse

FOUR, SEVEN = (next(drawing.strokes for drawing in DIGITS if drawing.label == label) for label in (4, 7))
ODD = (((0.1, 0.2), (0.9, 0.8), (0.1, 0.8), (0.9, 0.2), (0.5, 0.9), (0.1, 0.5), (0.9, 0.5), (0.5, 0.1), (0.3, 0.9)),)


def saved(page: Page, button: str, path: Path) -> Path:
    with page.expect_download() as download:
        page.click(button)
    download.value.save_as(path)
    return path


def shared(page: Page) -> str:
    """The address of the drawing."""
    page.click("#share")
    address = page.locator("#share_address").input_value()
    assert "#d=" in address and len(address) < 300
    return address


def test_a_link_brings_the_drawing_to_another_device(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    address = shared(page)
    with page.context.browser.new_context(viewport={"width": 390, "height": 844}) as other:  # type: ignore[union-attr]
        opened = other.new_page()
        opened.goto(address)
        opened.evaluate("digitjs.ready")
        expect(opened.locator("#prediction")).to_have_text("7")
        there = opened.evaluate("digitjs.pixels(digitjs.strokes)")
    here = page.evaluate("digitjs.pixels(digitjs.strokes)")
    assert there == pytest.approx(here, abs=0.25)
    assert sum(abs(a - b) for a, b in zip(here, there, strict=True)) < 0.05 * sum(here)


def test_what_is_drawn_after_opening_a_link_survives_a_reload(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    address = shared(page)
    page.goto("about:blank")
    page.goto(address)
    page.evaluate("digitjs.ready")
    expect(page.locator("#prediction")).to_have_text("7")
    assert "#d=" in page.url  # as long as it is that drawing, the browser's own ways of sharing find it
    page.click("#clear_canvas")
    draw_with_mouse(page, FOUR)
    expect(page.locator("#prediction")).to_have_text("4")
    assert "#d=" not in page.url
    page.reload()
    page.evaluate("digitjs.ready")
    expect(page.locator("#prediction")).to_have_text("4")


def test_another_drawing_hides_the_old_ones_address(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    shared(page)
    expect(page.locator("#takeaway_note")).not_to_be_empty()
    page.click("#clear_canvas")
    expect(page.locator("#share_box")).to_be_hidden()
    expect(page.locator("#takeaway_note")).to_be_empty()


@pytest.mark.parametrize("hash_", ["#d=", "#d=AQ", "#d=AQ8", "#d=!", "#d=" + "A" * 30000], ids=range(5))
def test_a_broken_link_is_told_beside_the_sheet(page: Page, full_site: Site, hash_: str) -> None:
    page.goto(full_site.address("http") + hash_)
    page.evaluate("digitjs.ready")
    expect(page.locator("#bring_note")).to_contain_text("no drawing that this page can read")
    assert page.evaluate("digitjs.strokes") == []


def test_the_picture_shows_the_drawing(drawing_page: Page, tmp_path: Path) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    picture = saved(page, "#save_picture", tmp_path / "drawing.png")
    page.click("#clear_canvas")
    page.set_input_files("#choose_picture", picture)
    expect(page.locator("#prediction")).to_have_text("7")


def test_saved_lines_are_what_evaluate_reads(drawing_page: Page, tmp_path: Path) -> None:
    page = drawing_page
    draw_with_mouse(page, FOUR)
    expect(page.locator("#prediction")).to_have_text("4")
    [line] = stroke_file.read(saved(page, "#save_strokes", tmp_path / "digits.jsonl"))
    assert (line.label, [len(stroke) for stroke in line.strokes]) == (
        4,
        page.evaluate("digitjs.strokes.map((s) => s.length)"),
    )
    page.select_option("#correct_digit", "9")
    page.click("#correct")
    [line] = stroke_file.read(saved(page, "#save_strokes", tmp_path / "corrected.jsonl"))
    assert line.label == 9


def test_the_next_guess_is_suggested_until_a_visitor_chooses(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, FOUR)
    expect(page.locator("#prediction")).to_have_text("4")
    probabilities = page.evaluate("digitjs.predict(digitjs.networks[0]).then((one) => one.probabilities)")
    second = sorted(range(10), key=probabilities.__getitem__)[-2]
    expect(page.locator("#correct_digit")).to_have_value(str(second))
    page.select_option("#correct_digit", "0")
    page.select_option("#select_model", "all")  # another reading of the same digit
    page.evaluate("digitjs.ready")
    expect(page.locator("#agreement")).not_to_be_empty()
    expect(page.locator("#correct_digit")).to_have_value("0")
    page.evaluate("digitjs.clear()")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_have_text("7")
    expect(page.locator("#correct_digit")).not_to_have_value("7")
    page.click("#undo")
    page.click("#undo")
    expect(page.locator("#prediction")).to_have_text("4")
    expect(page.locator("#correct_digit")).to_have_value("0")  # what was chosen for it, not for another


def test_what_is_no_digit_has_no_label_to_save(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, ODD)
    expect(page.locator("#result_box")).to_have_attribute("data-state", "refused")
    expect(page.locator("#save_strokes")).to_be_disabled()
    page.click("#correct")
    expect(page.locator("#save_strokes")).to_be_enabled()


def test_corrections_stay_on_the_device_until_they_are_deleted(drawing_page: Page, tmp_path: Path) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_have_text("7")
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    for label, drawn in ((7, SEVEN), (4, FOUR)):
        page.evaluate("digitjs.clear()")
        draw_with_mouse(page, drawn)
        expect(page.locator("#correct")).to_be_enabled()
        page.select_option("#correct_digit", str(label))
        page.click("#correct")
        expect(page.locator("#takeaway_note")).to_contain_text(f"it was a {label}")
    assert [url for url in sent if not url.startswith("blob:")] == []
    page.reload()
    page.evaluate("digitjs.ready")
    expect(page.locator("#corrections_count")).to_contain_text("2")
    kept = stroke_file.read(saved(page, "#export_corrections", tmp_path / "corrections.jsonl"))
    assert [one.label for one in kept] == [7, 4]
    page.click("#delete_corrections")
    expect(page.locator("#corrections_count")).to_contain_text("0")
    expect(page.locator("#export_corrections")).to_be_disabled()
    assert page.evaluate("localStorage.getItem('digitjs.corrections')") is None
