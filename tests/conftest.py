"""Digits, sites and a browser for every test. Nothing is a mock: trainings are real and tiny, or real and full."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page

from digitjs import cache_keys
from digitjs.browser.launch import launch_browser
from digitjs.browser.server import serving
from digitjs.cli.commands import main
from digitjs.cli.options import SEED
from digitjs.config import Config, Noun, TaskWords
from digitjs.data import dataset, stroke_file
from digitjs.data.source import Source
from digitjs.data.task import Framing, Greys
from digitjs.filesystem import paths
from digitjs.networks import builtin
from digitjs.site import bundle
from signs import FIFTEEN, HEBREW, Signs, sign_task
from signs import build as build_signs

# As the command line does before it imports TensorFlow; the second is of what tensorflowjs imports, which else greets.
os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "TFDF_DISABLE_WELCOME_MESSAGE": "1"}

ROOT = Path(__file__).parent.parent
DIGITS = stroke_file.read(ROOT / "tests" / "fixtures" / "strokes" / "digits.jsonl")  # one of each, computed
SEVEN = next(drawing.strokes for drawing in DIGITS if drawing.label == 7)
THINGS = ("coat", "bag", "boot", "dress", "shirt")
LETTERS = TaskWords({"en": Noun(one="letter", other="letters"), "de": Noun(one="Buchstabe", other="Buchstaben")})
ARRAYS = ("x_train", "y_train", "x_test", "y_test")  # of the embedded MNIST
TINY_TRAIN, TINY_TEST = 480, 100  # digits: seconds of training, and enough to be right more often than not


@dataclass(frozen=True)
class Site:
    """A built site and where to look at it."""

    folder: Path
    file: str  # file://…/
    http: str  # http://…/

    def address(self, scheme: str) -> str:
        """The drawing page's address over file or http."""
        return (self.file if scheme == "file" else self.http) + "index.html"


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few hundred digits of MNIST as a user's own .npz file."""
    with np.load(dataset.MNIST) as mnist:
        path = tmp_path_factory.mktemp("data") / "tiny.npz"
        np.savez(
            path,
            x_train=mnist["x_train"][:TINY_TRAIN],
            y_train=mnist["y_train"][:TINY_TRAIN],
            x_test=mnist["x_test"][:TINY_TEST],
            y_test=mnist["y_test"][:TINY_TEST],
        )
    return path


def few_digits(data: Path, train: int, test: int) -> dict[str, np.ndarray]:
    """So many digits of an .npz file; of those to train with, the first of each class, the second of each and so on."""
    with np.load(data) as file:
        labels = file["y_train"]
        place = np.array([(labels[:i] == label).sum() for i, label in enumerate(labels)])
        chosen = np.sort(np.argsort(place, kind="stable")[:train])
        return {name: file[name][chosen] if name.endswith("train") else file[name][:test] for name in ARRAYS}


@pytest.fixture(scope="session")
def user_cache() -> Path:
    """This user's own cache: full trainings and the page's tools are kept in it between runs."""
    return paths.default_cache()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run, which all its processes have in common where there are several."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def tiny_cache(tmp_path_factory: pytest.TempPathFactory, user_cache: Path) -> Path:
    """A cache for the tiny trainings of this process, with the tools of the user's."""
    cache = tmp_path_factory.mktemp("cache")
    (user_cache / "node").mkdir(parents=True, exist_ok=True)
    (cache / "node").symlink_to(user_cache / "node", target_is_directory=True)
    return cache


@pytest.fixture
def run(tiny_cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """`digitjs ARGUMENTS` in an empty folder, in this process: TensorFlow is imported once for all tests."""
    monkeypatch.setenv("DIGITJS_CACHE", str(tiny_cache))
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def cache(tmp_path: Path, tiny_cache: Path, tiny_site: Site, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A copy of the cache that the tiny site was built from, to be spoilt; `run` uses it too."""
    copy = Path(shutil.copytree(tiny_cache, tmp_path / "cache", symlinks=True))
    monkeypatch.setenv("DIGITJS_CACHE", str(copy))
    return copy


def cached(cache: Path, data: Path, name: str) -> tuple[Path, Path]:
    """The folders of a network trained on the user's own digits: its training and its export."""
    source = Source((data,))
    network = builtin.find((name,))[0].trained_by(None, seed=SEED).adapted(dataset.load(source))
    training = cache_keys.training_key(network, dataset.fingerprint(source))
    return cache / "models" / training, cache / "models" / cache_keys.export_key(training, network, "float32")


def succeed(*arguments: object, cache: Path) -> None:
    """`digitjs ARGUMENTS` outside of any test, for the fixtures that live longer."""
    command = [str(argument) for argument in arguments]
    result = CliRunner(env={"DIGITJS_CACHE": str(cache)}).invoke(main, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output


@pytest.fixture(scope="session")
def tiny_site(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, tiny_cache: Path, tiny_data: Path
) -> Iterator[Site]:
    """All networks trained on a few hundred digits: right often enough, and built in seconds."""
    folder, trained = tmp_path_factory.mktemp("tiny") / "dist", shared / "trained"
    succeed("train", "--data", tiny_data, cache=trained)  # once: the other processes wait, as its cache has locks
    shutil.copytree(trained / "models", tiny_cache / "models", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    succeed("build", "--data", tiny_data, "-o", folder, cache=tiny_cache)
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


@pytest.fixture(scope="session")
def full_site(tmp_path_factory: pytest.TempPathFactory, user_cache: Path) -> Iterator[Site]:
    """What `digitjs build` makes for a user: minutes of training, unless this machine has done it before."""
    folder = tmp_path_factory.mktemp("full") / "dist"
    succeed("build", "-o", folder, cache=user_cache)
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


@pytest.fixture(scope="session")
def pretrained_site(tmp_path_factory: pytest.TempPathFactory, user_cache: Path) -> Iterator[Site]:
    """What `digitjs build --pretrained` makes: the networks that come with the package."""
    folder = tmp_path_factory.mktemp("pretrained") / "dist"
    succeed("build", "--pretrained", "-o", folder, cache=user_cache)
    with serving(folder) as address:
        yield Site(folder, folder.as_uri() + "/", address)


@dataclass(frozen=True)
class SignSite(Site):
    """A built site of made-up signs."""

    signs: Signs


@pytest.fixture(scope="session")
def page_tools(user_cache: Path) -> Path:
    """The page's tools, as npm installs them."""
    return bundle.install(user_cache, lambda note: None)


@pytest.fixture(scope="session")
def sign_site(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Iterator[SignSite]:
    """Fifteen signs of many scripts, one at a time."""
    yield from _sign_site(sign_task(FIFTEEN, reading="one"), tmp_path_factory.mktemp("signs"), page_tools, Config())


@pytest.fixture(scope="session")
def hebrew_site(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Iterator[SignSite]:
    """Five letters that are written in rows, from right to left."""
    signs = sign_task(HEBREW, reading="row")
    yield from _sign_site(signs, tmp_path_factory.mktemp("hebrew"), page_tools, Config(task=LETTERS))


@pytest.fixture(scope="session")
def picture_site(tmp_path_factory: pytest.TempPathFactory, page_tools: Path) -> Iterator[SignSite]:
    """Five things on dark ground that are looked at as whole pictures."""
    task = {"kind": "picture", "framing": Framing(box=0, centre="box"), "greys": Greys(border="dark")}
    yield from _sign_site(
        sign_task(THINGS, reading="one", **task), tmp_path_factory.mktemp("things"), page_tools, Config()
    )


def _sign_site(signs: Signs, base: Path, tools: Path, config: Config) -> Iterator[SignSite]:
    folder = base / "dist"
    build_signs(signs, folder, tools, config)
    with serving(folder) as address:
        yield SignSite(folder, folder.as_uri() + "/", address, signs)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the tests of a module; Playwright runs one at a time, and some commands start their own."""
    with launch_browser() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh desktop page, which must not log an error."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        opened = context.new_page()
        wrong: list[str] = []
        opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        opened.on("pageerror", lambda error: wrong.append(error.message))
        yield opened
        assert wrong == []


@pytest.fixture
def drawing_page(page: Page, full_site: Site) -> Page:
    """The drawing page over http, its default network loaded."""
    page.goto(full_site.address("http"))
    page.evaluate("digitjs.ready")
    return page


def resize(page: Page, width: int, height: int) -> None:
    """Another size of the window, in CSS pixels; the drawing is shown and read again."""
    before = page.evaluate("document.getElementById('canvas').width")
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("(before) => document.getElementById('canvas').width !== before", arg=before)
    # The canvas gets its new size in a frame; the networks are asked after it.
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))")
