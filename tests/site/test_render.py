"""The owner's words in the pages: as they were written, whatever is in them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from conftest import Site, succeed
from digitjs.browser.server import serving

MARKUP = "</title><script>alert(1)</script>\" & 'x' {{ 7 * 7 }} &amp; </script><!--"
TITLE = MARKUP + " \u0645\u0631\u062d\u0628\u0627! " + 300 * "W"
DESCRIPTION = f'"><img src=x onerror=alert(2)> {TITLE} \\'


@pytest.fixture(scope="module")
def titled_site(tmp_path_factory: pytest.TempPathFactory, user_cache: Path) -> Iterator[Site]:
    """The full site with an odd title and description."""
    base = tmp_path_factory.mktemp("titled")
    config = base / "odd.toml"
    words = f"title = {json.dumps(TITLE)}\ndescription = {json.dumps(DESCRIPTION)}\n"  # as TOML writes strings, too
    config.write_text(f"[site]\n{words}", "utf-8")
    succeed("build", "--config", config, "-o", base / "dist", cache=user_cache)
    with serving(base / "dist") as address:
        yield Site(base / "dist", (base / "dist").as_uri() + "/", address)


SHOWN = """() => ({
    scripts: document.querySelectorAll('script:not([src]):not([type]), img[src=x]').length,
    title: document.querySelector('.masthead-brand span, h1').textContent,
    description: document.querySelector('meta[name=description]').content,
    width: document.documentElement.scrollWidth,
})"""


@pytest.mark.parametrize("width", [320, 1280])
def test_a_title_is_shown_as_it_is_written(browser: Browser, titled_site: Site, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 640}) as context:
        page = context.new_page()
        for name in ("index.html", "report.html", "embed.html"):
            page.goto(titled_site.http + name)
            shown = {"scripts": 0, "title": TITLE, "description": DESCRIPTION, "width": width}
            assert page.evaluate(SHOWN) == shown, name
            if name != "report.html":  # whose own title is a word of the catalogue
                assert page.title() == TITLE


def test_the_manifest_is_json_whatever_the_title(titled_site: Site) -> None:
    manifest = json.loads((titled_site.folder / "manifest.webmanifest").read_text("utf-8"))
    assert (manifest["name"], manifest["description"]) == (TITLE, DESCRIPTION)
