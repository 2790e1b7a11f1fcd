"""Without a network after one visit, and never half of one build and half of another."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conftest import Run, Site
from digitjs.browser.server import Handler, serving

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
    report.get_by_role("link", name="Licences").click()
    expect(report.locator("body")).to_contain_text("Apache License")
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


class TidyHandler(Handler):
    """As some hosts do: addresses without .html, the others redirected; and all of it out of order on demand."""

    broken = False

    def do_GET(self) -> None:  # noqa: N802 - the library's own name
        """Answer, redirect, or fail."""
        name = self.path.partition("?")[0]
        if self.broken and not name.endswith(".js"):
            self.send_error(503)
        elif name.endswith(".html"):
            self.send_response(308)
            self.send_header("Location", name.removesuffix("index.html").removesuffix(".html"))
            self.end_headers()
        else:
            if (Path(self.directory) / f"{name[1:]}.html").is_file():
                self.path = f"{name}.html"
            super().do_GET()


@pytest.fixture
def tidy_host(full_site: Site) -> Iterator[tuple[str, type[TidyHandler]]]:
    class Own(TidyHandler):
        pass

    with serving(full_site.folder, handler=Own) as address:
        yield address, Own


def test_hosts_that_leave_html_out_of_addresses_are_kept_too(
    context: BrowserContext, tidy_host: tuple[str, type[TidyHandler]]
) -> None:
    address, handler = tidy_host
    page = visit(context, address)
    page.reload()  # now through the worker
    page.evaluate("digitjs.ready")
    page.get_by_role("link", name="Report").click()
    expect(page).to_have_url(address + "report")
    expect(page.locator("h1")).to_have_text("Accuracy report")
    handler.broken = True  # a host in trouble is as bad as none
    page.goto(address)
    page.evaluate("digitjs.ready")
    context.set_offline(True)
    for name in ("report", "report.html"):
        page.goto(address + name)
        expect(page.locator("h1")).to_have_text("Accuracy report")
    page.get_by_role("link", name="Draw", exact=True).click()
    page.wait_for_url(address + "index.html")  # a click does not wait for the page it leads to
    page.evaluate("digitjs.ready")
    context.set_offline(False)


def test_a_page_of_another_build_is_not_kept(
    browser: Browser, context: BrowserContext, tiny_site: Site, tmp_path: Path
) -> None:
    served = Path(shutil.copytree(tiny_site.folder, tmp_path / "served"))
    report = served / "report.html"
    report.write_text(report.read_text("utf-8").replace("assets/report.", "assets/report.of.another.", 1), "utf-8")
    with serving(served) as address:
        page = context.new_page()
        page.goto(address)
        page.evaluate("digitjs.ready")
        refused = page.evaluate(
            """async () => {
                const kept = await navigator.serviceWorker.register('service-worker.js');
                const worker = kept.installing;
                while (worker.state === 'installing') await new Promise((resolve) => setTimeout(resolve, 50));
                return worker.state;
            }"""
        )
        assert refused == "redundant"
