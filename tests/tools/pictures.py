"""The README's pictures, taken of the built site: `make pictures`."""

import json
import subprocess
import sys
import tempfile
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page

from digitjs import config
from digitjs.browser.launch import launch_browser
from digitjs.browser.server import serving
from digitjs.data import stroke_file
from digitjs.data.stroke_file import Stroke
from digitjs.evaluation import synthetic_numbers
from digitjs.evaluation.evaluate import draw_with_mouse
from digitjs.filesystem.paths import default_cache
from digitjs.site import bundle, collect_page
from digitjs.training.augment.stroke_jitter import jittered

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

ROUND: Stroke = tuple((0.5 + 0.4 * sin(angle), 0.5 - 0.45 * cos(angle)) for angle in TURN)
# Capital letters, in a square of side 1.
GREEK: dict[str, tuple[Stroke, ...]] = {
    "Γ": (((0.3, 0.95), (0.3, 0.08), (0.75, 0.05)),),
    "Δ": (((0.5, 0.05), (0.1, 0.93), (0.92, 0.95), (0.5, 0.05)),),
    "Θ": (ROUND, ((0.3, 0.5), (0.7, 0.5))),
    "Λ": (((0.1, 0.95), (0.5, 0.05), (0.9, 0.95)),),
    "Ξ": (((0.15, 0.1), (0.85, 0.08)), ((0.3, 0.5), (0.7, 0.49)), ((0.15, 0.9), (0.87, 0.92))),
    "Π": (((0.2, 0.95), (0.22, 0.08)), ((0.78, 0.95), (0.8, 0.06)), ((0.05, 0.08), (0.95, 0.06))),
    "Σ": (((0.8, 0.08), (0.2, 0.06), (0.55, 0.48), (0.18, 0.93), (0.85, 0.92)),),
    "Φ": (tuple((0.5 + 0.4 * sin(angle), 0.5 - 0.28 * cos(angle)) for angle in TURN), ((0.5, 0.05), (0.5, 0.95))),
    "Ψ": (((0.1, 0.1), (0.16, 0.45), (0.5, 0.6), (0.84, 0.45), (0.9, 0.1)), ((0.5, 0.05), (0.5, 0.95))),
    "Ω": (
        (
            *((0.12, 0.95), (0.36, 0.93), (0.15, 0.6), (0.16, 0.3), (0.5, 0.06), (0.84, 0.3), (0.85, 0.6)),
            *((0.64, 0.93), (0.9, 0.95)),
        ),
    ),
}


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


def save_collecting(browser: Browser) -> None:
    """The page of `digitjs collect`, with some letters drawn."""
    words = config.Collect(text="Capital letters of class 7b, for the page of our Greek course.", classes=tuple(GREEK))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        modules = bundle.install(default_cache(), print)
        collect_page.write_alone(folder, modules, collect_page.Alone(config.Config(collect=words), saving=None))
        page = browser.new_context(**DESKTOP).new_page()
        page.goto((folder / "index.html").as_uri())
        for _ in range(2 * len(GREEK) + 2):
            draw_with_mouse(page, GREEK[page.locator("#ask_class").inner_text()])
            page.wait_for_timeout(300)  # two presses within a quarter of a second count as one
            page.keyboard.press("Enter")
        draw_with_mouse(page, GREEK[page.locator("#ask_class").inner_text()])
        page.locator("#canvas").evaluate("canvas => canvas.blur()")
        page.mouse.move(0, 0)
        page.click("#gallery_box summary")
        page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        page.wait_for_timeout(200)
        save(page, "collect", whole=True)


def save_signs(browser: Browser) -> None:
    """The page that `digitjs build` makes of five drawings of each letter."""
    random = np.random.default_rng(5)
    drawings = [
        {"label": name, "strokes": jittered([list(stroke) for stroke in strokes], random)}
        for name, strokes in GREEK.items()
        for _ in range(5)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "greek.jsonl").write_text("\n".join(json.dumps(drawing) for drawing in drawings), "utf-8")
        (folder / "digitjs.toml").write_text('task.noun.en = {one = "letter", other = "letters"}\n', "utf-8")
        command = [sys.executable, "-m", "digitjs", "-q", "build", "--data", "greek.jsonl"]
        subprocess.run(command, check=True, cwd=folder)
        with serving(folder / "dist") as address:
            page = browser.new_context(**DESKTOP).new_page()
            page.goto(address + "index.html")
            page.evaluate("digitjs.ready")
            draw_with_mouse(page, GREEK["Ψ"])
            page.mouse.move(0, 0)
            page.wait_for_timeout(400)  # bars and steps come to rest
            page.evaluate("scrollTo(0, 0)")
            save(page, "signs")


def save_poster(browser: Browser) -> None:
    """The drawing page in the other theme."""
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "digitjs.toml").write_text('[theme]\nname = "poster"\n', "utf-8")
        subprocess.run([sys.executable, "-m", "digitjs", "-q", "build", "--pretrained"], check=True, cwd=name)
        with serving(Path(name) / "dist") as address:
            save(opened(browser, address, DESKTOP, FOUR), "poster")


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
        save_collecting(browser)
        save_signs(browser)
        save_poster(browser)


if __name__ == "__main__":
    main()
