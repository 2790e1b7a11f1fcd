"""What visitors have from earlier versions goes on working: links, and what their browser kept, as it was written."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from conftest import Site
from digitjs.data import stroke_file

LINK = "#d=AQzkBKoBlAMApAMPwQGkA8EBlAOBAZQD"  # a 7, without the checksum of later links
DEVICE = {
    "digitjs.language": "de",
    "digitjs.theme": "dark",
    "digitjs.corrections": (  # in CSS pixels of that canvas
        '[{"label":9,"strokes":[[[275.9,42],[226.7,144.4],[161.2,246.9],[275.9,246.9],[398.8,238.7],[398.8,238.7]],'
        "[[325.1,144.4],[321,246.9],[308.7,378],[308.7,378]]]}]"
    ),
}
VISIT = {
    "digitjs.drawing": (
        '{"width":560,"strokes":[[[167.3,46.4],[277.8,46.4],[392.7,42],[339.7,156.9],[286.6,267.5],[251.3,378],[251.3,378]]]}'
    ),
    "digitjs.choices": '{"network":"mlp","live":false}',
}
KEEP = "([storage, kept]) => { for (const [key, text] of Object.entries(kept)) window[storage].setItem(key, text); }"


@pytest.fixture
def returning(page: Page, full_site: Site) -> Page:
    """The browser of a visitor who was here before, not at the drawing page yet."""
    page.goto(full_site.http + "report.html")
    page.evaluate(KEEP, ["localStorage", DEVICE])
    return page


def test_links_still_open(page: Page, full_site: Site) -> None:
    page.goto(full_site.address("http") + LINK)
    page.evaluate("digitjs.ready")
    expect(page.locator("#prediction")).to_have_text("7")
    expect(page.locator("#bring_note")).to_be_empty()


def test_settings_and_corrections_are_still_there(returning: Page, full_site: Site, tmp_path: Path) -> None:
    page = returning
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("#select_theme")).to_have_value("dark")
    expect(page.locator("#corrections_count")).to_contain_text("1")
    with page.expect_download() as download:
        page.click("#export_corrections")
    download.value.save_as(tmp_path / "corrections.jsonl")
    [correction] = stroke_file.read(tmp_path / "corrections.jsonl")
    assert (correction.label, [len(stroke) for stroke in correction.strokes]) == (9, [6, 4])
    read = page.evaluate("(strokes) => digitjs.read(strokes)", correction.strokes)
    assert read["text"] == "4"  # what was misread is what was drawn


def test_the_visit_goes_on(returning: Page, full_site: Site) -> None:
    page = returning
    page.evaluate(KEEP, ["sessionStorage", VISIT])
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    expect(page.locator("#select_model")).to_have_value("mlp")
    expect(page.locator("#live")).not_to_be_checked()
    width = page.evaluate("document.getElementById('canvas').offsetWidth")
    [stroke] = page.evaluate("digitjs.strokes")
    assert stroke[0] == pytest.approx([167.3 * width / 560, 46.4 * width / 560])
    page.click("#predict_canvas")
    expect(page.locator("#prediction")).to_have_text("7")
