"""A real Chromium, wherever this machine has one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from digitjs.errors import DigitjsError

VARIABLE = "DIGITJS_BROWSER"
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
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
def launch() -> Iterator[Browser]:
    """A headless Chromium, closed at the end of the block.

    Raises:
        DigitjsError: there is none, or it does not start.
    """
    with sync_playwright() as playwright:
        path = find(playwright)
        # Chromium's sandbox does not run as root (containers, CI); the pages opened here are our own.
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if root else [])
        except Error as error:
            raise DigitjsError(f"{path} does not start ({error.message.splitlines()[0]}): {HELP}.") from error
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":  # `make test` asks whether it must install one
    try:
        with launch() as found:
            print(found.version)
    except DigitjsError as error:
        error.show()
        raise SystemExit(error.exit_code) from error
