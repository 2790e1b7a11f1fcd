"""A store that answers as Hadoop's does, WebHDFS, over HTTP on this machine."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from digitjs.browser.server import ENDING


@dataclass
class Hadoop:
    """What a server of WebHDFS has in its folder, and what it was asked for."""

    files: dict[str, tuple[bytes, int]]  # content and moment of the last change, by name
    opened: list[str] = field(default_factory=list)
    listed: int = 0  # how often


@contextmanager
def serving(hadoop: Hadoop) -> Iterator[str]:
    """A folder /letters, over HTTP on this machine; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            name = unquote(parts.path).removeprefix("/webhdfs/v1/letters").removeprefix("/")
            folder = {"type": "DIRECTORY", "length": 0, "modificationTime": 0, "pathSuffix": ""}
            known = {
                one: {"type": "FILE", "length": len(content), "modificationTime": when, "pathSuffix": one}
                for one, (content, when) in hadoop.files.items()
            }
            if "op=LISTSTATUS" in parts.query:
                hadoop.listed += 1
                self.answer(json.dumps({"FileStatuses": {"FileStatus": list(known.values())}}).encode())
            elif "op=GETFILESTATUS" in parts.query:
                self.answer(json.dumps({"FileStatus": known[name] if name else folder}).encode())
            else:
                hadoop.opened.append(name)
                self.answer(hadoop.files[name][0])

        def answer(self, content: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(ENDING,))
        thread.start()
        try:
            yield f"webhdfs://127.0.0.1:{server.server_address[1]}/letters"
        finally:
            server.shutdown()
            thread.join()
