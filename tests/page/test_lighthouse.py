"""What Lighthouse says of both pages in both themes; how fast they are is for `make bench`."""

from pathlib import Path

from browsers import lighthouse
from conftest import Site
from digitjs.appearance import Theme
from digitjs.browser.server import serving
from digitjs.config import Config
from signs import build, sign_task

PAGES = ("index.html", "report.html")


def shortcomings(address: str) -> dict[str, tuple[str, ...]]:
    """The audits that each page fails; without any, each score must be 100."""
    found = lighthouse.scores([address + page for page in PAGES], categories=lighthouse.SETTLED)
    assert all(set(one.categories) == set(lighthouse.SETTLED) for one in found)
    return {
        page: (*one.failed, *(name for name, score in one.categories.items() if score < 100))
        for page, one in zip(PAGES, found, strict=True)
    }


NONE: dict[str, tuple[str, ...]] = dict.fromkeys(PAGES, ())


def test_nothing_is_missing_to_100(full_site: Site) -> None:
    assert shortcomings(full_site.http) == NONE


def test_nothing_is_missing_to_100_in_the_other_theme(page_tools: Path, tmp_path: Path) -> None:
    build(sign_task(tuple("0123456789")), tmp_path / "dist", page_tools, Config(theme=Theme(name="poster")))
    with serving(tmp_path / "dist") as address:
        assert shortcomings(address) == NONE
