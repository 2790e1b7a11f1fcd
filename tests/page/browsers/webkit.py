"""WebKitGTK's MiniBrowser on a display of its own, driven by Selenium."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from selenium.webdriver import WebKitGTK, WebKitGTKOptions, WebKitGTKService
from selenium.webdriver.common.actions.action_builder import ActionBuilder

from browsers.session import Reading, Session
from digitjs.data.stroke_file import Drawing

LIBRARIES = Path("/usr/lib")
BROWSERS = ("*/webkit2gtk-4.*/MiniBrowser", "webkit2gtk-4.*/MiniBrowser")  # Debian keeps it off the PATH
SCRIPT = (Path(__file__).parent / "page.js").read_text("utf-8").replace("export ", "")


def missing() -> str:
    """What this machine lacks, or nothing."""
    if not shutil.which("WebKitWebDriver") or not _browsers():
        return "no WebKitGTK driver: apt-get install webkit2gtk-driver"
    return "" if shutil.which("Xvfb") else "no display for WebKitGTK: apt-get install xvfb"


def _browsers() -> list[Path]:
    return sorted(path for pattern in BROWSERS for path in LIBRARIES.glob(pattern))


def draw(address: str, drawings: tuple[Drawing, ...]) -> Session:
    """Open a watched page and draw, one drawing after the other."""
    with _display() as display:
        environment = {**os.environ, "DISPLAY": display, "GDK_BACKEND": "x11"}
        if os.geteuid() == 0:  # as in containers, where WebKit's sandbox cannot be set up
            environment["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        options = WebKitGTKOptions()
        options.binary_location = str(_browsers()[-1])
        options.add_argument("--automation")
        driver = WebKitGTK(options=options, service=WebKitGTKService(env=environment))
        try:
            return _visit(driver, address, drawings)
        finally:
            driver.quit()


def _visit(driver: WebKitGTK, address: str, drawings: tuple[Drawing, ...]) -> Session:
    driver.set_window_size(1280, 900)
    driver.set_script_timeout(60)
    driver.get(address)
    _ask(driver, "ready")
    readings = []
    for drawing in drawings:
        driver.find_element("id", "clear_canvas").click()
        for path in driver.execute_script(f"{SCRIPT}; return paths(arguments[0])", drawing.strokes):
            _stroke(driver, path)
        readings.append(msgspec.convert(_ask(driver, "reading", str(drawing.label)), type=Reading))
    # Neither WebDriver nor MiniBrowser under automation hands the console out.
    return Session(tuple(readings), tuple(driver.execute_script("return digitjsErrors")))


def _ask(driver: WebKitGTK, question: str, *given: str) -> object:
    """The answer of an asynchronous function of page.js, which must not fail."""
    script = f"""{SCRIPT}
        const done = arguments[arguments.length - 1];
        const failed = (reason) => done([null, String(reason)]);
        {question}(...arguments).then((answer) => done([answer ?? null, null]), failed);"""
    answer, reason = driver.execute_async_script(script, *given)
    assert reason is None, reason
    return answer


def _stroke(driver: WebKitGTK, path: list[tuple[int, int]]) -> None:
    actions = ActionBuilder(driver, duration=0)
    pointer: Any = actions.pointer_action  # Selenium publishes no types for it
    pointer.move_to_location(*path[0]).pointer_down()
    for point in path[1:]:
        pointer.move_to_location(*point)
    pointer.pointer_up()
    actions.perform()


@contextmanager
def _display() -> Iterator[str]:
    """An X server without a screen, on the first number that is free."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        try:
            yield f":{server.stdout.readline().strip()}"
        finally:
            server.terminate()
