"""A window of another size shows the same drawing: nothing that a visitor chose or was told about it is lost."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import DIGITS, resize
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse

ONE, SEVEN = (next(drawing.strokes for drawing in DIGITS if drawing.label == label) for label in (1, 7))
NUMBER = (*ONE, *(tuple((x + 0.6, y) for x, y in stroke) for stroke in SEVEN))
SIZES = {"phone turned": ((390, 844), (844, 390)), "window's edge moved": ((1280, 900), (900, 900))}


def labels(page: Page, path: Path) -> list[int | None]:
    with page.expect_download() as download:
        page.click("#save_strokes")
    download.value.save_as(path)
    return [drawing.label for drawing in stroke_file.read(path)]


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_what_was_chosen_stays(
    drawing_page: Page, sizes: tuple[tuple[int, int], tuple[int, int]], tmp_path: Path
) -> None:
    page = drawing_page
    page.set_viewport_size({"width": sizes[0][0], "height": sizes[0][1]})
    draw_with_mouse(page, NUMBER)
    page.click("#share")
    address = page.locator("#share_address").input_value()
    page.goto("about:blank")
    page.goto(address)
    page.evaluate("digitjs.ready")
    first = page.locator("#digits [data-place='0']")
    first.click()
    page.select_option("#correct_digit", "3")
    page.click("#correct")
    page.click("#inside summary")
    page.click("[data-why='5']")
    page.click("#share")
    note = page.locator("#takeaway_note")
    expect(note).to_contain_text("Link")  # once the clipboard has it
    said = note.inner_text()

    resize(page, *sizes[1])

    assert note.inner_text() == said
    expect(page.locator("#share_box")).to_be_visible()
    assert page.url == address
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#correct_digit")).to_have_value("3")
    expect(page.locator("[data-why='5']")).to_have_attribute("aria-pressed", "true")
    assert labels(page, tmp_path / "digits.jsonl") == [3, 7]


def test_a_second_thought_after_it_replaces_the_first(drawing_page: Page) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_have_text("7")
    for label, size in (("1", (900, 900)), ("9", (1100, 800)), ("2", (640, 900))):
        page.select_option("#correct_digit", label)
        page.click("#correct")
        resize(page, *size)
    expect(page.locator("#corrections_count")).to_have_text("1 correction saved")


def test_undo_and_redo_bring_back_ink_of_this_size_with_its_correction(drawing_page: Page, tmp_path: Path) -> None:
    page = drawing_page
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_have_text("7")
    page.select_option("#correct_digit", "1")
    page.click("#correct")
    before = page.evaluate("digitjs.pixels(digitjs.strokes)")
    page.click("#clear_canvas")
    resize(page, 700, 900)
    page.click("#undo")
    expect(page.locator("#prediction")).to_have_text("7")
    assert page.evaluate("digitjs.pixels(digitjs.strokes)") == pytest.approx(before, abs=1e-6)
    inside = "digitjs.strokes.flat().every(([x]) => x > 0 && x < document.getElementById('canvas').offsetWidth)"
    assert page.evaluate(inside)
    assert labels(page, tmp_path / "digits.jsonl") == [1]
