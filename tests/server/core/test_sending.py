"""A checked call: when it asks whether it may go out, and how much of an answer it reads."""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from regulars.server.core.webhooks import rules, sending

LOCAL = [ipaddress.ip_network("127.0.0.0/8")]


class Speaker(BaseHTTPRequestHandler):
    """Answers with what it was sent, or hangs up."""

    heard: list[bytes] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(body)
        if self.path == "/hang-up":
            return self.connection.close()
        self.send_response(302 if self.path == "/elsewhere" else 200)
        self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *given: Any) -> None: ...


@pytest.fixture
def port() -> Iterator[int]:
    Speaker.heard = []
    server = HTTPServer(("127.0.0.1", 0), Speaker)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def exchange(port: int, path: str = "/", **more: Any) -> sending.Outcome:
    target = rules.address(f"http://127.0.0.1:{port}{path}", numbers=True)
    given = {"body": b"hello", "headers": {}, "own": LOCAL, "most": 100} | more
    return sending.exchange(target, **given)


def test_an_answer_is_read_and_nothing_longer_than_asked(port: int) -> None:
    short, long = exchange(port), exchange(port, most=4)

    assert (short.status, short.body, short.begun) == (200, b"hello", True)
    assert short.headers["content-length"] == "5"
    assert (long.status, long.problem, long.begun) == (None, "too_long", True)


def test_nothing_goes_out_where_the_mark_says_no(port: int) -> None:
    outcome = exchange(port, mark=lambda: False)

    assert (outcome.problem, outcome.begun) == ("taken", False)
    assert Speaker.heard == []


def test_the_mark_is_asked_when_the_line_stands_and_the_body_is_written_after_it(
    port: int,
) -> None:
    order: list[str] = []

    def mark() -> bool:
        order.append(f"mark, {len(Speaker.heard)} heard")
        return True

    def body() -> bytes:
        order.append("body")
        return b"written"

    assert exchange(port, mark=mark, body=body).body == b"written"
    assert order == ["mark, 0 heard", "body"]


def test_a_line_that_cannot_be_opened_marks_nothing(port: int) -> None:
    marks: list[bool] = []
    closed = exchange(1, mark=lambda: marks.append(True) or True)

    assert (closed.problem, closed.begun, marks) == ("no_answer", False, [])


def test_a_line_that_broke_says_that_something_may_have_gone_out(port: int) -> None:
    outcome = exchange(port, "/hang-up")

    assert (outcome.status, outcome.problem, outcome.begun) == (None, "no_answer", True)


def test_a_redirect_is_an_answer_and_not_followed(port: int) -> None:
    outcome = exchange(port, "/elsewhere")

    assert (outcome.status, outcome.problem) == (302, "refused")
    assert len(Speaker.heard) == 1


@pytest.mark.parametrize(
    "host", ["127.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.0.0.01"]
)
def test_a_number_is_written_plainly_or_not_at_all(host: str) -> None:
    with pytest.raises(rules.BadAddress):
        rules.address(f"http://{host}/", numbers=True)
    with pytest.raises(rules.BadAddress):
        rules.address("http://127.0.0.1/")
    assert rules.address("http://10.1.2.3/", numbers=True).host == "10.1.2.3"
