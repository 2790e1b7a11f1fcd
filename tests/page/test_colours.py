"""Ink has the page's colours, however they are written and whoever changes them, and can be seen on its paper."""

import base64
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import DIGITS, Site
from digitjs.evaluation.evaluate import draw_with_mouse

SEVEN = next(drawing.strokes for drawing in DIGITS if drawing.label == 7)
COLUMN = (
    "digitjs.strokes = [[[0.5, 0.2], [0.5, 0.8]].map(([x, y]) => [x * canvas.offsetWidth, y * canvas.offsetHeight])]"
)
INK, SHEET = (
    (0.5, 0.5),
    (0.27, 0.51),
)  # places on the canvas with that column, in shares of its size; no grid line is there

Colour = tuple[float, ...]

# Colours of a picture at places in shares of its size; only its middle where none are given.
LOOK = """async ([png, places]) => {
    const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return places.map(([x, y]) => [...context.getImageData(x * bitmap.width, y * bitmap.height, 1, 1).data]);
}"""


def look(page: Page, png: bytes, *places: tuple[float, float]) -> list[Colour]:
    """Colours (red, green, blue, opacity), 0 to 255, at places in shares of the picture's size."""
    seen = page.evaluate(LOOK, [base64.b64encode(png).decode(), places])
    return [tuple(colour) for colour in seen]


def contrast(one: Colour, other: Colour) -> float:
    """As WCAG 2 defines it, 1 to 21; both colours must be opaque."""
    assert one[3] == other[3] == 255

    def luminance(colour: Colour) -> float:
        linear = [
            (value / 255) / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in colour[:3]
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_hide_no_ink(browser: Browser, full_site: Site, scheme: Any, tmp_path: Path) -> None:
    # Without motion: the framed ink travels to its place otherwise, and a fast machine looks before it is there.
    with browser.new_context(forced_colors="active", color_scheme=scheme, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(full_site.address("http"))
        page.evaluate("digitjs.ready")
        page.evaluate(COLUMN)
        expect(page.locator("#prediction")).to_have_text("1")
        for theme in ("auto", "light", "dark"):
            page.select_option("#select_theme", theme)
            with page.expect_download() as download:
                page.click("#save_picture")
            download.value.save_as(tmp_path / "drawing.png")
            for png in (page.locator("#canvas").screenshot(), (tmp_path / "drawing.png").read_bytes()):
                assert contrast(*look(page, png, INK, SHEET)) > 7
            for image in ("#canvas_image", "#journey_drawn", "#journey_framed", "#journey_seen"):
                assert contrast(*look(page, page.locator(image).screenshot(), (0.49, 0.49), (0.1, 0.6))) > 3, image
            bars = [page.locator(f".bar[data-winner='{winner}'] .bar-fill").first for winner in ("true", "false")]
            full, empty = (look(page, bar.screenshot(), (0.5, 0.5))[0] for bar in bars)
            assert contrast(full, empty) > 3


# As extensions do it, whom the page's policy does not bind.
RESTYLE = """const restyle = (text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
};"""


def restyle(page: Page, style: str) -> None:
    page.evaluate(f"(style) => {{ {RESTYLE} restyle(style); }}", style)


NOTATIONS: dict[str, Colour] = {
    "#abc": (170, 187, 204, 255),
    "navy": (0, 0, 128, 255),
    "rgba(10, 20, 30, 1)": (10, 20, 30, 255),
    "hsl(120deg 100% 25%)": (0, 128, 0, 255),
    "color(srgb 0.2 0.4 0.6)": (51, 102, 153, 255),
    "color-mix(in srgb, red, blue)": (128, 0, 128, 255),
    "oklch(0 0 0)": (0, 0, 0, 255),
    "lab(100 0 0)": (255, 255, 255, 255),
    "light-dark(#123456, #fff)": (18, 52, 86, 255),
    "var(--other)": (1, 100, 200, 255),
    "rgb(1 2 3 / 50%)": (1, 2, 3, 128),
}
# The colours of the most opaque pixels of a canvas: opacity is ink, and the colour's own.
DARKEST = """(id) => {
    const canvas = document.querySelector(id);
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let most = 3;
    for (let i = 3; i < data.length; i += 4) if (data[i] > data[most]) most = i;
    return [...data.slice(most - 3, most + 1)];
}"""


ALL_LIKE = f"""(expected) => ['#canvas', '#canvas_image', '#journey_seen', '#inside_networks canvas', '#why_map'].every(
    (id) => ({DARKEST})(id).every((value, i) => Math.abs(value - expected[i]) <= 2))"""


def test_every_notation_of_a_colour_is_understood(drawing_page: Page) -> None:
    page = drawing_page
    page.click("#inside summary")
    draw_with_mouse(page, SEVEN)
    expect(page.locator("#why_text")).not_to_be_empty()
    for written, expected in NOTATIONS.items():
        names = "; ".join(f"--{name}: {written}" for name in ("pen", "warm", "cold"))
        restyle(page, f":root {{ --other: rgb(1 100 200); {names} }}")
        page.wait_for_function(ALL_LIKE, arg=expected)


def test_the_map_of_reasons_mixes_its_colours(page: Page, pretrained_site: Site) -> None:
    # Which pixels have a reason of next to nothing, and so no colour, depends on the weights: these stay the same.
    page.goto(pretrained_site.address("http"))
    page.evaluate("digitjs.ready")
    restyle(page, ":root { --pen: rgb(0, 0, 0); --warm: rgb(255, 0, 0); --cold: rgb(0, 0, 255); }")
    draw_with_mouse(page, SEVEN)
    page.click("#inside summary")  # only now: while a mouse draws, the map may be of the half that is there
    expect(page.locator("#why_text")).not_to_be_empty()
    data: list[int] = page.evaluate(
        "[...document.getElementById('why_map').getContext('2d').getImageData(0, 0, 28, 28).data]"
    )
    opaque = [data[i : i + 3] for i in range(0, len(data), 4) if data[i + 3] > 200]
    red, green, blue = (max(colour[channel] for colour in opaque) for channel in range(3))
    assert (max(red, blue), green) == (255, 0)  # the strongest reason has a colour of its own, the others a share of it
    assert 0 < min(max(colour) for colour in opaque) < 255


CHANGES = {
    "a style for an attribute": """
        restyle(':root[data-extension] { --pen: rgb(250, 240, 230); }');
        setTimeout(() => { document.documentElement.dataset.extension = 'dark'; });""",
    "a style that nothing tells of": "restyle(':root { --pen: rgb(250, 240, 230); }');",
    "the colour itself, whatever the property says": """
        for (const sheet of document.styleSheets)
            for (const rule of sheet.cssRules)
                if (rule.style?.color === 'var(--pen)') rule.style.color = 'rgb(250, 240, 230)';""",
    "a style of the root element": "document.documentElement.style.setProperty('--pen', 'rgb(250, 240, 230)');",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_ink_follows_whoever_restyles_the_page(drawing_page: Page, change: str) -> None:
    page = drawing_page
    page.emulate_media(reduced_motion="reduce")  # which is about what moves
    page.evaluate(COLUMN)
    expect(page.locator("#prediction")).to_have_text("1")
    page.evaluate(f"() => {{ {RESTYLE} {change} }}")
    for canvas in ("#canvas", "#canvas_image", "#journey_seen"):
        page.wait_for_function(f"(id) => String(({DARKEST})(id)) === '250,240,230,255'", arg=canvas)


def test_ink_follows_the_device_and_the_visitor(drawing_page: Page) -> None:
    page = drawing_page
    page.evaluate(COLUMN)
    expect(page.locator("#prediction")).to_have_text("1")
    seen = [page.evaluate(DARKEST, "#canvas_image")]

    def changes() -> None:
        page.wait_for_function(f"(last) => String(({DARKEST})('#canvas_image')) !== String(last)", arg=seen[-1])
        seen.append(page.evaluate(DARKEST, "#canvas_image"))

    page.emulate_media(color_scheme="dark")
    changes()
    page.emulate_media(color_scheme="dark", forced_colors="active")
    changes()
    page.emulate_media(color_scheme="dark", forced_colors="none")
    changes()
    page.select_option("#select_theme", "light")
    changes()
    assert (seen[0], seen[1]) == (seen[4], seen[3])
