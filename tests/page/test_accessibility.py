"""Both pages for everybody: no violation that axe-core finds, in any state, and the keyboard alone is enough."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import DIGITS, ROOT, Site
from digitjs.evaluation.evaluate import draw_with_mouse

AXE = (ROOT / "assets" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
ONE, SEVEN = (next(drawing.strokes for drawing in DIGITS if drawing.label == label) for label in (1, 7))
NUMBER = (*ONE, *(tuple((x + 0.6, y) for x, y in stroke) for stroke in SEVEN))

# Motion is reduced so that nothing is half faded when its contrast is measured.
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}
PLAIN: dict[str, Any] = {"color_scheme": "light", "contrast": "no-preference", "forced_colors": "none"}
MEDIA = {
    "light": PLAIN,
    "dark": {**PLAIN, "color_scheme": "dark"},
    "contrast": {**PLAIN, "contrast": "more"},
    "forced": {**PLAIN, "forced_colors": "active"},
}
LOOKS: dict[str, dict[str, Any]] = {
    **{name: {**DESKTOP, **media} for name, media in MEDIA.items()},
    "phone": {**DESKTOP, "viewport": {"width": 320, "height": 640}, "is_mobile": True, "has_touch": True},
}


def drawn(page: Page) -> None:
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#result_box")).to_have_attribute("data-state", "digit")


def number(page: Page) -> None:
    draw_with_mouse(page, NUMBER)
    expect(page.locator("#digits > *")).to_have_count(2)


def side_by_side(page: Page) -> None:
    page.select_option("#select_model", "all")
    drawn(page)


def answered(page: Page, kind: str, refuse: float, unsure: float) -> None:
    """Another answer for the same drawing, by thresholds that no drawing passes."""

    def strict(route: Any) -> None:
        response = route.fetch()
        thresholds = f'"thresholds":{{"refuse":{refuse},"unsure":{unsure}}}'
        route.fulfill(response=response, body=re.sub(r'"thresholds":\{[^}]*\}', thresholds, response.text()))

    page.route("**/index.html", strict)
    page.reload()
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#result_box")).to_have_attribute("data-state", kind)


def failed(page: Page) -> None:
    page.context.set_offline(True)
    page.select_option("#select_model", "cnn")
    expect(page.locator("[role=alert]")).to_be_visible()


def opened(page: Page) -> None:
    drawn(page)
    for summary in page.locator("summary").all():
        summary.click()
    expect(page.locator("#why_text")).not_to_be_empty()


def waiting(page: Page) -> None:
    page.uncheck("#live")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction_note")).to_contain_text("Predict")


def refused_picture(page: Page) -> None:
    odd = {"name": "odd.png", "mimeType": "image/png", "buffer": b"no picture"}
    page.set_input_files("#choose_picture", [odd])  # type: ignore[list-item]
    expect(page.locator("#bring_note")).not_to_be_empty()


def taken(page: Page) -> None:
    drawn(page)
    page.click("#share")
    page.click("#correct")
    expect(page.locator("#takeaway_note")).not_to_be_empty()


STATES: dict[str, Callable[[Page], None]] = {
    "empty": lambda page: None,
    "asked": lambda page: page.click("#predict_canvas"),
    "drawn": drawn,
    "number": number,
    "all": side_by_side,
    "waiting": waiting,
    "refused picture": refused_picture,
    "unsure": lambda page: answered(page, "unsure", 0, 2),
    "refused": lambda page: answered(page, "refused", 2, 2),
    "error": failed,
    "opened": opened,
    "taken": taken,
}


def violations(page: Page) -> list[str]:
    """What axe-core finds, one line for each element."""
    page.evaluate(AXE)
    found = page.evaluate("async () => (await axe.run()).violations")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'].splitlines()[1:]}"
        for one in found
        for node in one["nodes"]
    ]


def each_look(page: Page, looks: Iterable[str]) -> Iterator[str]:
    """The system's colours change, one after another, while the page is open."""
    for look in looks:
        page.emulate_media(**MEDIA[look])
        yield look


# The same page in each of the colours: it takes longer to bring it into a state than to look at it.
ON_EACH_DEVICE = pytest.mark.parametrize(
    ("context", "looks"),
    [("light", tuple(MEDIA)), ("phone", ("light",))],
    ids=["desktop", "phone"],
    indirect=["context"],
)


@pytest.fixture
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    """A browser window with one of the looks."""
    with browser.new_context(**LOOKS[getattr(request, "param", "light")], service_workers="block") as opened:
        yield opened


def visit(context: BrowserContext, address: str, language: str = "") -> Page:
    page = context.new_page()
    page.goto(address)
    if language:
        page.select_option("#select_language", language)
        expect(page.locator("html")).to_have_attribute("lang", language)
    return page


@ON_EACH_DEVICE
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_on_the_drawing_page(
    context: BrowserContext, full_site: Site, state: str, looks: tuple[str, ...]
) -> None:
    page = visit(context, full_site.address("http"))
    page.evaluate("digitjs.ready")
    STATES[state](page)
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])


@ON_EACH_DEVICE
def test_axe_finds_nothing_on_the_report(context: BrowserContext, full_site: Site, looks: tuple[str, ...]) -> None:
    page = visit(context, full_site.http + "report.html")
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])
    page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    for look in each_look(page, looks):
        assert (look, violations(page)) == (look, [])


@pytest.mark.parametrize("context", LOOKS, indirect=True)
def test_axe_finds_nothing_on_the_embedded_pad(context: BrowserContext, full_site: Site) -> None:
    page = visit(context, full_site.http + "embed.html")
    page.evaluate("digitjs.ready")
    drawn(page)
    assert violations(page) == []


@pytest.mark.parametrize("language", sorted(path.stem for path in (ROOT / "assets" / "text").glob("*.json")))
def test_axe_finds_nothing_in_any_language(context: BrowserContext, full_site: Site, language: str) -> None:
    page = visit(context, full_site.address("http"), language)
    page.evaluate("digitjs.ready")
    drawn(page)
    assert violations(page) == []
    assert violations(visit(context, full_site.http + "report.html", language)) == []


def test_the_keyboard_alone_draws_a_digit_and_gets_the_answer(context: BrowserContext, full_site: Site) -> None:
    page = visit(context, full_site.address("http"))
    page.evaluate("digitjs.ready")
    keys = page.keyboard
    for _ in range(30):
        keys.press("Tab")
        if page.evaluate("document.activeElement.id") == "canvas":
            break
    expect(page.locator("#canvas")).to_be_focused()
    for _ in range(10):
        keys.press("ArrowLeft")
    keys.press("Space")
    for _ in range(22):
        keys.press("ArrowRight")
    for _ in range(12):  # down and to the left, steeply
        keys.down("ArrowLeft")
        keys.press("ArrowDown")
        keys.up("ArrowLeft")
        keys.press("ArrowDown")
    keys.press("Space")
    expect(page.locator("#prediction")).to_have_text("7")
    expect(page.locator("#announcement")).to_contain_text("7")
    keys.press("Delete")
    expect(page.locator("#prediction")).to_be_empty()


@pytest.mark.parametrize("name", ["index.html", "embed.html"])
def test_the_canvas_is_named_and_described_by_its_keys(context: BrowserContext, full_site: Site, name: str) -> None:
    page = visit(context, full_site.http + name)
    page.evaluate("digitjs.ready")
    client = context.new_cdp_session(page)
    canvas = client.send("Runtime.evaluate", {"expression": "canvas"})["result"]["objectId"]
    tree = client.send("Accessibility.getPartialAXTree", {"objectId": canvas, "fetchRelatives": False})
    [node] = tree["nodes"]
    assert (node["role"]["value"], node["name"]["value"]) == ("application", "Drawing area")
    for key in ("Arrow keys", "Shift", "Space", "Enter", "Backspace", "Delete"):
        assert key in node["description"]["value"]


def test_the_pens_keys_are_announced_and_its_steps_are_not(context: BrowserContext, full_site: Site) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    drawn(page)
    expect(page.locator("#announcement")).to_contain_text("It is a 7")
    page.evaluate(
        """() => {
            said = [];
            const place = document.getElementById('announcement');
            new MutationObserver(() => said.push(place.textContent)).observe(place, { childList: true });
        }"""
    )

    def said(*keys: str) -> list[str]:
        """What is announced from now until two seconds after these keys."""
        page.evaluate("said.length = 0")
        for key in keys:
            page.keyboard.press(key)
            page.clock.run_for(50)  # a frame at least, and no rest
        page.clock.run_for(2000)
        announced: list[str] = page.evaluate("said")
        return announced

    page.focus("#canvas")
    assert said(*["ArrowDown"] * 10) == []
    assert said("Space", *["ArrowDown"] * 10) == ["Pen down"]
    [lifted, answer] = said("Space", *["ArrowUp"] * 10)
    assert lifted == "Pen up" and answer
    assert said("Space", "ArrowDown", "Space", "Space") == ["Pen down", "Pen up", "Pen down"]  # no answer meanwhile


CONTROLS = "a[href], button:enabled, input:enabled, select:enabled, summary, [tabindex='0']"
FOCUSED = """(controls) => {
    const focused = document.activeElement;
    const all = [...document.querySelectorAll(controls)].filter((one) => one.checkVisibility());
    if (focused === document.body) return { at: -1, of: all.length, what: 'nothing', shown: true };
    // A control that is hidden behind its label shows the focus there.
    const shown = [focused, focused.closest('label')].filter(Boolean).some((one) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
        return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
    });
    return { at: all.indexOf(focused), of: all.length, what: focused.outerHTML.slice(0, 120), shown };
}"""


@pytest.mark.parametrize("name", ["index.html", "report.html"])
def test_every_control_is_reached_by_tab_and_shows_its_focus(
    context: BrowserContext, full_site: Site, name: str
) -> None:
    page = visit(context, full_site.http + name)
    if name == "index.html":
        page.evaluate("digitjs.ready")
        opened(page)
    focus = page.evaluate(FOCUSED, CONTROLS)
    reached, hidden = set(), set()
    for _ in range(2 * focus["of"]):  # once around, from wherever the focus is
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED, CONTROLS)
        reached.add(focus["at"])
        if not focus["shown"]:
            hidden.add(focus["what"])
    assert hidden == set()
    assert reached - {-1} == set(range(focus["of"]))
