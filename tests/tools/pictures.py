"""The README's pictures, taken of the built site: `make pictures`."""

import subprocess
import sys
import tempfile
from math import cos, pi, sin
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from digitjs.browser.launch import launch_browser
from digitjs.browser.server import serving
from digitjs.data import stroke_file
from digitjs.data.stroke_file import Stroke
from digitjs.evaluation import synthetic_numbers
from digitjs.evaluation.evaluate import draw_with_mouse

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "dist"
PICTURES = ROOT / "assets" / "pictures"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1200, "height": 800}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}

DIGITS = stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl")
FOUR = next(drawing.strokes for drawing in DIGITS if drawing.label == 4)
NUMBER = synthetic_numbers.numbers(DIGITS, seed=8, each=1)[2].strokes
TURN = tuple(2 * pi * step / 24 for step in range(25))
FACE: tuple[Stroke, ...] = (
    tuple((0.5 + 0.4 * sin(angle), 0.5 - 0.4 * cos(angle)) for angle in TURN),
    ((0.36, 0.34), (0.36, 0.44)),
    ((0.64, 0.34), (0.64, 0.44)),
    ((0.3, 0.58), (0.34, 0.66), (0.42, 0.71), (0.5, 0.72), (0.58, 0.71), (0.66, 0.66), (0.7, 0.58)),
)


def opened(browser: Browser, address: str, device: dict[str, Any], drawn: tuple[Stroke, ...] = ()) -> Page:
    """The drawing page with all networks, and something drawn."""
    page = browser.new_context(**device).new_page()
    page.goto(address + "index.html")
    page.select_option("#select_model", "all")
    page.evaluate("digitjs.ready")
    if drawn:
        draw_with_mouse(page, drawn)
        page.mouse.move(0, 0)
        page.wait_for_timeout(400)  # bars and steps come to rest
    page.evaluate("scrollTo(0, 0)")
    return page


def save(page: Page, name: str, *, whole: bool = False) -> None:
    """Write one picture and close its page."""
    page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
    page.context.close()


def save_augmentations(browser: Browser) -> None:
    """The sheet of `digitjs augment-preview`."""
    with tempfile.TemporaryDirectory() as folder:
        sheet = Path(folder) / "sheet.html"
        subprocess.run([sys.executable, "-m", "digitjs", "-q", "augment-preview", "-o", str(sheet)], check=True)
        page = browser.new_context(**DESKTOP).new_page()
        page.goto(sheet.as_uri())
        save(page, "augmentations", whole=True)


def main() -> None:
    """Take every picture."""
    PICTURES.mkdir(exist_ok=True)
    with launch_browser() as browser, serving(SITE) as address:
        save(opened(browser, address, DESKTOP, FOUR), "desktop")
        save(opened(browser, address, {**DESKTOP, "color_scheme": "dark"}, NUMBER), "dark")
        save(opened(browser, address, PHONE, FOUR), "phone")
        save(opened(browser, address, {**PHONE, "color_scheme": "dark"}, FACE), "refused")
        inside = opened(browser, address, DESKTOP, FOUR)
        inside.locator("#inside summary").click()
        inside.locator("#inside").scroll_into_view_if_needed()
        inside.wait_for_timeout(600)
        inside.locator("#inside").screenshot(path=PICTURES / "inside.png")
        inside.context.close()
        report = browser.new_context(**DESKTOP).new_page()
        report.goto(address + "report.html")
        save(report, "report")
        save_augmentations(browser)


if __name__ == "__main__":
    main()
