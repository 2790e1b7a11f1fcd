"""The server gives a browser what it insists on, and one sentence when it cannot listen."""

import socket
import threading
import urllib.request
from pathlib import Path

import pytest

from digitjs.errors import DigitjsError
from digitjs.server import server


def test_files_come_with_the_types_a_browser_insists_on(tmp_path: Path) -> None:
    types = {"index.html": "text/html", "a.js": "text/javascript", "a.wasm": "application/wasm", "a.css": "text/css"}
    types["a.webmanifest"] = "application/manifest+json"
    for name in types:
        (tmp_path / name).write_text(name)
    with server(tmp_path) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        try:
            for name, kind in types.items():
                with urllib.request.urlopen(f"http://127.0.0.1:{running.server_port}/{name}") as answer:
                    assert (answer.headers.get_content_type(), answer.read().decode()) == (kind, name)
        finally:
            running.shutdown()
            thread.join()


def test_a_port_that_is_taken_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with server(tmp_path) as running, pytest.raises(DigitjsError, match="choose another --port"):
        server(tmp_path, port=running.server_port)


def test_visitors_may_leave_before_all_has_come(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(20_000_000))  # more than the buffers between server and client hold
    with server(tmp_path) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        with socket.create_connection(("127.0.0.1", running.server_port)) as client:
            client.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
            client.recv(1000)
        running.shutdown()
        thread.join()
    assert capfd.readouterr().err == ""
