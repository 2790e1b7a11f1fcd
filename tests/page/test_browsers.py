"""The drawing page in Firefox and in WebKit, wherever they are installed; test_page.py has Chromium."""

import shutil
from collections.abc import Iterator
from types import ModuleType

import pytest

from browsers import firefox, webkit
from conftest import DIGITS, ROOT, Site
from digitjs.browser.server import serving
from digitjs.model_card import read_card

BROWSERS = {"firefox": firefox, "webkit": webkit}
WATCH = ROOT / "tests" / "page" / "browsers" / "watch.js"


@pytest.fixture(scope="module")
def watched_site(full_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with one more script, because WebKit's driver does not tell what the console says."""
    folder = tmp_path_factory.mktemp("watched") / "dist"
    shutil.copytree(full_site.folder, folder)
    shutil.copy(WATCH, folder)
    page = folder / "index.html"
    html = page.read_text("utf-8").replace("<title>", f'<script src="{WATCH.name}"></script><title>', 1)
    page.write_text(html, "utf-8")
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


# Selenium's own WebKitGTK class uses what Selenium deprecates.
@pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")
@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("browser", BROWSERS.values(), ids=BROWSERS)
def test_every_fixture_drawn_with_the_pointer_is_read_by_every_network(
    request: pytest.FixtureRequest, browser: ModuleType, scheme: str
) -> None:
    if browser.missing():
        pytest.skip(browser.missing())
    site: Site = request.getfixturevalue("watched_site")  # built only for a browser that is there
    session = browser.draw(site.address(scheme), DIGITS)
    names = {read_card(folder).name for folder in site.folder.glob("models/*")}
    read = [(one.strokes, one.digits, one.shown) for one in session.readings]
    assert read == [
        (len(drawing.strokes), dict.fromkeys(names, drawing.label), str(drawing.label)) for drawing in DIGITS
    ]
    assert session.errors == ()
