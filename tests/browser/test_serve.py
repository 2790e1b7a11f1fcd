"""`digitjs serve` shows a site as it is being made: it follows every save, and no mistake ends it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from conftest import Run
from digitjs import pipeline
from digitjs.cli.options import SEED
from digitjs.data.source import Source
from digitjs.networks import builtin
from digitjs.pipeline import Plan
from processes import PATIENCE, hearing, wait
from signs import export, sign_task

CONFIG = 'networks = ["compact"]\n[site]\ntitle = "{}"\n[theme]\nfolder = "look"\n'


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Path:
    """A cache in which the compact network is trained: a model of the same task lies in its place."""
    cache = tmp_path_factory.mktemp("trained")
    networks = tuple(network.trained_by(None, seed=SEED) for network in builtin.find(("compact",)))
    [model] = pipeline.resolve(Plan(networks, None, "float32", named=True), cache).models
    model.fitted.parent.mkdir()
    export(sign_task(tuple("0123456789")), model.fitted)
    (cache / "node").symlink_to(page_tools.parent.parent)
    return cache


@dataclass(frozen=True)
class Served:
    """A running `digitjs serve`."""

    folder: Path
    process: "subprocess.Popen[str]"
    url: str

    def said(self) -> str:
        """What it has printed."""
        return (self.folder / "said.txt").read_text("utf-8")


Start = Callable[..., Served]


@pytest.fixture
def start(tmp_path: Path, trained: Path) -> Iterator[Start]:
    """Starts `digitjs serve` in a folder with a configuration and a theme that is empty."""
    started: list[subprocess.Popen[str]] = []

    def begin(*options: str) -> Served:
        folder = tmp_path / "site"
        (folder / "look").mkdir(parents=True)
        (folder / "digitjs.toml").write_text(CONFIG.format("First"))
        command = [sys.executable, "-m", "digitjs", "serve", "--port", "0", *options]
        environment = {**os.environ, "DIGITJS_CACHE": str(trained)}
        with (folder / "said.txt").open("w") as said:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdout=said, stderr=said, text=True, preexec_fn=hearing
            )
        started.append(process)
        served = Served(folder, process, "")
        wait(lambda: "(Ctrl+C stops)" in served.said() or process.poll() is not None)
        url = next((word for word in served.said().split() if word.startswith("http://")), "")
        return Served(folder, process, url)

    yield begin
    for process in started:
        process.kill()
        process.wait()


def get(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose steps may take as long as a busy machine needs."""
    with browser.new_context() as context:
        context.set_default_timeout(1000 * PATIENCE)
        expect.set_options(timeout=1000 * PATIENCE)
        yield context.new_page()
        expect.set_options(timeout=5000)  # Playwright's own


def test_every_kind_of_save_is_followed(start: Start, page: Page) -> None:
    served = start()
    page.goto(served.url)
    title, headline = page.locator(".masthead-brand span"), page.locator("h1")
    expect(title).to_have_text("First")
    (served.folder / "digitjs.toml").write_text(CONFIG.format("Second"))
    expect(title).to_have_text("Second")
    look = served.folder / "look"
    (look / "index.html").write_text('{% extends "!index.html" %}{% block opening %}<h1>Mine</h1>{% endblock %}')
    expect(headline).to_have_text("Mine")
    (look / "style.scss").write_text("h1 { letter-spacing: 7px }")
    expect(headline).to_have_css("letter-spacing", "7px")
    (look / "index.html").unlink()
    (look / "text").mkdir()
    (look / "text" / "en.json").write_text('{"headline": "Write here."}')
    expect(headline).to_have_text("Write here.")
    (served.folder / "static").mkdir()
    (served.folder / "static" / "robots.txt").write_text("User-agent: *")
    wait(lambda: get(served.url + "robots.txt") == (200, "User-agent: *"))
    (look / ".#index.html").symlink_to("ada@desk.123:456")  # as Emacs locks what is edited
    (look / "text" / ".#en.json").symlink_to("ada@desk.123:456")
    (look / ".#style.scss").symlink_to("ada@desk.123:456")
    replacement = served.folder / "new.toml"
    replacement.write_text(CONFIG.format("Third"))
    replacement.replace(served.folder / "digitjs.toml")  # as many editors save
    expect(title).to_have_text("Third")
    assert served.said().count("\n") == 1  # where it serves, and nothing else


@pytest.mark.parametrize(
    ("name", "broken", "said"),
    [
        ("look/index.html", "\n{{ gone }}", "look/index.html, line 2, does not render: 'gone' is undefined"),
        ("look/style.scss", "\n\na { b: $gone }", "look/style.scss, line 3: Undefined variable"),
        ("look/text/en.json", "{\n3", "look/text/en.json, line 2, holds no texts"),
        ("digitjs.toml", "[site]\ntitel = 3", "unknown field `titel` - at `$.site`, did you mean `title` (line 2)"),
        ("digitjs.toml", 'networks = ["compact"]\n[site]\nlanguage = "fr"', "There is no text in the language fr"),
        (
            "digitjs.toml",
            'networks = ["compact"]\n[theme]\naccent = "#ff0"',
            "digitjs.toml, line 3: theme.accent #ffff00",
        ),
    ],
)
def test_a_mistake_is_shown_and_the_next_save_recovers(
    start: Start, page: Page, name: str, broken: str, said: str
) -> None:
    served = start()
    page.goto(served.url)
    alert = page.locator("pre[role=alert]")
    expect(alert).to_have_count(0)
    target = served.folder / name
    before = target.read_text() if target.exists() else None
    target.parent.mkdir(exist_ok=True)
    target.write_text(broken)
    expect(alert).to_contain_text(said)
    assert alert.evaluate("(one) => getComputedStyle(one).position") == "fixed"  # the policy allows how it looks
    expect(page.locator(".masthead-brand span")).to_have_text("First")  # the last site that was right
    page.reload()
    expect(alert).to_contain_text(said)
    assert said in served.said()
    if before is None:
        target.unlink()
    else:
        target.write_text(before)
    expect(alert).to_have_count(0)


def test_a_mistake_at_the_start_is_shown_until_it_is_mended(start: Start, page: Page, tmp_path: Path) -> None:
    served = start("--config", str(tmp_path / "other.toml"))
    assert served.url, served.said()
    page.goto(served.url)
    expect(page.locator("pre").first).to_contain_text("other.toml")
    (tmp_path / "other.toml").write_text('networks = ["compact"]\n[site]\ntitle = "Mended"\n')
    expect(page.locator(".masthead-brand span")).to_have_text("Mended")


def test_in_strict_mode_a_warning_is_a_mistake(start: Start, page: Page) -> None:
    served = start("--strict")
    page.goto(served.url)
    unknown = '{% extends "!index.html" %}{% block openning %}{% endblock %}'
    (served.folder / "look" / "index.html").write_text(unknown)
    expect(page.locator("pre[role=alert]")).to_contain_text("did you mean opening (--strict).")
    (served.folder / "look" / "index.html").write_text(unknown.replace("nn", "n"))
    expect(page.locator("pre[role=alert]")).to_have_count(0)


def test_saves_are_followed_by_looking_again_where_file_systems_report_none(
    start: Start, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHFILES_FORCE_POLLING", "1")
    served = start()
    page.goto(served.url)
    (served.folder / "digitjs.toml").write_text(CONFIG.format("Polled"))
    expect(page.locator(".masthead-brand span")).to_have_text("Polled")


def test_nothing_is_trained_but_the_command_is_named(start: Start, page: Page) -> None:
    served = start()
    page.goto(served.url)
    (served.folder / "digitjs.toml").write_text('networks = ["mlp"]\n')
    said = "mlp is not trained yet: run digitjs build, or digitjs train mlp"
    expect(page.locator("pre[role=alert]")).to_contain_text(said)
    assert said in served.said()
    expect(page.locator(".masthead-brand span")).to_have_text("First")


def strokes(count: int) -> str:
    """A stroke file of digits that a program draws, so many of each."""
    signs = sign_task(tuple("0123456789"))
    lines = [
        {"label": name, "strokes": [[(x + slant * y / 10, y) for x, y in stroke] for stroke in signs.drawing(name)]}
        for name in signs.task.classes
        for slant in range(count)
    ]
    return "\n".join(map(json.dumps, lines))


def train(trained: Path, data: Path) -> None:
    """Put the model where the training on some data would."""
    networks = tuple(network.trained_by(None, seed=SEED) for network in builtin.find(("compact",)))
    default = pipeline.resolve(Plan(networks, None, "float32", named=True), trained).models[0].fitted
    [model] = pipeline.resolve(Plan(networks, Source((data,)), "float32", named=True), trained).models
    draft = model.fitted.with_name(f".{model.fitted.name}")
    shutil.copytree(default, draft)
    draft.rename(model.fitted)


def test_a_change_of_data_is_reported_and_a_training_shown(
    start: Start, page: Page, trained: Path, tmp_path: Path
) -> None:
    data = tmp_path / "digits.jsonl"
    data.write_text(strokes(3))
    train(trained, data)
    served = start("--data", str(data))
    page.goto(served.url)
    data.write_text(strokes(4))
    alert = page.locator("pre[role=alert]")
    expect(alert).to_have_text(
        "digits.jsonl changed: run digitjs build, which trains on it; the page shows what was trained before."
    )
    train(trained, data)  # as digitjs build does in another terminal
    expect(alert).to_have_count(0)


def test_without_a_training_it_ends_with_the_command(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DIGITJS_CACHE", str(tmp_path / "cache"))
    result = run("serve", "--port", 0)
    assert (result.exit_code, result.output.strip()) == (
        1,
        "Error: compact is not trained yet: run digitjs build, or digitjs train compact; or, in seconds, "
        "digitjs build --pretrained, and this command with --pretrained, too.",
    )
    assert "run digitjs build --pretrained, which" in run("serve", "--port", 0, "--pretrained").output


def test_the_script_that_reloads_is_in_served_bytes_alone(start: Start) -> None:
    served = start()
    for name in ("", "index.html", "report.html", "embed.html?x=1"):
        status, text = get(served.url + name)
        assert status == 200 and text.count("/_digitjs/reload.js?") == 1, name
    request = urllib.request.Request(served.url, method="HEAD")
    with urllib.request.urlopen(request) as answer:
        assert int(answer.headers["Content-Length"]) == len(get(served.url)[1].encode())
    assert get(served.url + "gone.html")[0] == 404
    assert "reload.js" not in get(served.url + "assets/")[1]
    assert not (served.folder / "dist").exists()


def test_without_reload_pages_are_served_as_they_are_built(start: Start) -> None:
    served = start("--no-reload")
    assert "_digitjs" not in get(served.url)[1]
    (served.folder / "digitjs.toml").write_text("broken")
    time.sleep(1)
    assert "First" in get(served.url)[1] and served.said().count("\n") == 1


def test_a_service_worker_of_an_earlier_visit_gives_way(start: Start, browser: Browser) -> None:
    served = start()
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(served.url)
        # What a visit to a built site leaves behind: a worker and its cache.
        page.evaluate("caches.open('digitjs old')")
        page.evaluate("navigator.serviceWorker.register('service-worker.js')")
        page.wait_for_function(
            "async () => !(await navigator.serviceWorker.getRegistrations()).length && !(await caches.keys()).length"
        )


def test_ctrl_c_ends_it_and_leaves_nothing(start: Start, tmp_path: Path) -> None:
    served = start()
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(PATIENCE) == 0
    assert sorted(path.name for path in served.folder.iterdir()) == ["digitjs.toml", "look", "said.txt"]


def test_a_folder_is_served_as_it_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    result = run("serve", "dist")
    assert result.exit_code == 1 and "dist holds no site that digitjs made" in result.output
