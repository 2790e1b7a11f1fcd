"""A site that is rendered again whenever what it is made of changes, and shown as it is being made."""

import contextlib
import itertools
import os
import queue
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec
import watchfiles

from digitjs import pipeline
from digitjs.browser.preview_server import Stage, listen_for
from digitjs.browser.server import Server
from digitjs.config import STATIC, Config, naming_lines
from digitjs.console import Console
from digitjs.errors import DigitjsError, sentence
from digitjs.filesystem.paths import is_meant, meant, resource
from digitjs.pipeline import Build, Plan, UntrainedError
from digitjs.site import bundle, report
from digitjs.site.bundle import Bundle, Sources
from digitjs.site.render import render_site
from digitjs.site.report import Report
from digitjs.site.theme import Look

DEBOUNCE, STEP = 200, 20  # milliseconds: the longest wait for more changes after one, and how long none must come
# Folders of our own, for who works on digitjs itself.
OURS_SCRIPTS, OURS_STYLES = (resource("assets") / "js",), (resource("assets") / "scss",)
OURS = (*OURS_SCRIPTS, *OURS_STYLES, resource("assets") / "text", resource("site_templates"))
CHANGED = "{} changed: run digitjs build, which trains on it; the page shows what was trained before."


@dataclass(frozen=True)
class Request:
    """What is to be shown."""

    settings: Path  # the configuration file, which need not exist
    load: Callable[[], tuple[Config, Plan]]  # reads it
    cache: Path


@dataclass(frozen=True)
class Watched:
    """Real paths, by what a change of them means."""

    site: frozenset[Path] = frozenset()  # files, and folders with all that is below them: render
    data: frozenset[Path] = frozenset()  # likewise: say that nothing is trained on them yet
    models: Path = Path()  # a folder in which models come and go

    @property
    def deep(self) -> frozenset[Path]:
        """Folders that count with all that is below them."""
        return frozenset(path for path in self.site | self.data if path.is_dir())

    @property
    def flat(self) -> frozenset[Path]:
        """Folders that have watched files; editors put new files into their place."""
        files = (self.site | self.data) - self.deep
        return frozenset(path for path in (self.models, *(file.parent for file in files)) if path.is_dir())

    def kind(self, path: Path) -> str:
        """What the change of a path means: site, data or models; empty where it means nothing."""
        for kind, paths in (("site", self.site), ("data", self.data)):
            if any(path.is_relative_to(one) and is_meant(path.relative_to(one)) for one in paths):
                return kind
        return "models" if path.parent == self.models and not path.name.startswith(".") else ""


class Watcher:
    """Changes of files, from two threads: of folders, and of all below some of them."""

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._queue: queue.SimpleQueue[set[Path]] = queue.SimpleQueue()
        self._folders: tuple[frozenset[Path], ...] = ()
        self._stop = threading.Event()

    def watch(self, watched: Watched) -> None:
        """Watch these from now on, and nothing else."""
        folders = (watched.flat, watched.deep)
        if folders != self._folders:
            self.stop()
            self._folders, self._stop = folders, threading.Event()
            for paths, recursive in zip(folders, (False, True), strict=True):
                if paths:
                    threading.Thread(target=self._follow, args=(paths, self._stop, recursive), daemon=True).start()

    def changes(self) -> set[Path]:
        """All changes since the last ones; waits for one."""
        found = self._queue.get()
        with contextlib.suppress(queue.Empty):
            while True:
                found |= self._queue.get_nowait()
        return found

    def stop(self) -> None:
        """Watch nothing more."""
        self._stop.set()

    def _follow(self, paths: Iterable[Path], stop: threading.Event, recursive: bool) -> None:
        seen = watchfiles.watch(
            *paths, stop_event=stop, recursive=recursive, debounce=DEBOUNCE, step=STEP, raise_interrupt=False
        )
        for changes in seen:
            self._queue.put({Path(path) for _, path in changes})


@dataclass
class Kept:
    """What need not be made again while what it is made of is the same."""

    made: dict[str, tuple[object, object]] = field(default_factory=dict)

    def get(self, what: str, key: object, make: Callable[[], object]) -> object:
        """What was made of this key, or what is made of it now."""
        if what not in self.made or self.made[what][0] != key:
            self.made[what] = key, make()
        return self.made[what][1]


class Preview:
    """One site, in folders that come and go."""

    def __init__(self, request: Request, console: Console, folder: Path) -> None:
        """Render into new folders below this one."""
        self.request, self.console = request, console
        self.stage, self.watcher = Stage(), Watcher()
        self.watched = Watched()
        self._folder, self._numbers, self._kept = folder, itertools.count(1), Kept()
        self._models = 0  # how often models came or went
        self._noted: tuple[str, ...] = ()  # of the last theme

    def render(self) -> None:
        """Show the site as it is now, or say why it cannot be shown: the one before stays.

        Raises:
            UntrainedError: a network is not trained, and there is nothing else to show.
        """
        try:
            before = self.stage.shown.folder
            self.stage.show(self._rendered())
            if before:
                shutil.rmtree(before, ignore_errors=True)
        except (DigitjsError, OSError) as error:
            if isinstance(error, UntrainedError) and self.stage.shown.folder is None:
                raise
            message = error.message if isinstance(error, DigitjsError) else f"{sentence(error)}."
            if message != self.stage.shown.message:
                self.say(message)

    def say(self, message: str) -> None:
        """Tell the person at the terminal and the one at the page."""
        self.console.note(message)
        self.stage.say(message)

    def follow(self) -> None:
        """Render again after every change, for ever."""
        while True:
            changed = self.watcher.changes()
            kinds: dict[str, list[Path]] = {}
            for path in sorted(changed):
                kinds.setdefault(self.watched.kind(path), []).append(path)
            if "models" in kinds:
                self._models += 1
            if "site" in kinds or "models" in kinds:
                self.render()
            if "data" in kinds:
                self.say(CHANGED.format(", ".join(path.name for path in kinds["data"][:3])))

    def _rendered(self) -> Path:
        self._watch(Watched(frozenset(self._settings()), models=_real(self.request.cache / "models")))
        config, plan = self.request.load()
        build = self._build(plan)
        self._watch(self._all(config, plan))
        pipeline.require_trained(build)
        with naming_lines(self.request.settings):
            look = pipeline.look_of(config)
        self._watch(self._all(config, plan, look))
        for note in look.notes if look.notes != self._noted else ():
            self.console.warn(note)
        self._noted = look.notes
        modules = bundle.install(self.request.cache, self.console.note)
        drawn = self._kept.get("report", build.exports, lambda: report.build(build.exports, modules))
        assert isinstance(drawn, Report)
        sources = pipeline.sources_of(build, config, look, modules)
        scripts, made = self._bundle(sources, look)
        folder = self._folder / f"site-{next(self._numbers)}"
        shutil.copytree(scripts, folder)
        render_site(pipeline.content_of(build, config, look, pipeline.Made(sources, made, drawn)), folder)
        return folder

    def _build(self, plan: Plan) -> Build:
        """A plan resolved, which reads all data: not at every change of a template."""
        key = plan, self._models
        build = self._kept.get("build", key, lambda: pipeline.resolve(plan, self.request.cache))
        assert isinstance(build, Build)
        return build

    def _bundle(self, sources: Sources, look: Look) -> tuple[Path, Bundle]:
        """Scripts and styles, in a folder of their own; of the last ones, what can be used again."""
        styles = [path for folder in look.folders for end in ("scss", "css") for path in meant(folder, f"**/*.{end}")]
        scripts = _stamps(OURS_SCRIPTS), sources.collect, sources.digits, sources.models
        key = scripts, msgspec.json.encode(sources.catalogues), sources.style, _stamps((*OURS_STYLES, *styles))
        last_key, last = self._kept.made.get("bundle", (None, None))

        def make() -> tuple[Path, Bundle]:
            folder = self._folder / f"bundle-{next(self._numbers)}"
            if isinstance(last_key, tuple) and isinstance(last, tuple) and last_key[0] == scripts:
                shutil.copytree(last[0], folder)
                return folder, bundle.build_assets(folder, replace(sources, same=last[1]))
            folder.mkdir()
            return folder, bundle.build_assets(folder, sources)

        made = self._kept.get("bundle", key, make)
        assert isinstance(made, tuple)
        return made

    def _watch(self, watched: Watched) -> None:
        self.watched = watched
        self.watcher.watch(watched)

    def _settings(self) -> Iterator[Path]:
        yield _real(self.request.settings)
        yield _real(self.request.settings.parent / STATIC)  # may come

    def _all(self, config: Config, plan: Plan, look: Look | None = None) -> Watched:
        theme = config.theme
        named = (
            theme.folder,
            theme.logo,
            theme.icon,
            theme.picture,
            config.site.static,
            *(one.file for one in theme.faces),
        )
        found = (*self._settings(), *(_real(Path(name)) for name in named if name), *map(_real, OURS))
        folder = self.request.settings.parent
        brought = (folder / table.model for table in config.network if table.model)
        data = (*(plan.data.paths if plan.data else ()), *brought)
        own = map(_real, look.folders) if look else ()
        return Watched(
            frozenset((*found, *own)),
            frozenset(_real(path) for path in data if path.exists()),
            _real(self.request.cache / "models"),
        )


@contextlib.contextmanager
def serving(request: Request, address: tuple[str, int], console: Console, *, reload: bool) -> Iterator[Server]:
    """Show a site for as long as the block lasts, in which a server runs that follows its changes.

    Raises:
        DigitjsError: the address cannot be had, or a network is not trained.
    """
    with tempfile.TemporaryDirectory(prefix="digitjs-serve-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "empty").mkdir()
        preview = Preview(request, console, folder)
        with listen_for(preview.stage, folder / "empty", address, reload=reload) as server:
            with console.busy("Rendering"):
                preview.render()
            if reload:
                threading.Thread(target=preview.follow, daemon=True).start()
            try:
                yield server
            finally:
                preview.watcher.stop()


def _stamps(paths: Iterable[Path]) -> list[tuple[str, int, int]]:
    """What tells one state of files, and of those below folders, from another."""
    files = (file for path in paths for file in (meant(path, "**/*.*") if path.is_dir() else (path,)))
    return [(str(file), found.st_mtime_ns, found.st_size) for file in files if (found := file.stat())]


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))
