"""Taking back what was drawn, by pointer, by pen and by keys, and what survives a reload."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from conftest import DIGITS, resize
from digitjs.evaluation.evaluate import draw_with_mouse

FOUR, SEVEN = (next(drawing.strokes for drawing in DIGITS if drawing.label == label) for label in (4, 7))

Place = tuple[float, float]


def drawn(page: Page) -> list[Any]:
    result: list[Any] = page.evaluate("digitjs.strokes")
    return result


def box(page: Page) -> dict[str, float]:
    page.locator("#canvas").scroll_into_view_if_needed()
    found = page.locator("#canvas").bounding_box()
    assert found
    return {"x": found["x"], "y": found["y"], "width": found["width"], "height": found["height"]}


def at(page: Page, x: float, y: float) -> Place:
    """A place on the canvas, in shares of its size, as client coordinates."""
    found = box(page)
    return found["x"] + x * found["width"], found["y"] + y * found["height"]


def drag(page: Page, *places: Place) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def column(page: Page, x: float) -> None:
    """A stroke from top to bottom."""
    drag(page, at(page, x, 0.2), at(page, x, 0.8))


def test_undo_redo_and_their_keys_go_through_every_state(drawing_page: Page) -> None:
    page = drawing_page
    states = [drawn(page)]
    for x in (0.3, 0.5, 0.7):
        column(page, x)
        states.append(drawn(page))
    page.click("#undo")
    page.keyboard.press("Control+z")
    assert drawn(page) == states[1]
    page.click("#redo")
    page.keyboard.press("Control+Shift+z")
    assert drawn(page) == states[3]
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+y")
    assert drawn(page) == states[3]
    page.click("#clear_canvas")
    assert drawn(page) == []
    page.click("#undo")
    assert drawn(page) == states[3]


def test_a_tool_without_work_says_so_and_keeps_the_keyboard(drawing_page: Page) -> None:
    page = drawing_page
    column(page, 0.5)
    page.focus("#undo")
    page.keyboard.press("Enter")
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#undo")).to_be_focused()
    page.keyboard.press("Enter")
    assert drawn(page) == []


def test_the_eraser_takes_every_stroke_on_its_way_and_goes_with_the_last(drawing_page: Page) -> None:
    page = drawing_page
    for x in (0.2, 0.4, 0.6, 0.8):
        column(page, x)
    kept = drawn(page)[-1]
    page.click("#erase")
    page.mouse.move(*at(page, 0.1, 0.5))
    page.mouse.down()
    for x in (0.25, 0.7):  # a fast sweep tells few places
        page.mouse.move(*at(page, x, 0.5))
    page.mouse.up()
    assert drawn(page) == [kept]
    drag(page, at(page, 0.8, 0.5), at(page, 0.82, 0.5))
    assert drawn(page) == []
    expect(page.locator("#erase")).to_have_attribute("aria-pressed", "false")
    column(page, 0.5)
    assert len(drawn(page)) == 1


def test_empty_strokes_from_a_script_leave_the_eraser_working(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate("digitjs.strokes = [[], [[100, 20], [100, 200]], []]")
    assert drawn(page) == [[[100, 20], [100, 200]]]
    page.click("#erase")
    x, y = at(page, 0, 0)
    drag(page, (x + 60, y + 100), (x + 140, y + 100))
    assert drawn(page) == []


NONSENSE = ["null", "7", "'seven'", "{}", "[null]", "[7]", "[[1, 2]]", "[[[1]]]", "[[[1, '2']]]", "[[[1, NaN]]]"]
TAKE_STROKES = ["digitjs.strokes = {}", "digitjs.pixels({})", "digitjs.read({})", "digitjs.classify({}, 'compact')"]


@pytest.mark.parametrize("take", TAKE_STROKES)
def test_what_is_no_drawing_is_refused_in_a_sentence(drawing_page: Page, take: str) -> None:
    page = drawing_page
    page.evaluate("digitjs.strokes = [[[1, 2], [3, 4]]]")
    refused = {
        given: page.evaluate(f"(async () => {{ await ({take.format(given)}); }})().catch(String)") for given in NONSENSE
    }
    assert {given for given, said in refused.items() if not str(said).startswith("TypeError: Strokes are")} == set()
    assert drawn(page) == [[[1, 2], [3, 4]]]


def test_the_keyboard_erases_too(drawing_page: Page) -> None:
    page = drawing_page
    column(page, 0.5)
    column(page, 0.9)
    page.click("#erase")
    page.focus("#canvas")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert [stroke[0][0] > 0.8 * box(page)["width"] for stroke in drawn(page)] == [True]


def test_a_pointer_takes_over_from_the_keyboards_pen(drawing_page: Page) -> None:
    page = drawing_page
    page.focus("#canvas")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    column(page, 0.3)
    by_keys, by_mouse = drawn(page)
    assert (len(by_keys), len(by_mouse) > 5) == (2, True)


def test_undo_lifts_the_keyboards_pen(drawing_page: Page) -> None:
    page = drawing_page
    page.focus("#canvas")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+z")
    assert drawn(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert [len(stroke) for stroke in drawn(page)] == [2]


def test_the_keyboards_pen_is_announced_going_down_and_up(drawing_page: Page) -> None:
    page = drawing_page
    page.focus("#canvas")
    page.keyboard.press("Space")
    expect(page.locator("#announcement")).to_have_text("Pen down")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert page.locator("#announcement").inner_text() == "Pen up"


def send(client: CDPSession, kind: str, place: Place, **more: Any) -> None:
    event = {"type": kind, "x": place[0], "y": place[1], "pointerType": "pen", "button": "left", "buttons": 1}
    client.send("Input.dispatchMouseEvent", {**event, **more})


def touch(client: CDPSession, kind: str, *places: Place) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def only_the_pen_drew(page: Page) -> bool:
    """The pen writes on the left half, the palm rests on the right."""
    [stroke] = drawn(page)
    return bool(max(x for x, _ in stroke) < 0.5 * box(page)["width"])


def test_a_palm_that_rests_while_the_pen_writes_draws_nothing(drawing_page: Page) -> None:
    page = drawing_page
    client = page.context.new_cdp_session(page)
    send(client, "mousePressed", at(page, 0.3, 0.3), clickCount=1)
    touch(client, "touchStart", at(page, 0.8, 0.8))
    touch(client, "touchMove", at(page, 0.85, 0.85))
    send(client, "mouseMoved", at(page, 0.4, 0.6))
    send(client, "mouseReleased", at(page, 0.4, 0.6), buttons=0, clickCount=1)
    touch(client, "touchEnd")
    assert only_the_pen_drew(page)


def test_a_palm_that_comes_before_the_pen_is_taken_back(drawing_page: Page) -> None:
    page = drawing_page
    client = page.context.new_cdp_session(page)
    touch(client, "touchStart", at(page, 0.8, 0.8))
    touch(client, "touchMove", at(page, 0.85, 0.85))
    assert len(drawn(page)) == 1
    send(client, "mousePressed", at(page, 0.3, 0.3), clickCount=1)
    send(client, "mouseMoved", at(page, 0.4, 0.6))
    send(client, "mouseReleased", at(page, 0.4, 0.6), buttons=0, clickCount=1)
    touch(client, "touchEnd")
    assert only_the_pen_drew(page)


def test_a_pointer_that_was_lifted_unseen_draws_no_further(drawing_page: Page) -> None:
    page = drawing_page
    page.mouse.move(*at(page, 0.3, 0.3))
    page.mouse.down()
    page.mouse.move(*at(page, 0.3, 0.6))
    client = page.context.new_cdp_session(page)
    # No button is held in this move: the release happened where the page could not see it.
    moved = {"type": "mouseMoved", "button": "none", "buttons": 0, "pointerType": "mouse"}
    for share in (0.7, 0.8):
        x, y = at(page, share, share)
        client.send("Input.dispatchMouseEvent", {**moved, "x": x, "y": y})
    assert len(drawn(page)) == 1
    column(page, 0.5)
    assert len(drawn(page)) == 2


@pytest.mark.parametrize("stored", ["null", '{"width":400,"strokes":[null]}', '{"width":0,"strokes":[[[1,2]]]}', "?"])
def test_a_drawing_survives_a_reload_and_odd_storage_does_no_harm(drawing_page: Page, stored: str) -> None:
    page = drawing_page
    draw_with_mouse(page, FOUR)
    before = drawn(page)
    page.reload()
    page.evaluate("digitjs.ready")
    expect(page.locator("#prediction")).to_have_text("4")
    assert [len(stroke) for stroke in drawn(page)] == [len(stroke) for stroke in before]
    page.add_init_script(f"sessionStorage.setItem('digitjs.drawing', {stored!r})")
    page.reload()
    page.evaluate("digitjs.ready")
    assert drawn(page) == []
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_have_text("7")


def test_a_browser_that_closes_its_storage_to_the_page_does_no_harm(drawing_page: Page) -> None:
    page = drawing_page
    page.add_init_script(
        """for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, {get() { throw new DOMException('closed', 'SecurityError'); }});"""
    )
    page.reload()
    page.evaluate("digitjs.ready")
    draw_with_mouse(page, FOUR)
    expect(page.locator("#prediction")).to_have_text("4")
    page.click("#correct")
    expect(page.locator("#takeaway_note")).to_contain_text("storage is full or disabled")


def test_how_a_drawing_is_read_survives_a_reload(drawing_page: Page) -> None:
    page = drawing_page
    page.select_option("#select_model", "all")
    page.uncheck("#live")
    page.reload()
    page.evaluate("digitjs.ready")
    expect(page.locator("#select_model")).to_have_value("all")
    expect(page.locator("#live")).not_to_be_checked()
    draw_with_mouse(page, FOUR)
    page.click("#predict_canvas")
    expect(page.locator("#agreement")).not_to_be_empty()
    page.add_init_script('sessionStorage.setItem(\'digitjs.choices\', \'{"network": "gone", "live": 1}\')')
    page.reload()
    page.evaluate("digitjs.ready")
    expect(page.locator("#select_model")).to_have_value(page.evaluate("digitjs.networks[0]"))


def test_the_answer_stays_when_only_the_view_changes(drawing_page: Page) -> None:
    page = drawing_page
    page.uncheck("#live")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#prediction")).to_be_empty()
    expect(page.locator("#prediction_note")).to_contain_text("Predict")
    page.click("#predict_canvas")
    expect(page.locator("#prediction")).to_have_text("7")
    page.focus("#canvas")
    page.keyboard.press("ArrowDown")  # the pen is up: this shows where it is
    page.keyboard.press("Shift+Tab")
    resize(page, 700, 900)
    expect(page.locator("#prediction")).to_have_text("7")
    column(page, 0.9)
    expect(page.locator("#prediction")).to_be_empty()
