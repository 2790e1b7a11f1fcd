"""Without a network after one visit, and never half of one build and half of another."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Run, Site
from digitjs.server import serving

UPDATED = """navigator.serviceWorker.getRegistration().then(async (one) => {
    await one.update();
    while (one.installing) await new Promise((resolve) => setTimeout(resolve, 50));
})"""
KEPT = "navigator.serviceWorker.ready.then(() => null)"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context() as fresh:
        yield fresh


def visit(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    page.evaluate("digitjs.ready")
    page.evaluate(KEPT)
    return page


def test_the_page_reloads_and_predicts_with_the_network_off(context: BrowserContext, full_site: Site) -> None:
    page = visit(context, full_site.http)
    context.set_offline(True)
    page.reload()
    page.select_option("#select_model", "all")
    page.evaluate("digitjs.ready")
    seven = [[[0, 0], [10, 0], [5, 20]]]
    assert page.evaluate("(strokes) => digitjs.classify(strokes, 'all')", seven)["digit"] == 7
    report = context.new_page()
    report.goto(full_site.http + "report.html")
    expect(report.locator("h1")).to_be_visible()
    context.set_offline(False)


def test_a_new_build_replaces_the_old_one_as_a_whole(
    context: BrowserContext, tiny_site: Site, tiny_data: Path, run: Run, tmp_path: Path
) -> None:
    served = Path(shutil.copytree(tiny_site.folder, tmp_path / "served"))
    with serving(served) as address:
        page = visit(context, address)
        Path("digitjs.toml").write_text('networks = ["mlp"]\n[site]\ntitle = "The new build"\n')
        assert run("render", "--data", tiny_data, "-o", served).exit_code == 0
        for _ in range(3):
            page.reload()
            page.evaluate("digitjs.ready")
            expect(page).to_have_title("The new build")  # a page comes from the network where there is one
            assert page.evaluate("digitjs.networks") == ["mlp"]
        page.evaluate(UPDATED)
        page.close()  # the last of the old build: the next visit is the new worker's alone
        page = visit(context, address)
        context.set_offline(True)
        page.reload()
        page.evaluate("digitjs.ready")
        assert page.evaluate("digitjs.networks") == ["mlp"]
        assert len(page.evaluate("caches.keys()")) == 1
        context.set_offline(False)
