"""What a page is asked comes back, or ends in time and in one sentence."""

import re
import subprocess
import sys

import pytest
from playwright.sync_api import Error, TimeoutError

from conftest import ROOT
from digitjs.browser.launch import ask, launch_browser, reason
from digitjs.errors import DigitjsError


def test_a_page_answers_or_is_given_up() -> None:
    with launch_browser() as browser:
        page = browser.new_page()
        page.set_default_timeout(1000)
        assert ask(page, "async ([a, b]) => a * b", [6, 7]) == 42
        assert ask(page, "() => 0") == 0
        assert ask(page, "() => undefined") is None
        with pytest.raises(Error) as failed:
            ask(page, "() => { throw new TypeError('odd'); }")
        assert reason(failed.value) == "TypeError: odd"
        for endless in ("() => new Promise(() => {})", "() => { for (;;); }"):
            with pytest.raises(TimeoutError):
                ask(page, endless)


def test_a_browser_that_fails_is_told_in_one_sentence() -> None:
    with (
        pytest.raises(DigitjsError, match=r"^The browser failed \(.*ERR_UNSAFE_PORT.*\): run the command again\.$"),
        launch_browser() as browser,
    ):
        browser.new_page().goto("http://127.0.0.1:1/")


def test_make_finds_the_browser_that_is_there() -> None:
    recipe = (ROOT / "Makefile").read_text().partition("\nbrowser:")[2]
    modules = re.findall(r"-m (digitjs[\w.]*)", recipe)
    assert len(modules) == 2  # it asks, and where none could be installed it says why
    for module in modules:
        found = subprocess.run([sys.executable, "-m", module], capture_output=True, text=True, check=False)
        assert (found.returncode, found.stderr) == (0, "")
        assert re.fullmatch(r"[\d.]+\n", found.stdout)  # its version
