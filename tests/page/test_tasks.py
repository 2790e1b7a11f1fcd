"""The page for any classes: fifteen signs of many scripts, one at a time, and letters in rows from right to left."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from conftest import DIGITS, ROOT, SEVEN, SignSite, Site
from digitjs.browser.server import serving
from digitjs.data import stroke_file
from digitjs.evaluation.evaluate import draw_with_mouse
from signs import FIFTEEN, HEBREW, Strokes

AXE = (ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
LANGUAGES = ("en", "de", "es")
DIGIT_WORDS = re.compile(r"\b(digits?|numbers?|Ziffern?|Zahl(en)?|cifras?|números?|MNIST)\b", re.I)
HOST = """<!doctype html><meta charset="utf-8"><title>A blog</title><link rel="icon" href="data:,">
<iframe src="{address}" width="320" height="480" title="Draw" style="border: 0"></iframe>
<script>heard = []; addEventListener('message', ({{ data }}) => heard.push(data));</script>"""
DARK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce", "color_scheme": "dark"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "reduced_motion": "reduce",
    "is_mobile": True,
    "has_touch": True,
}


def at(strokes: Strokes, x: float, side: float = 1) -> list[list[list[float]]]:
    """Strokes of the unit square on the canvas, in CSS pixels."""
    return [[[150 * side * px + x, 150 * side * py + 60] for px, py in stroke] for stroke in strokes]


def shown(page: Page, site: SignSite, *names: str) -> None:
    """Open the page and draw these, from left to right."""
    page.goto(site.address("http"))
    page.evaluate("digitjs.ready")
    draw(page, site, *names)


def draw(page: Page, site: SignSite, *names: str) -> None:
    strokes = [one for i, name in enumerate(names) for one in at(site.signs.drawing(name), 20 + 110 * i, 0.5)]
    page.evaluate("(strokes) => { digitjs.strokes = strokes; }", strokes)
    expect(page.locator("#prediction")).not_to_be_empty()


def violations(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{one['id']}: {node['target']}" for one in found for node in one["nodes"]]


def test_every_class_is_read_and_named(page: Page, sign_site: SignSite) -> None:
    page.goto(sign_site.address("http"))
    page.evaluate("digitjs.ready")
    assert page.evaluate("digitjs.classes") == list(FIFTEEN)
    for name in FIFTEEN:
        draw(page, sign_site, name)
        expect(page.locator("#prediction")).to_have_text(name)
        expect(page.locator("#prediction_note")).to_have_text(f"Sign: \u2068{name}\u2069, 99.9% sure.")
        expect(page.locator(".bar[data-winner=true]")).to_have_attribute("data-class", name)


def test_scripts_of_others_get_classes_and_no_digits(page: Page, sign_site: SignSite) -> None:
    page.goto(sign_site.address("file"))
    page.evaluate("digitjs.ready")
    strokes = at(sign_site.signs.drawing("treble clef"), 20)
    found = page.evaluate("(strokes) => digitjs.classify(strokes, 'nearest')", strokes)
    assert found.keys() == {"class", "probabilities", "milliseconds"}
    assert (found["class"], len(found["probabilities"])) == ("treble clef", 15)
    read = page.evaluate("(strokes) => digitjs.read(strokes)", strokes)
    assert read.keys() == {"text", "symbols"}
    [symbol] = read["symbols"]
    assert (read["text"], symbol["class"], symbol["kind"]) == ("treble clef", "treble clef", "class")
    assert symbol["strokes"] == strokes
    assert len(page.evaluate("(strokes) => digitjs.pixels(strokes)", strokes)) == 784


def test_scripts_of_others_get_digits_as_before_and_their_classes(drawing_page: Page) -> None:
    assert drawing_page.evaluate("digitjs.classes") == list("0123456789")
    strokes = [[[100 * x, 100 * y] for x, y in stroke] for stroke in SEVEN]
    found = drawing_page.evaluate("(strokes) => digitjs.classify(strokes, 'compact')", strokes)
    assert (found["class"], found["digit"]) == ("7", 7)
    read = drawing_page.evaluate("(strokes) => digitjs.read(strokes, 'compact')", strokes)
    assert (read["symbols"][0]["class"], read["digits"][0]["digit"]) == ("7", 7)


def test_the_best_ten_are_on_view_and_all_on_demand(page: Page, sign_site: SignSite) -> None:
    shown(page, sign_site, "ñ")
    bars = page.locator("#chart_box .bar")
    expect(bars).to_have_count(10)
    shares = [float(bars.nth(i).get_attribute("data-probability") or "") for i in range(10)]
    assert shares == sorted(shares, reverse=True)
    expect(bars.first).to_have_attribute("data-class", "ñ")
    assert bars.first.get_attribute("data-digit") is None
    button = page.get_by_role("button", name="All 15")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.focus()
    page.keyboard.press("Enter")
    expect(bars).to_have_count(15)
    assert bars.evaluate_all("all => all.map((bar) => bar.dataset.class)") == list(FIFTEEN)
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(bars).to_have_count(10)


def test_a_few_short_classes_stand_side_by_side(page: Page, hebrew_site: SignSite) -> None:
    shown(page, hebrew_site, "ג")
    bars = page.locator("#chart_box .bar")
    assert bars.evaluate_all("all => all.map((bar) => bar.dataset.class)") == list(HEBREW)
    tops = bars.evaluate_all("all => all.map((bar) => bar.getBoundingClientRect().top)")
    assert len(set(tops)) == 1
    expect(page.locator("[data-part=all]")).to_have_count(0)


def test_rows_are_read_from_right_to_left_where_the_script_is(page: Page, hebrew_site: SignSite) -> None:
    shown(page, hebrew_site, "ה", "ב", "א")
    expect(page.locator("#prediction")).to_have_text("אבה")
    expect(page.locator("#prediction_note")).to_have_text("This reads \u2068אבה\u2069.")
    items = page.locator("#digits > *")
    expect(items).to_have_count(3)
    lefts = items.evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
    assert lefts == sorted(lefts, reverse=True)  # the first is on the right
    expect(items.first).to_contain_text("א")
    read = page.evaluate("digitjs.read(digitjs.strokes)")
    assert [one["class"] for one in read["symbols"]] == ["א", "ב", "ה"]


def test_the_reasons_of_any_class_can_be_asked_for(page: Page, sign_site: SignSite) -> None:
    shown(page, sign_site, "Ω")
    page.locator("#inside summary").click()
    expect(page.locator("#why_text")).to_have_text("Ink that supports \u2068Ω\u2069")
    choice = page.get_by_label("Choose another sign")
    choice.select_option(label="treble clef")
    expect(page.locator("#why_text")).to_have_text("Ink that supports \u2068treble clef\u2069")
    page.locator(".bar").first.hover()
    expect(page.locator("#why_text")).to_have_text("Ink that supports \u2068Ω\u2069")


def test_the_key_of_a_class_selects_it_as_a_correction(page: Page, sign_site: SignSite) -> None:
    shown(page, sign_site, "ñ")
    page.focus("#correct_digit")
    page.keyboard.press("A")  # a browser would take "a", which comes first
    expect(page.locator("#correct_digit option:checked")).to_have_text("A")
    page.keyboard.press("7")
    page.click("#correct")
    expect(page.locator("#takeaway_note")).to_have_text("Saved on this device: it was \u20687\u2069.")
    expect(page.locator("#corrections_count")).to_have_text("1 correction saved")
    page.select_option("#correct_digit", label="treble clef")
    page.click("#correct")
    with page.expect_download() as download:
        page.click("#export_corrections")
    [line] = download.value.path().read_text("utf-8").splitlines()
    assert json.loads(line)["label"] == "treble clef"
    assert stroke_file.decode(line.encode()).identity  # which makes a label such as "10" one sign, and no row
    with page.expect_download() as download:
        page.click("#save_strokes")
    assert download.value.suggested_filename == "drawings.jsonl"


def test_links_open_and_pages_come_back(page: Page, sign_site: SignSite) -> None:
    shown(page, sign_site, "한")
    page.click("#share")
    address = page.locator("#share_address").input_value()
    page.evaluate("digitjs.clear()")
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("#prediction")).to_have_text("한")
    page.reload()
    expect(page.locator("#prediction")).to_have_text("한")


def test_examples_are_named(page: Page, sign_site: SignSite) -> None:
    page.goto(sign_site.address("http"))
    page.evaluate("digitjs.ready")
    page.locator("details:has(#examples) > summary").click()
    page.get_by_role("button", name="<b>&amp;").click()
    expect(page.locator("#bring_note")).to_have_text("\u2068<b>&amp;\u2069, traced from an example.")
    expect(page.locator("#prediction")).not_to_be_empty()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_speaks_of_digits_in_any_language(page: Page, sign_site: SignSite, language: str) -> None:
    page.add_init_script(f"localStorage.setItem('digitjs.language', '{language}')")
    for name in ("report.html", "embed.html", "index.html"):
        page.goto(sign_site.http + name)
        expect(page.locator("html")).to_have_attribute("lang", language)
        for words in (page.locator("main").inner_text(), page.evaluate(LABELS)):
            assert DIGIT_WORDS.findall(words) == [], name
    draw(page, sign_site, "ñ")
    page.evaluate("(strokes) => { digitjs.strokes = strokes; }", [[[10, 10], [300, 20], [10, 30], [300, 40], [9, 200]]])
    expect(page.locator("#result_box")).not_to_have_attribute("data-state", "empty")
    assert DIGIT_WORDS.findall(page.locator("main").inner_text()) == []
    catalogue = page.evaluate("digitjsText[document.documentElement.lang]")
    assert DIGIT_WORDS.findall(re.sub(r"\{\w+\}", "", " ".join(map(str, catalogue.values())))) == []


LABELS = """[...document.querySelectorAll('[aria-label], [alt], [title]')]
    .map((one) => `${one.ariaLabel} ${one.alt} ${one.title}`).join(' ')"""


def test_the_owners_noun_is_in_the_texts(page: Page, hebrew_site: SignSite) -> None:
    page.goto(hebrew_site.address("http"))
    expect(page.locator("h1")).to_have_text("Draw a letter.")
    page.select_option("#select_language", "de")
    expect(page.locator("h1")).to_have_text("Zeichne Buchstaben.")
    page.select_option("#select_language", "es")
    expect(page.locator("h1")).to_have_text("Dibuja signos.")  # the owner gave no Spanish word


def test_the_embedded_page_posts_classes_and_fits_its_frame(page: Page, sign_site: SignSite, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(HOST.format(address=sign_site.http + "embed.html"))
    with serving(tmp_path) as address:
        page.goto(address)
        frame = page.frames[1]
        frame.wait_for_function("window.digitjs")
        frame.evaluate("digitjs.ready")
        frame.evaluate("(strokes) => { digitjs.strokes = strokes; }", at(sign_site.signs.drawing("treble clef"), 20))
        page.wait_for_function("heard.at(-1)?.text === 'treble clef'")
        message = page.evaluate("heard.at(-1)")
        assert message.keys() == {"type", "text", "symbols"}
        [symbol] = message["symbols"]
        assert symbol.keys() == {"class", "kind", "probabilities"}
        assert (symbol["class"], symbol["kind"]) == ("treble clef", "class")
        size = frame.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
        assert size[0] <= 320 and size[1] <= 480


@pytest.mark.parametrize("look", [DARK, PHONE], ids=["dark", "phone"])
@pytest.mark.parametrize("name", ["index.html", "report.html", "embed.html"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Any, sign_site: SignSite, hebrew_site: SignSite, look: dict[str, Any], name: str
) -> None:
    for site, names in ((sign_site, ("treble clef",)), (hebrew_site, ("א", "ב"))):
        with browser.new_context(**look, service_workers="block") as context:
            page = context.new_page()
            page.goto(site.http + name)
            if name != "report.html":
                page.evaluate("digitjs.ready")
                draw(page, site, *names)
            page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
            if name == "index.html":
                expect(page.locator("#why_text")).not_to_be_empty()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") == look["viewport"]["width"]


def test_corrections_of_two_sites_of_one_host_stay_apart(page: Page, sign_site: SignSite, full_site: Site) -> None:
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, DIGITS[0].strokes)
    page.click("#correct")
    keys = page.evaluate("Object.keys(localStorage)")
    assert keys == ["digitjs.corrections"]
    shown(page, sign_site, "ñ")
    page.click("#correct")
    [key] = page.evaluate("Object.keys(localStorage)")
    assert re.fullmatch(r"digitjs\.corrections\.[0-9a-f]{10}", key)
