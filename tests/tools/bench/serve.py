"""A static server that compresses, as the usual hosts do."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from digitjs.browser import server

PACKED = {".png", ".jpg", ".woff2"}  # compressed already


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)  # 6 is what nginx and Apache's examples use


class GzipHandler(server.Handler):
    """Every file whole and compressed, over connections that stay open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802 - the library's own name
        """Answer with a file."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        packed = path.suffix not in PACKED
        body = _packed(path) if packed else path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder on a free port of this machine; gives its address, with a slash at the end."""
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in PACKED:
            _packed(path)  # now, not while a page is being timed
    with server.serving(folder, handler=GzipHandler) as address:
        yield address
