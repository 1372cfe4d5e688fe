"""Mei has a day: a card, a visit, a promise; and a mail server that really answers."""

from __future__ import annotations

import socketserver
import threading
import time as time_
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from tests.server.care.conftest import World

from regulars.server.care import actions as care
from regulars.server.core import scope
from regulars.server.promises import actions as promises
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

BASE = "https://crm.example.com"


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026; the 23rd is a Monday."""
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour - 8, minutes=minute)


@pytest.fixture
def world(as_system: Cast) -> World:
    return World(as_system)


@pytest.fixture
def day(world: World) -> World:
    """Li of Mei has a card, a visit at three, a promise for ten; Qian of Tao has as much."""
    cast = world.cast
    run = world.score({cast.li: {}, cast.qian: {}})
    world.tier(run, {cast.li: (4, None, None), cast.qian: (4, None, None)})
    for customer, person in ((cast.li, cast.mei), (cast.qian, cast.tao)):
        care.plan_visit(
            customer, person=person, day=TODAY, hour=time(15), topic="review", aim="看新厂房",
            place="柳溪镇, 东街 1 号", by=person, at=NOON,
        )  # fmt: skip
        promises.make(
            customer, text="send the written quote", due_on=TODAY.replace(day=24),
            due_hour=time(10), by=person, at=NOON,
        )  # fmt: skip
    world.plan()
    scope.set_scope(scope.EVERYBODY)
    return world


@dataclass
class PostOffice:
    """A mail server on this machine. It may be told to fail at one word of the talk."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    # word -> what it answers instead; "cut" drops the line; "body" is after the letter
    wrong: dict[str, str] = field(default_factory=dict)
    talks: int = 0
    slow: float = 0  # seconds that each word takes

    def take(self, body: bytes) -> None:
        self.raw.append(body)
        self.got.append(message_from_bytes(body, policy=policy.default))  # type: ignore[arg-type]  # typeshed: the policy decides

    @property
    def to(self) -> list[str]:
        return [str(letter["To"]) for letter in self.got]


class _Talk(socketserver.StreamRequestHandler):
    """RFC 5321, as far as a letter needs it."""

    def handle(self) -> None:
        office: PostOffice = self.server.office  # type: ignore[attr-defined]  # set below
        office.talks += 1
        self._say("220 here")
        while line := self.rfile.readline():
            time_.sleep(office.slow)
            word = line.split()[0].decode().lower() if line.split() else ""
            if not self._answer(office, word):
                return

    def _answer(self, office: PostOffice, word: str) -> bool:
        wrong = office.wrong.get(word)
        if wrong == "cut":
            return False
        if wrong:
            self._say(wrong)
        elif word == "data":
            self._say("354 go on")
            return self._take(office)
        elif word == "quit":
            self._say("221 bye")
            return False
        else:
            self._say("250 fine")
        return True

    def _take(self, office: PostOffice) -> bool:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        wrong = office.wrong.get("body")
        if wrong and wrong != "cut":
            self._say(wrong)
            return True
        office.take(b"".join(lines))
        if wrong == "cut":
            return False
        self._say("250 kept")
        return True

    def _say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A caller that was killed is no fault of the office."""

    with Server(("127.0.0.1", 0), _Talk) as server:
        found = PostOffice(port=server.server_address[1])
        server.office = found  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        yield found
        server.shutdown()


@pytest.fixture
def mailing(office: PostOffice, settings: Any) -> PostOffice:
    """Mail is set up, and the pages have an address."""
    settings.MAIL = {
        "server": f"smtp+plain://127.0.0.1:{office.port}",
        "password_file": "",
        "sender": "Regulars <regulars@bank.example>",
    }
    settings.CSRF_TRUSTED_ORIGINS = [BASE]
    return office


def reachable(cast: Cast, *people: Any) -> None:
    """Give people an address, each their own."""
    from regulars.server.core import actions as core

    for person in people:
        core.change_person(person, email=f"{person.username}@bank.example", by=TESTS, at=NOON)
