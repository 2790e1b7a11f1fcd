"""Odd pointers: more than one button, pens above the canvas, cancelled touches, and browsers that report them oddly."""

from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, expect

from conftest import DIGITS
from digitjs.evaluation.evaluate import draw_with_mouse

FOUR = next(drawing.strokes for drawing in DIGITS if drawing.label == 4)

Place = tuple[float, float]


def drawn(page: Page) -> list[list[list[float]]]:
    result: list[list[list[float]]] = page.evaluate("digitjs.strokes")
    return result


def at(page: Page, x: float, y: float) -> Place:
    """A place on the canvas, in shares of its size, as client coordinates."""
    page.locator("#canvas").scroll_into_view_if_needed()
    box = page.locator("#canvas").bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def shares(page: Page) -> list[list[tuple[float, float]]]:
    """Every stroke's first and last place, in shares of the canvas."""
    width, height = page.evaluate("[canvas.offsetWidth, canvas.offsetHeight]")
    ends = [(stroke[0], stroke[-1]) for stroke in drawn(page)]
    return [[(round(x / width, 2), round(y / height, 2)) for x, y in pair] for pair in ends]


@pytest.mark.parametrize("button", ["right", "middle"])
def test_a_second_button_neither_ends_nor_prolongs_a_stroke(drawing_page: Page, button: Any) -> None:
    page = drawing_page
    page.evaluate("stopped = []; addEventListener('mousedown', (event) => stopped.push(event.defaultPrevented))")
    page.mouse.move(*at(page, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*at(page, 0.2, 0.4))
    page.mouse.down(button=button)
    page.mouse.move(*at(page, 0.2, 0.6))
    page.mouse.up()  # no pointerup: a button is still held
    page.mouse.move(*at(page, 0.8, 0.6))
    page.mouse.up(button=button)
    page.mouse.move(*at(page, 0.8, 0.2))
    assert shares(page) == [[(0.2, 0.2), (0.2, 0.6)]]
    assert page.evaluate("stopped") == [False, True]  # the first focuses the canvas, the second would scroll
    expect(page.locator("#canvas")).to_be_focused()


@pytest.mark.parametrize("button", ["right", "middle"])
def test_the_left_button_draws_while_another_is_held(drawing_page: Page, button: Any) -> None:
    page = drawing_page
    page.mouse.move(*at(page, 0.2, 0.2))
    page.mouse.down(button=button)
    for x in (0.4, 0.6):
        page.mouse.move(*at(page, x, 0.2))
        page.mouse.down()  # no pointerdown: a button is held already
        page.mouse.move(*at(page, x, 0.8))
        page.mouse.up()
    page.mouse.move(*at(page, 0.9, 0.9))
    page.mouse.up(button=button)
    assert shares(page) == [[(0.4, 0.2), (0.4, 0.8)], [(0.6, 0.2), (0.6, 0.8)]]


def test_a_button_pressed_beside_the_canvas_draws_nothing_on_it(drawing_page: Page) -> None:
    page = drawing_page
    page.mouse.move(*at(page, -0.05, 0.5))
    page.mouse.down()
    page.mouse.move(*at(page, 0.5, 0.5))
    page.mouse.down(button="right")
    page.mouse.move(*at(page, 0.7, 0.5))
    page.mouse.up(button="right")
    page.mouse.up()
    assert drawn(page) == []


COALESCED = {
    "none": "return []",
    "without an id": "return [new PointerEvent(this.type, {clientX: this.clientX, clientY: this.clientY})]",
    "an older one": "return [pressed, this]",
    "only an older one": "return [pressed]",
}


def test_odd_lists_of_coalesced_events_change_no_stroke(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate("addEventListener('pointerdown', (event) => { pressed = event; }, true)")
    draw_with_mouse(page, FOUR)
    plain = drawn(page)
    for name, lists in COALESCED.items():
        page.evaluate(f"PointerEvent.prototype.getCoalescedEvents = function () {{ {lists}; }}")
        page.evaluate("digitjs.clear()")
        draw_with_mouse(page, FOUR)
        assert drawn(page) == plain, name


def touch(client: CDPSession, kind: str, *places: Place) -> None:
    points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
    client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def drag(client: CDPSession, page: Page, x: float) -> None:
    """A finger that comes down and draws a column from 0.2 to 0.8."""
    (left, top), (_, bottom) = at(page, x, 0.2), at(page, x, 0.8)
    touch(client, "touchStart", (left, top))
    for step in range(1, 31):
        touch(client, "touchMove", (left, top + step / 30 * (bottom - top)))


def hover(client: CDPSession, place: Place) -> None:
    x, y = place
    event = {"type": "mouseMoved", "x": x, "y": y, "pointerType": "pen", "button": "none", "buttons": 0}
    client.send("Input.dispatchMouseEvent", event)


def test_a_stroke_is_kept_when_the_system_takes_the_touch_away(drawing_page: Page) -> None:
    page = drawing_page
    client = page.context.new_cdp_session(page)
    drag(client, page, 0.3)
    touch(client, "touchCancel")
    drag(client, page, 0.6)
    touch(client, "touchEnd")
    both = [[(0.3, 0.2), (0.3, 0.8)], [(0.6, 0.2), (0.6, 0.8)]]
    assert shares(page) == both
    page.click("#undo")
    page.click("#undo")
    assert shares(page) == []
    page.click("#redo")
    assert shares(page) == both[:1]


def test_a_cancelled_touch_is_read_without_another(drawing_page: Page) -> None:
    page = drawing_page
    client = page.context.new_cdp_session(page)
    drag(client, page, 0.5)
    touch(client, "touchCancel")
    expect(page.locator("#prediction")).to_have_text("1")
    expect(page.locator("#announcement")).to_contain_text("1")  # which waits until no stroke is being drawn


def test_a_palm_leaves_nothing_where_the_system_cancels_it(drawing_page: Page) -> None:
    page = drawing_page
    client = page.context.new_cdp_session(page)
    x, y = at(page, 0.8, 0.8)
    touch(client, "touchStart", (x, y))
    touch(client, "touchMove", (x + 12, y + 8))  # a hand that is put down hardly moves
    touch(client, "touchCancel")
    assert drawn(page) == []
    drag(client, page, 0.8)
    touch(client, "touchCancel")
    assert len(drawn(page)) == 1
    hover(client, at(page, 0.3, 0.3))  # a pen right after it: that was the hand which holds it
    assert drawn(page) == []
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")


def test_a_finger_that_was_lifted_unseen_keeps_nobody_from_drawing(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate(
        """() => {
            for (const type of ['pointerup', 'pointercancel'])
                addEventListener(type, (event) => event.pointerType === 'touch' && event.stopPropagation(), true);
        }"""
    )
    client = page.context.new_cdp_session(page)
    for x in (0.3, 0.6):
        drag(client, page, x)
        touch(client, "touchEnd")
    assert shares(page) == [[(0.3, 0.2), (0.3, 0.8)], [(0.6, 0.2), (0.6, 0.8)]]


# A pen's states that no driver can be asked for: [type, x, y, button, buttons, pressure].
FIRE = """(events) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    for (const [type, x, y, button, buttons, pressure] of events) {
        const place = { clientX: left + x * width, clientY: top + y * height };
        const pen = { pointerType: 'pen', pointerId: 77, isPrimary: true, bubbles: true };
        canvas.dispatchEvent(new PointerEvent(type, { ...place, ...pen, button, buttons, pressure }));
    }
}"""
HOVERING = [["pointermove", 0.1, 0.1, -1, 0, 0], ["pointermove", 0.1, 0.9, -1, 0, 0]]
PENS: dict[str, list[list[Any]]] = {
    "hover": [],
    "tip": [
        ["pointerdown", 0.3, 0.2, 0, 1, 0.5],
        ["pointermove", 0.3, 0.8, -1, 1, 0.5],
        ["pointerup", 0.3, 0.8, 0, 0, 0],
    ],
    "barrel held": [
        ["pointerdown", 0.3, 0.2, 2, 2, 0.5],
        ["pointermove", 0.3, 0.8, -1, 2, 0.5],
        ["pointerup", 0.3, 0.8, 2, 0, 0],
    ],
    "barrel pressed and released while writing": [
        ["pointerdown", 0.3, 0.2, 0, 1, 0.5],
        ["pointermove", 0.3, 0.4, 2, 3, 0.5],
        ["pointermove", 0.3, 0.6, 2, 1, 0.5],
        ["pointermove", 0.3, 0.8, -1, 1, 0.5],
        ["pointerup", 0.3, 0.8, 0, 0, 0],
    ],
    "barrel held above the canvas, before and after": [
        ["pointerdown", 0.1, 0.1, 2, 2, 0],
        ["pointermove", 0.3, 0.2, 0, 3, 0.5],
        ["pointermove", 0.3, 0.8, -1, 3, 0.5],
        ["pointermove", 0.3, 0.8, 0, 2, 0],
        ["pointermove", 0.9, 0.9, -1, 2, 0],
        ["pointerup", 0.9, 0.9, 2, 0, 0],
    ],
}


def test_a_pen_draws_where_it_touches(drawing_page: Page) -> None:
    page = drawing_page
    seen = {}
    for name, events in PENS.items():
        page.evaluate("digitjs.clear()")
        page.evaluate(FIRE, [*HOVERING, *events, *HOVERING])
        seen[name] = shares(page)
    assert seen == {name: [[(0.3, 0.2), (0.3, 0.8)]] if events else [] for name, events in PENS.items()}


def test_a_pens_other_end_erases_and_its_hover_does_not(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate("digitjs.strokes = [[[100, 20], [100, 200]], [[200, 20], [200, 200]]]")
    width, height = page.evaluate("[canvas.offsetWidth, canvas.offsetHeight]")
    x, y = 100 / width, 100 / height
    page.evaluate(
        FIRE,
        [
            ["pointermove", 2 * x, y, -1, 0, 0],
            ["pointerdown", x - 0.05, y, 5, 32, 0.5],
            ["pointermove", x + 0.05, y, -1, 32, 0.5],
            ["pointerup", x + 0.05, y, 5, 0, 0],
            ["pointermove", 2 * x, y, -1, 0, 0],
        ],
    )
    assert drawn(page) == [[[200, 20], [200, 200]]]
