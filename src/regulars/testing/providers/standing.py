"""What every stand-in can: take messages, fail on demand, tell what became of them."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from regulars.server.delivery.kinds import Call, Message, Receipt, World

LOCAL = World(own=(ipaddress.ip_network("127.0.0.0/8"),))
# What a stand-in can be told to do with the next message.
DROP, LATER, REFUSE, NOBODY, LINE = "drop", "later", "refuse", "nobody", "line"


@dataclass(frozen=True)
class Took:
    """A message that a provider took."""

    to: str
    text: str
    id: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


class StandIn(ABC):
    """A provider on this machine; a context manager that serves until it is left.

    `took` is what it accepted. `orders` is what it does with the next calls (DROP, LATER,
    REFUSE, NOBODY, LINE); without an order it takes what is right and refuses what is wrong.
    """

    can_say: frozenset[str] = frozenset({DROP, LATER, REFUSE, NOBODY, LINE})

    def __init__(self) -> None:
        self.took: list[Took] = []
        self.orders: deque[str] = deque()

    @abstractmethod
    def settings(self) -> dict[str, str]:
        """Settings of a line to it."""

    @abstractmethod
    def message(self, key: str) -> Message:
        """A message that it takes."""

    def told(self, message: Message, receipt: Receipt) -> tuple[Call, ...]:
        """Calls it makes about a message it took: that it arrived, that it was answered."""
        return ()

    def forged(self, call: Call) -> Call:
        """The call as somebody makes it who is not the provider."""
        return replace(call, query={**call.query, "token": "guessed"})

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


@dataclass(frozen=True)
class Asked:
    """A call that came in."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)


class HttpStandIn(StandIn):
    """A provider that is called by HTTP."""

    port = 0

    @abstractmethod
    def answer(self, asked: Asked, order: str) -> Reply:
        """What the provider says; it enters into `took` what it takes."""

    def ordered(self, asked: Asked) -> str:
        """What the provider was told to do with this call."""
        return self.orders.popleft() if self.orders else ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        self.server = _Server(("127.0.0.1", self.port), _handler(self))
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def _handler(provider: HttpStandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            parts = urlsplit(self.path)
            asked = Asked(
                self.command,
                parts.path,
                parts.query,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            order = provider.ordered(asked)
            reply = provider.answer(asked, order)
            if order == DROP:  # it has the message, and nobody hears so
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = reply.body if isinstance(reply.body, str) else json.dumps(reply.body)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST = serve

        def log_message(self, format: str, *given: Any) -> None:
            """Tests look at `took`."""

    return Handler


def call(
    body: Any, *, token: str = "", headers: Mapping[str, str] | None = None, url: str = ""
) -> Call:
    """A provider's call to us."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    query = {"token": token} if token else {}
    return Call("POST", url or "https://us.example/hear", headers or {}, query, text.encode())
