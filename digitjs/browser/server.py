"""A static server for the built site."""

import errno
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from digitjs.errors import DigitjsError

LOOPBACK = "127.0.0.1"
ENDING = 0.05  # seconds within which a server notices that it shall end; half a second is Python's own


class Handler(SimpleHTTPRequestHandler):
    """Python's own handler, with the types that a browser insists on and a cache that never shows an old build."""

    extensions_map = {  # noqa: RUF012 - the library's own class attribute
        **SimpleHTTPRequestHandler.extensions_map,
        # Windows may know other types of these.
        ".html": "text/html",
        ".css": "text/css",
        ".svg": "image/svg+xml",
        ".json": "application/json",
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
    """Python's own threaded server, for IPv6 too, and without a traceback for each page that is closed early."""

    # Elsewhere a port is free again at once; on Windows the same option lets two servers have one port.
    allow_reuse_address = os.name == "posix"

    def __init__(self, host: str, port: int, handler: Callable[..., Handler]) -> None:
        """Listen; raises OSError, or ValueError where the host is no name at all."""
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        # A name of both kinds, such as localhost, is served over IPv4.
        self.address_family, _, _, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        super().__init__((address[0], port, *address[2:]), handler)
        self.host = host
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self.server_port}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore dropped connections; report everything else."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def listen(folder: Path, *, host: str = LOOPBACK, port: int = 0, handler: Callable[..., Handler] = Handler) -> Server:
    """A server of one folder, bound and ready for `serve_forever`.

    Args:
        folder: the site.
        host: the address to listen on, IPv4 or IPv6, or a name of it; only this machine by default.
        port: 0 takes a free one; the server's `url` has it.
        handler: of requests.

    Raises:
        DigitjsError: the address cannot be had.
    """
    try:
        return Server(host, port, partial(handler, directory=str(folder)))
    except (OSError, ValueError, OverflowError) as error:
        raise DigitjsError(refusal(error, host, port)) from error


def refusal(error: Exception, host: str, port: int) -> str:
    """Why an address cannot be listened on, and what to do, in one sentence."""
    if isinstance(error, (socket.gaierror, ValueError)):
        return f"{host!r} is no address and no known name of one: give --host an address of this machine."
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            return f"Another program listens on port {port} of {host}: choose another --port, or 0 for a free one."
        case errno.EADDRNOTAVAIL:
            return f"{host} is no address of this machine: give --host one, such as {LOOPBACK}."
        case errno.EACCES:
            return f"This user may not listen on port {port}: choose a --port from 1024 on."
        case _:
            return f"Cannot listen on port {port} of {host} ({error}): choose another --host or --port."


@contextmanager
def answering(server: Server) -> Iterator[Server]:
    """Answer requests beside what the block does, and end the server after it."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(ENDING,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def serving(folder: Path, *, handler: Callable[..., Handler] = Handler) -> Iterator[str]:
    """Serve a folder on a free port of this machine; gives its address, with a slash at the end."""
    with answering(listen(folder, handler=handler)) as server:
        yield server.url
