"""The recipes of DEPLOY.md, as far as a host of theirs runs here."""

import gzip
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from socket import create_connection, create_server

import pytest
from playwright.sync_api import Browser

from conftest import ROOT, SEVEN, succeed

RECIPES = (ROOT / "digitjs" / "site" / "DEPLOY.md").read_text("utf-8")
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, user_cache: Path) -> Path:
    """The site of the networks that come with the package."""
    folder = tmp_path_factory.mktemp("hosted") / "dist"
    succeed("build", "--pretrained", "-o", folder, cache=user_cache)
    return folder


@pytest.fixture(scope="module")
def nginx(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The site behind nginx, configured as DEPLOY.md says; gives its address."""
    if not NGINX or not Path("/etc/nginx/mime.types").exists():
        pytest.skip("nginx is not installed")
    place = tmp_path_factory.mktemp("nginx")
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = re.search(r"```nginx\n(.+?)```", RECIPES, re.DOTALL)
    assert server
    own = server[1].replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/var/www/digits", str(site))
    temporary = "".join(f"{kind}_temp_path {place};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (place / "nginx.conf").write_text(
        f"user root; daemon off; pid {place}/pid; error_log {place}/error.log; events {{}}\n"
        f"http {{ include /etc/nginx/mime.types; access_log off; {temporary}\n{own}}}"
    )
    with subprocess.Popen([NGINX, "-p", place, "-c", place / "nginx.conf"], stderr=subprocess.PIPE, text=True) as run:
        try:
            wait_for(port, run)
            yield f"http://127.0.0.1:{port}/"
        finally:
            run.terminate()


def wait_for(port: int, process: "subprocess.Popen[str]") -> None:
    """Wait until a process listens."""
    while True:
        assert process.poll() is None, process.communicate()
        try:
            create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.01)


def fetched(address: str) -> tuple[Message, bytes]:
    """What a browser that takes gzip is answered."""
    with urllib.request.urlopen(urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})) as answer:
        content = answer.read()
        packed = answer.headers["Content-Encoding"] == "gzip"
        return answer.headers, gzip.decompress(content) if packed else content


@pytest.mark.parametrize(
    ("pattern", "kind", "cached"),
    [
        ("index.html", "text/html", "no-cache"),
        ("service-worker.js", "application/javascript", "no-cache"),
        ("manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("models/compact/page/*.bin", "application/octet-stream", "no-cache"),
        ("models/compact/page/model.json", "application/json", "no-cache"),
        ("assets/*.wasm", "application/wasm", "immutable"),
        ("assets/site.*.js", "application/javascript", "immutable"),
        ("assets/site.*.css", "text/css", "immutable"),
        ("assets/icon.*.svg", "image/svg+xml", "immutable"),
    ],
)
def test_nginx_sends_what_the_table_says(nginx: str, site: Path, pattern: str, kind: str, cached: str) -> None:
    path = next(site.glob(pattern))
    headers, content = fetched(nginx + path.relative_to(site).as_posix())
    assert content == path.read_bytes()
    assert headers.get_content_type() == kind
    assert cached in headers["Cache-Control"]
    assert len(headers.get_all("Cache-Control")) == 1
    if path.stat().st_size > 1000 and kind != "text/html":
        assert headers["Content-Encoding"] == "gzip"


def test_a_missing_file_is_missing(nginx: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetched(nginx + "assets/gone.js")


def test_the_page_answers_behind_nginx(nginx: str, browser: Browser) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto(nginx)
        page.evaluate("digitjs.ready")
        assert page.evaluate("(strokes) => digitjs.classify(strokes, 'compact')", SEVEN)["digit"] == 7
        assert wrong == []
