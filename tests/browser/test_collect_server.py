"""The server writes one file, and only for the page that it served itself."""

import http.client
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitjs.browser.collect_server import TOKEN, Intake, listen_for, names, reachable
from digitjs.browser.server import Server, answering
from digitjs.data import collected_file, stroke_file

CLASSES = ("a", "ñ")
GOOD = json.dumps({"label": "ñ", "writer": "w1", "strokes": [[[0, 0], [5, 5]]], "id": "1"}) + "\n"
BEFORE = '{"label":"a","strokes":[[[1,1]]]}\n'


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    """Of a file that has a drawing already."""
    file = tmp_path / "signs.jsonl"
    file.write_text(BEFORE)
    return Intake(file, CLASSES)


@pytest.fixture
def server(tmp_path: Path, intake: Intake) -> Iterator[Server]:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_text("the page")
    with answering(listen_for(intake, folder, host="127.0.0.1", port=0)) as running:
        yield running


def ask(
    server: Server, request: tuple[str, str], headers: dict[str, str | None], body: bytes = b""
) -> tuple[int, dict[str, object] | str]:
    """The status and the content of an answer; headers that are None are left out."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.putrequest(*request, skip_host=True)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        content = answer.read().decode()
        return answer.status, json.loads(content) if content.startswith("{") else content
    finally:
        connection.close()


def headers(server: Server, intake: Intake, **others: str | None) -> dict[str, str | None]:
    """As a browser sends them from the page, but for others; _ stands for -."""
    host = f"127.0.0.1:{server.server_port}"
    changed = {name.replace("_", "-"): value for name, value in others.items()}
    return {"Host": host, "Origin": f"http://{host}", TOKEN: intake.token, **changed}


def test_what_the_page_sends_is_written(server: Server, intake: Intake) -> None:
    status, answer = ask(server, ("POST", "/save"), headers(server, intake), GOOD.encode())
    assert (status, answer) == (
        200,
        {"file": "signs.jsonl", "contents": {"drawings": 2, "classes": 2, "writers": 2}, "removed": []},
    )
    assert [(one.label, one.writer) for one in stroke_file.read(intake.file)] == [("a", None), ("ñ", "w1")]


@pytest.mark.parametrize(
    ("others", "status"),
    [
        ({"Host": None}, 403),
        ({"Host": "evil.example"}, 403),
        (
            {"Host": "evil.example:{port}", "Origin": "http://evil.example:{port}"},
            403,
        ),  # a name rebound to this machine
        ({"Host": "127.0.0.1:1", "Origin": "http://127.0.0.1:1"}, 403),
        ({"Host": "192.168.1.1:{port}", "Origin": "http://192.168.1.1:{port}"}, 403),
        ({"Host": "[::1"}, 403),
        ({"Host": "127.0.0.1:many"}, 403),
        ({"Origin": None}, 403),
        ({"Origin": "null"}, 403),  # a page of a file, or a sandboxed frame
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "https://127.0.0.1:{port}"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),  # another program of this machine
        ({TOKEN: None}, 403),
        ({TOKEN: ""}, 403),
        ({TOKEN: "of an earlier start"}, 403),
        ({TOKEN: "\u00fc"}, 403),
        ({"Content_Length": None}, 411),
        ({"Content_Length": "-1"}, 411),
        ({"Content_Length": "1e3"}, 411),
        ({"Content_Length": None, "Transfer_Encoding": "chunked"}, 411),
        ({"Content_Length": str(collected_file.MOST + 1)}, 413),
        ({"Content_Length": "9" * 400}, 413),
        ({"Content_Length": "9" * 5000}, 413),
        ({"Content_Length": f"{collected_file.MOST + 1:019}"}, 413),
    ],
)
def test_other_requests_are_refused(server: Server, intake: Intake, others: dict[str, str | None], status: int) -> None:
    filled = {name: value and value.replace("{port}", str(server.server_port)) for name, value in others.items()}
    found, answer = ask(server, ("POST", "/save"), headers(server, intake, **filled), GOOD.encode())
    assert found == status
    assert isinstance(answer, dict) and answer["error"]
    assert intake.file.read_text() == BEFORE


@pytest.mark.parametrize(
    "body",
    [
        GOOD.replace("\\u00f1", "b"),
        GOOD.replace("[5, 5]", "[5]"),
        GOOD.replace('"id": "1"', '"id": ""'),
        GOOD + "and more",
        "{" * 2000,
        GOOD.replace('"w1"', json.dumps("w" * 2_000_000)),
        "\x00\xff",
    ],
)
def test_malformed_drawings_are_refused(server: Server, intake: Intake, body: str) -> None:
    status, _ = ask(server, ("POST", "/save"), headers(server, intake), body.encode("latin-1", "replace"))
    assert status == 422
    assert intake.file.read_text() == BEFORE


@pytest.mark.parametrize("path", ["/", "/signs.jsonl", "/save/", "/save?x", "/../signs.jsonl"])
def test_nothing_is_taken_elsewhere(server: Server, intake: Intake, path: str) -> None:
    assert ask(server, ("POST", path), headers(server, intake), GOOD.encode())[0] == 404
    assert intake.file.read_text() == BEFORE


def test_the_page_with_the_token_is_for_this_servers_own_names(server: Server, intake: Intake) -> None:
    for host, status in [("127.0.0.1", 200), ("localhost", 200), ("LOCALHOST", 200), ("evil.example", 403)]:
        addressed = {"Host": f"{host}:{server.server_port}"}
        for method in ("GET", "HEAD"):
            found, content = ask(server, (method, "/"), {**addressed})
            assert found == status, host
            assert ("the page" in content) == (status == 200 and method == "GET")


def test_a_server_of_all_addresses_answers_to_any_of_them_and_to_no_other_name() -> None:
    assert "192.168.1.7" in names("0.0.0.0", "0.0.0.0", "192.168.1.7")
    assert "fe80::1" in names("::", "::", "fe80::1")
    assert "evil.example" not in names("0.0.0.0", "0.0.0.0", "evil.example")
    assert names("192.168.1.5", "192.168.1.5", "127.0.0.1") == {"192.168.1.5"}
    assert "board.local" in names("board.local", "192.168.1.5", "board.local")


def test_a_server_of_all_addresses_names_one_that_other_devices_reach(tmp_path: Path) -> None:
    with listen_for(None, tmp_path, host="0.0.0.0", port=0) as running:
        elsewhere = reachable(running)
        assert elsewhere == "" or re.fullmatch(rf"http://[\d.]+:{running.server_port}/", elsewhere)
        assert "0.0.0.0" not in elsewhere
    with listen_for(None, tmp_path, host="127.0.0.1", port=0) as running:
        assert reachable(running) == ""


def test_a_file_that_became_unreadable_is_left_alone(server: Server, intake: Intake) -> None:
    intake.file.write_text("someone's notes")
    status, answer = ask(server, ("POST", "/save"), headers(server, intake), GOOD.encode())
    assert status == 409
    assert isinstance(answer, dict) and "malformed lines" in str(answer["error"])
    assert intake.file.read_text() == "someone's notes"


def test_a_page_does_not_bring_back_what_the_owner_removed(server: Server, intake: Intake) -> None:
    given = headers(server, intake)
    assert ask(server, ("POST", "/save"), given, GOOD.encode())[0] == 200
    intake.file.write_text(BEFORE)
    again = GOOD.replace('"id"', '"saved": true, "id"').encode()
    assert ask(server, ("POST", "/save"), given, again)[0] == 200
    assert intake.file.read_text() == BEFORE


def test_pages_that_save_at_once_lose_nothing(server: Server, intake: Intake) -> None:
    def save(number: int) -> None:
        body = GOOD.replace('"id": "1"', f'"id": "{number}"').encode()
        assert ask(server, ("POST", "/save"), headers(server, intake), body)[0] == 200

    threads = [threading.Thread(target=save, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stroke_file.read(intake.file)) == 13


def test_without_a_file_nothing_is_taken(tmp_path: Path) -> None:
    with answering(listen_for(None, tmp_path, host="127.0.0.1", port=0)) as running:
        host = f"127.0.0.1:{running.server_port}"
        given = {"Host": host, "Origin": f"http://{host}", TOKEN: ""}
        assert ask(running, ("POST", "/save"), {**given}, GOOD.encode())[0] == 404
