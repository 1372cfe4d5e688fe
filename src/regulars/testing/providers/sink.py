"""A mail server that is fast and does one thing: it writes down whom it took a letter for.

`python -m regulars.testing.providers.sink PORT LOG` serves in a process of its own, so that it
outlives a sender that is killed. A line of the log is written before the letter is
acknowledged: what the log does not have was not taken.
"""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from typing import IO

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>\r\n]+)>", re.MULTILINE | re.IGNORECASE)
END = b"\r\n.\r\n"


class Conversation(asyncio.Protocol):
    """One sender. Commands are answered as they come; PIPELINING is understood."""

    def __init__(self, log: IO[bytes]) -> None:
        self.log = log
        self.held = b""
        self.to = b""
        self.reading = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.say(b"220 sink ESMTP")

    def say(self, words: bytes) -> None:
        self.transport.write(words + b"\r\n")

    def data_received(self, data: bytes) -> None:
        self.held += data
        while self.step():
            pass

    def step(self) -> bool:
        """Take one command, or one letter; no more than what has come."""
        if self.reading:
            return self.letter()
        line, found, rest = self.held.partition(b"\r\n")
        if not found:
            return False
        self.held = rest
        self.command(line)
        return True

    def letter(self) -> bool:
        body, found, rest = self.held.partition(END)
        if not found:
            return False
        self.held, self.reading = rest, False
        id = MESSAGE_ID.search(body)
        self.log.write(b"%s\t%s\n" % (id[1] if id else b"", self.to))
        self.log.flush()
        self.say(b"250 2.0.0 Ok")
        return True

    def command(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self.say(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME")
        elif verb == b"RCPT":
            self.to = line[line.find(b"<") + 1 : line.rfind(b">")]
            self.say(b"250 2.1.5 Ok")
        elif verb == b"DATA":
            self.reading = True
            self.say(b"354 go on")
        elif verb == b"QUIT":
            self.say(b"221 bye")
            self.transport.close()
        else:
            self.say(b"250 Ok")


def taken(log: Path) -> list[tuple[str, str]]:
    """What a sink took: the letter's id and whom it was for, in order."""
    lines = (line.partition("\t") for line in log.read_text("utf-8").splitlines())
    return [(id, to) for id, _tab, to in lines]


async def serve(port: int, log: Path) -> None:
    """Serve until the process ends; says the port once it listens."""
    with log.open("ab") as paper:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Conversation(paper), "127.0.0.1", port)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
