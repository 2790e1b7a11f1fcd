"""A server of the page that collects drawings. It writes one file, for pages that it served itself."""

import hashlib
import hmac
import ipaddress
import secrets
import socket
import threading
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from digitjs.browser.server import Handler, Server, listen
from digitjs.data import collected_file
from digitjs.errors import DigitjsError, sentence

ADDRESS = "save"  # relative to the page
TOKEN = "X-Digitjs-Token"  # the header that carries it
HASH = 10  # characters of a SHA-256 that tell one file from another
LONGEST_LENGTH = 20  # digits of a length; Python refuses to read numbers of thousands


class Saved(msgspec.Struct, frozen=True):
    """The answer to a page whose drawings were written."""

    file: str
    contents: collected_file.Contents
    removed: tuple[str, ...]  # ids of drawings that the page holds, and that the owner removed


class RefusalError(Exception):
    """A request is not what the page sends."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Intake:
    """Where drawings go: one file, written by one request at a time."""

    def __init__(self, file: Path, classes: tuple[str, ...]) -> None:
        """Make the token of this start.

        Raises:
            DigitjsError: the file cannot take drawings of these classes.
        """
        self._memory = collected_file.require_mergeable(file, classes)
        self.file = file
        self.classes = classes
        self.token = secrets.token_urlsafe(32)
        self.key = hashlib.sha256(str(file.resolve()).encode()).hexdigest()[:HASH]
        self._lock = threading.Lock()

    def take(self, body: bytes) -> Saved:
        """Put what a page sent into the file.

        Raises:
            RefusalError: it is not what the page sends, or the file cannot be written.
        """
        try:
            sent = collected_file.parse(body, self.classes)
        except ValueError as error:
            raise RefusalError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        try:
            with self._lock:
                merged = collected_file.merge(self.file, sent, self._memory)
                self._memory = merged.memory
                return Saved(self.file.name, merged.contents, merged.removed)
        except (DigitjsError, OSError) as error:
            reason = sentence(error) if isinstance(error, OSError) else str(error)
            raise RefusalError(HTTPStatus.CONFLICT, reason) from error


class CollectHandler(Handler):
    """Static files, and what the page posts."""

    timeout = 60  # seconds without a byte, after which a connection is closed

    def __init__(self, *arguments: Any, intake: Intake | None, **options: Any) -> None:
        """Serve one connection; without an intake nothing can be posted."""
        self.intake = intake
        super().__init__(*arguments, **options)

    def end_headers(self) -> None:
        """No other page may show this one, and lead its visitors' clicks."""
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def do_GET(self) -> None:  # noqa: N802 - the library's own name
        """A file, for those who ask by this server's name: the page holds the token."""
        if self._is_addressed():
            super().do_GET()
        else:
            self._refuse(RefusalError(HTTPStatus.FORBIDDEN, "This server has another name."))

    def do_HEAD(self) -> None:  # noqa: N802 - the library's own name
        """As GET."""
        if self._is_addressed():
            super().do_HEAD()
        else:
            self._refuse(RefusalError(HTTPStatus.FORBIDDEN, "This server has another name."))

    def do_POST(self) -> None:  # noqa: N802 - the library's own name
        """Drawings of the page."""
        try:
            saved = self._allowed().take(self._body())
        except RefusalError as refusal:
            self._refuse(refusal)
        else:
            self._answer(HTTPStatus.OK, msgspec.json.encode(saved))

    def _allowed(self) -> Intake:
        """Where the request's drawings go, if it comes from the page that this server served."""
        if self.intake is None or self.path != f"/{ADDRESS}":
            raise RefusalError(HTTPStatus.NOT_FOUND, "Nothing is taken here.")
        if not self._is_addressed():
            raise RefusalError(HTTPStatus.FORBIDDEN, "This server has another name.")
        if self.headers.get("Origin", "").lower() != f"http://{self.headers['Host']}".lower():
            raise RefusalError(HTTPStatus.FORBIDDEN, "The request comes from another page.")
        if not hmac.compare_digest(self.headers.get(TOKEN, "").encode(), self.intake.token.encode()):
            raise RefusalError(HTTPStatus.FORBIDDEN, "The page is of an earlier start of this server.")
        return self.intake

    def _body(self) -> bytes:
        header = self.headers.get("Content-Length", "")
        if not (header.isascii() and header.isdigit()):
            raise RefusalError(HTTPStatus.LENGTH_REQUIRED, "The request has no length.")
        length = int(header) if len(header) < LONGEST_LENGTH else collected_file.MOST + 1
        if length > collected_file.MOST:
            raise RefusalError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"More than {collected_file.MOST >> 20} MB.")
        body = self.rfile.read(length)
        if len(body) < length:
            raise RefusalError(HTTPStatus.BAD_REQUEST, "The request is not complete.")
        return body

    def _is_addressed(self) -> bool:
        """Whether the Host header names this server: a page of another name may be the same machine, rebound to it."""
        server = self.server
        assert isinstance(server, Server)
        try:
            asked = urlsplit(f"//{self.headers.get('Host', '')}")
            name, port = asked.hostname or "", asked.port or 80
        except ValueError:
            return False
        return port == server.server_port and name in names(server.host, str(server.server_address[0]), name)

    def _refuse(self, refusal: RefusalError) -> None:
        self.close_connection = True  # the body was not read
        self._answer(refusal.status, msgspec.json.encode({"error": str(refusal)}))

    def _answer(self, status: HTTPStatus, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def names(host: str, bound: str, asked: str) -> set[str]:
    """The names that a server answers to.

    Args:
        host: what its owner called it by.
        bound: the address that it listens on.
        asked: the name that a request gives; any address will do for a server that listens on all of them.
    """
    known = {host.lower(), bound}
    if _address(bound).is_loopback:
        known.add("localhost")
    if _address(bound).is_unspecified:
        machine = socket.gethostname().lower()
        known |= {"localhost", machine, f"{machine}.local"}
        known |= {asked} if _is_address(asked) else set()
    return known


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.ip_address(text.partition("%")[0])


def _is_address(text: str) -> bool:
    try:
        _address(text)
    except ValueError:
        return False
    return True


def listen_for(intake: Intake | None, folder: Path, *, host: str, port: int) -> Server:
    """A server of the page in a folder, bound and ready for `serve_forever`.

    Raises:
        DigitjsError: the address cannot be had.
    """
    return listen(folder, host=host, port=port, handler=partial(CollectHandler, intake=intake))


def reachable(server: Server) -> str:
    """The address to open on another device, for a server that listens on all addresses; empty for others."""
    if not _address(str(server.server_address[0])).is_unspecified:
        return ""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # reserved for documentation; a datagram socket sends nothing yet
        except OSError:
            return ""
        return f"http://{probe.getsockname()[0]}:{server.server_port}/"
