"""A server of a site that changes while it is served: its pages reload themselves, and show what went wrong."""

import html
import io
import secrets
import threading
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import msgspec

from digitjs.browser.server import Handler, Server, listen
from digitjs.filesystem.paths import resource

EVENTS, SCRIPT = "/_digitjs/events", "/_digitjs/reload.js"
WORKER = "/service-worker.js"
ALIVE = 15  # seconds without news, after which a comment finds out whether the page is still there
# A service worker of an earlier visit would show an earlier build: this takes its place, and goes.
UNREGISTER = b"""addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil((async () => {
  const kept = await caches.keys();
  await Promise.all(kept.filter((name) => name.startsWith('digitjs ')).map((name) => caches.delete(name)));
  await registration.unregister();
})()));
"""
NOTHING = "<!doctype html>\n<meta charset=utf-8>\n<title>digitjs serve</title>\n<pre>{}</pre>\n"


@dataclass(frozen=True)
class Shown:
    """What visitors see at a moment."""

    number: str  # other with every site
    folder: Path | None = None  # the last site that could be rendered
    message: str = ""  # what went wrong since, or what is to be done


class Stage:
    """What is served, for the threads of all connections."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._changed = threading.Condition()
        self._start, self._count = secrets.token_hex(4), 0
        self.shown = Shown(f"{self._start}-0")

    def show(self, folder: Path) -> None:
        """A new site, in which nothing is wrong."""
        with self._changed:
            self._count += 1
            self.shown = Shown(f"{self._start}-{self._count}", folder)
            self._changed.notify_all()

    def say(self, message: str) -> None:
        """Something about the site that stays."""
        with self._changed:
            self.shown = replace(self.shown, message=message)
            self._changed.notify_all()

    def after(self, seen: Shown | None) -> Shown:
        """What is shown, as soon as that is something else; or what was seen, after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self.shown != seen, timeout=ALIVE)
            return self.shown


class PreviewHandler(Handler):
    """Files of the site that is shown, pages with the script that reloads them, and the events that it waits for."""

    def __init__(self, *arguments: Any, stage: Stage, reload: bool, **options: Any) -> None:
        """Serve one connection."""
        self.stage, self.reload = stage, reload
        super().__init__(*arguments, **{**options, "directory": str(stage.shown.folder or options["directory"])})

    def do_GET(self) -> None:  # noqa: N802 - the library's own name
        """A file, or news for as long as the page is open."""
        if urlsplit(self.path).path == EVENTS:
            self._tell()
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """The headers, and what follows them unless the request is HEAD."""
        path, shown = urlsplit(self.path).path, self.stage.shown
        if path == WORKER:
            return self._send(UNREGISTER, "text/javascript")
        if path == SCRIPT:
            return self._send((resource("assets") / "js" / "reload.js").read_bytes(), "text/javascript")
        page = Path(self.translate_path(self.path))
        if page.is_dir() and path.endswith("/"):
            page /= "index.html"
        if shown.folder is None:
            message = NOTHING.format(html.escape(shown.message))
            return self._send(
                self._reloading(message.encode()), "text/html; charset=utf-8", HTTPStatus.SERVICE_UNAVAILABLE
            )
        if page.suffix == ".html" and page.is_file():
            return self._send(self._reloading(page.read_bytes()), "text/html; charset=utf-8")
        return super().send_head()

    def _reloading(self, page: bytes) -> bytes:
        """A page with the script at its end; in what is served alone, never in a file."""
        script = f'<script src="{SCRIPT}?{self.stage.shown.number}"></script>\n'.encode()
        return page + script if self.reload else page

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> io.BytesIO:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def _tell(self) -> None:
        """Server-sent events: what is shown now, and whenever that changes."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen: Shown | None = None
        while True:
            shown = self.stage.after(seen)
            news = msgspec.json.encode({"number": shown.number, "message": shown.message})
            self.wfile.write(b": still here\n\n" if shown == seen else b"data: " + news + b"\n\n")
            self.wfile.flush()
            seen = shown


def listen_for(stage: Stage, folder: Path, address: tuple[str, int], *, reload: bool) -> Server:
    """A server of what is shown, bound and ready for `serve_forever`.

    Args:
        stage: what is shown.
        folder: an empty one, for as long as there is no site.
        address: host and port.
        reload: whether pages follow what is shown.

    Raises:
        DigitjsError: the address cannot be had.
    """
    host, port = address
    return listen(folder, host=host, port=port, handler=partial(PreviewHandler, stage=stage, reload=reload))
