"""The server gives a browser what it insists on, and one sentence when it cannot listen."""

import errno
import re
import socket
import urllib.request
from pathlib import Path

import pytest

from digitjs.browser.server import answering, listen, refusal, serving
from digitjs.errors import DigitjsError


def test_files_come_with_the_types_a_browser_insists_on(tmp_path: Path) -> None:
    types = {"index.html": "text/html", "a.js": "text/javascript", "a.wasm": "application/wasm", "a.css": "text/css"}
    types["a.webmanifest"] = "application/manifest+json"
    for name in types:
        (tmp_path / name).write_text(name)
    with serving(tmp_path) as address:
        for name, kind in types.items():
            with urllib.request.urlopen(address + name) as answer:
                assert (answer.headers.get_content_type(), answer.read().decode()) == (kind, name)


def has_ipv6() -> bool:
    """Whether this machine has an IPv6 address; many containers have none."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.parametrize(("host", "shown"), [("::1", "[::1]"), ("::", "[::]"), ("localhost", "localhost")])
def test_ipv6_and_names_are_listened_on_too(tmp_path: Path, host: str, shown: str) -> None:
    if ":" in host and not has_ipv6():
        pytest.skip("This machine has no IPv6.")
    (tmp_path / "index.html").write_text("here")
    with answering(listen(tmp_path, host=host)) as running:
        assert running.url == f"http://{shown}:{running.server_port}/"
        with urllib.request.urlopen(running.url) as answer:
            assert answer.read() == b"here"


@pytest.mark.parametrize(
    ("host", "port", "said"),
    [
        ("gone.invalid", 0, "'gone.invalid' is no address and no known name of one: give --host an address"),
        ("127.0.0.1:8000", 0, "is no address"),
        ("a..b", 0, "is no address"),
        ("", 0, "'' is no address"),
        ("192.0.2.1", 0, "192.0.2.1 is no address of this machine: give --host one"),  # reserved for documentation
        ("127.0.0.1", 65536, "Cannot listen on port 65536 of 127.0.0.1"),
    ],
)
def test_what_cannot_be_listened_on_is_said_in_one_sentence(tmp_path: Path, host: str, port: int, said: str) -> None:
    with pytest.raises(DigitjsError, match=re.escape(said)):
        listen(tmp_path, host=host, port=port)


def test_ports_that_are_taken_or_reserved_lead_to_another_one(tmp_path: Path) -> None:
    with listen(tmp_path) as running, pytest.raises(DigitjsError, match=r"Another program listens .*another --port"):
        listen(tmp_path, port=running.server_port)
    denied = PermissionError(errno.EACCES, "Permission denied")  # root, who may run this test, may listen on all ports
    assert refusal(denied, "127.0.0.1", 80) == "This user may not listen on port 80: choose a --port from 1024 on."


def test_visitors_may_leave_before_all_has_come(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "large.bin").write_bytes(bytes(20_000_000))  # more than the buffers between server and client hold
    with (
        answering(listen(tmp_path)) as running,
        socket.create_connection(("127.0.0.1", running.server_port)) as client,
    ):
        client.sendall(b"GET /large.bin HTTP/1.0\r\n\r\n")
        client.recv(1000)
    assert capfd.readouterr().err == ""
