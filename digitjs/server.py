"""A static server for the built site."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from digitjs.errors import DigitjsError

LOOPBACK = "127.0.0.1"


class Handler(SimpleHTTPRequestHandler):
    """Python's own handler, with the types that a browser insists on and a cache that never shows an old build."""

    extensions_map = {  # noqa: RUF012 - the library's own class attribute
        **SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
        ".webmanifest": "application/manifest+json",
    }

    def end_headers(self) -> None:
        """Ask the browser to look again at every visit."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Stay quiet: a page that is served needs no line for each file."""


class Server(ThreadingHTTPServer):
    """Python's own threaded server, without a traceback for each page that is closed before it has loaded."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Visitors may leave at any time; what else goes wrong is told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def server(folder: Path, *, host: str = LOOPBACK, port: int = 0) -> Server:
    """A server of one folder, bound and ready for `serve_forever`.

    Args:
        folder: the site.
        host: the address to listen on; only this machine by default.
        port: 0 takes a free one; `server_address` tells which.

    Raises:
        DigitjsError: the address cannot be had.
    """
    try:
        return Server((host, port), partial(Handler, directory=str(folder)))
    except (OSError, OverflowError) as error:
        raise DigitjsError(f"Cannot listen on {host}:{port} ({error}): choose another --port.") from error


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; gives its address, with a slash at the end."""
    with server(folder) as served:
        thread = threading.Thread(target=served.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{served.server_port}/"
        finally:
            served.shutdown()
            thread.join()
