"""A real Chromium, wherever this machine has one."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from digitjs.errors import DigitjsError

VARIABLE = "DIGITJS_BROWSER"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PATIENCE = 60  # seconds for whatever a page is asked: slow processors load all networks in a tenth of them
HELP = f"run `playwright install chromium`, or name a Chromium or Chrome in ${VARIABLE}"


def find(playwright: Playwright) -> Path:
    """The browser to drive: `$DIGITJS_BROWSER`, then Playwright's own, then one on the PATH.

    Raises:
        DigitjsError: there is none.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen:
        path = shutil.which(chosen)
        if path is None:
            raise DigitjsError(f"${VARIABLE} names {chosen}, which is no program: {HELP}.")
        return Path(path)
    own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    for command in COMMANDS:
        path = shutil.which(command)
        if path:
            return Path(path)
    raise DigitjsError(f"No browser found: {HELP}.")


@contextmanager
def launch_browser() -> Iterator[Browser]:
    """A headless Chromium, closed at the end of the block.

    Raises:
        DigitjsError: there is none, it does not start, or it fails inside the block.
    """
    try:
        with sync_playwright() as playwright:
            browser = _started(playwright)
            try:
                yield browser
            finally:
                browser.close()
    except Error as error:
        raise DigitjsError(f"The browser failed ({reason(error)}): run the command again.") from error


def _started(playwright: Playwright) -> Browser:
    path = find(playwright)
    # Chromium's sandbox does not run as root (containers, CI); the pages opened here are our own.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    try:
        return playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if root else [])
    except Error as error:
        raise DigitjsError(f"{path} does not start ({reason(error)}): {HELP}.") from error


def ask(page: Page, script: str, argument: object = None) -> Any:
    """What a script returns in a page. `page.evaluate` would wait for ever for a promise that is never settled.

    Args:
        page: where it runs; its default timeout is how long it may take.
        script: a function of the argument; a promise that it returns is awaited.
        argument: given to it as JSON.

    Raises:
        playwright.sync_api.Error: it throws, or does not return in time.
    """
    # The value is wrapped because the script would run again after a falsy one.
    return page.wait_for_function(f"async (argument) => [await ({script})(argument)]", arg=argument).json_value()[0]


def reason(error: Exception) -> str:
    """The first line of an error, without the name of Playwright's function in front and the full stop."""
    return re.sub(r"^\w+\.\w+: ", "", str(error).partition("\n")[0]).rstrip(".")


if __name__ == "__main__":  # `make test` asks whether it must install one
    try:
        with launch_browser() as found:
            print(found.version)
    except DigitjsError as error:
        error.show()
        raise SystemExit(error.exit_code) from error
