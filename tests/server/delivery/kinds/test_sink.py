"""The fast server writes down before it acknowledges; a letter is marked after its 354."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from regulars.server.delivery.kinds import Carrier, End, Message
from regulars.server.delivery.kinds.smtp import Smtp
from regulars.testing.providers import LOCAL
from regulars.testing.providers.sink import Conversation, taken


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    log = tmp_path / "log"
    served = subprocess.Popen(
        [sys.executable, "-m", "regulars.testing.providers.sink", "0", str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert served.stdout is not None
    yield served.stdout.readline().strip(), log
    served.kill()
    served.wait()


def line(port: str) -> Carrier:
    settings = {
        "host": "127.0.0.1",
        "port": port,
        "way": "plain",
        "sender": "n@yunshan.example",
    }
    return Smtp(settings, LOCAL).open()


def letter(number: int) -> Message:
    to = f"c{number}@customers.example"
    return Message(f"k{number}", to, "您好。\n.\n", subject="x", stop="https://us.example/stop")


def test_what_is_acknowledged_stands_in_the_log(sink: tuple[str, Path]) -> None:
    port, log = sink
    with line(port) as way:
        for number in range(50):
            assert way.send(letter(number), lambda: True).end is End.SENT
            assert len(taken(log)) == number + 1

    assert taken(log)[7] == ("k7@yunshan.example", "c7@customers.example")


def test_a_letter_that_is_taken_at_the_last_moment_leaves_no_trace(
    sink: tuple[str, Path],
) -> None:
    port, log = sink
    with line(port) as way:
        ends = [way.send(letter(n), lambda n=n: n % 2 == 0).end for n in range(6)]  # type: ignore[misc]

    assert ends == [End.SENT, End.TAKEN] * 3
    assert [id for id, _to in taken(log)] == [f"k{n}@yunshan.example" for n in (0, 2, 4)]


@pytest.fixture
def talks(tmp_path: Path) -> Iterator[tuple[str, list[Conversation]]]:
    """The same server in this process, to look at what it waits for."""
    loop, made = asyncio.new_event_loop(), []
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    with (tmp_path / "log").open("ab") as log:

        def talk() -> Conversation:
            made.append(Conversation(log))
            return made[-1]

        serving = asyncio.run_coroutine_threadsafe(
            loop.create_server(talk, "127.0.0.1", 0), loop
        ).result()
        yield str(serving.sockets[0].getsockname()[1]), made
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        serving.close()
        loop.close()


def test_a_letter_is_marked_when_the_server_waits_for_its_first_byte(
    talks: tuple[str, list[Conversation]],
) -> None:
    """Before that an opt-out still counts; after it nobody can call the letter back."""
    port, made = talks
    seen: list[tuple[bool, bytes]] = []

    def mark() -> bool:
        seen.append((made[0].reading, made[0].held))
        return True

    with line(port) as way:
        ends = [way.send(letter(n), mark).end for n in range(3)]

    assert (ends, len(made)) == ([End.SENT] * 3, 1)
    assert seen == [(True, b"")] * 3


class Wire:
    """What a conversation writes to."""

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def write(self, words: bytes) -> None:
        self.said.append(words)


def test_commands_that_come_together_or_in_pieces_are_understood(tmp_path: Path) -> None:
    commands = b"EHLO a\r\nMAIL FROM:<a>\r\nRCPT TO:<li@x>\r\nDATA\r\n"
    pieces = commands + b"Message-ID: <m>\r\n\r\nhi\r\n.\r\n"
    with (tmp_path / "log").open("ab") as log:
        for size in (1, 7, len(pieces)):
            wire, talk = Wire(), Conversation(log)
            talk.transport = wire  # type: ignore[assignment]  # all that it needs of one
            for at in range(0, len(pieces), size):
                talk.data_received(pieces[at : at + size])
            assert [said[:3] for said in wire.said] == [b"250", b"250", b"250", b"354", b"250"]

    assert taken(tmp_path / "log") == [("m", "li@x")] * 3
