"""From saving a file to the new page, with `digitjs serve` and the networks that come with the package.

PYTHONPATH=. python tests/tools/bench_serve.py [FILE.json]
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from digitjs.browser.launch import launch_browser

EACH = 20  # saves of each kind
CONFIG = '[site]\ntitle = "title {}"\n[theme]\nfolder = "look"\n'
HEADLINE = '{{% extends "!index.html" %}}{{% block opening %}}<h1>headline {}</h1>{{% endblock %}}'
TITLE, HEAD = ".masthead-brand span", "h1"
# What is saved, and how the page shows that it is the new one.
SAVES: dict[str, tuple[str, str, str]] = {
    "configuration": ("digitjs.toml", CONFIG, f"document.querySelector('{TITLE}')?.textContent === 'title {{}}'"),
    "template": ("look/index.html", HEADLINE, f"document.querySelector('{HEAD}')?.textContent === 'headline {{}}'"),
    "style": (
        "look/style.scss",
        "h1 {{ letter-spacing: {}px }}",
        f"getComputedStyle(document.querySelector('{HEAD}') ?? document.body).letterSpacing === '{{}}px'",
    ),
    "text": (
        "look/text/en.json",
        '{{"page_draw": "draw {}"}}',
        "document.querySelector('[data-text=page_draw]')?.textContent === 'draw {}'",
    ),
    "static file": ("static/robots.txt", "{}", "fetch('robots.txt').then((a) => a.text()).then((t) => t === '{}')"),
}


def measured(page: Page, folder: Path, kind: str) -> list[float]:
    """Seconds from each save to the page that shows it."""
    name, content, shown = SAVES[kind]
    (folder / name).parent.mkdir(exist_ok=True)
    seconds = []
    for number in range(1, EACH + 1):
        begun = time.perf_counter()
        (folder / name).write_text(content.format(number))
        page.wait_for_function("() => " + shown.format(number), polling=10)
        seconds.append(time.perf_counter() - begun)
        time.sleep(0.3)
    return seconds


def wait(is_so: Callable[[], bool]) -> None:
    while not is_so():
        time.sleep(0.05)


def main() -> None:
    """Print a line for each kind of save."""
    with tempfile.TemporaryDirectory() as name, launch_browser() as browser:
        folder = Path(name)
        (folder / "look").mkdir()
        (folder / "digitjs.toml").write_text(CONFIG.format(0))
        said = folder / "said.txt"
        with said.open("w") as out:
            program = [sys.executable, "-m", "digitjs"]
            subprocess.run([*program, "-q", "build", "--pretrained"], cwd=folder, check=True)
            command = [*program, "serve", "--pretrained", "--port", "0"]
            process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out)
        try:
            wait(lambda: "http://" in said.read_text() or process.poll() is not None)
            page = browser.new_page()
            page.goto(next(word for word in said.read_text().split() if word.startswith("http://")))
            found = {kind: measured(page, folder, kind) for kind in SAVES}
        finally:
            process.kill()
    medians = {kind: round(statistics.median(seconds), 3) for kind, seconds in found.items()}
    print(json.dumps({"saves": EACH, "median_seconds": medians}))
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
