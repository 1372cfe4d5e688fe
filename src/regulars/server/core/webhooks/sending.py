"""One call of a checked address. What the name leads to is looked up once, here, and the
connection goes to the number that was checked: a name that changes its mind gains nothing."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.server.core.webhooks.rules import Network, Target, open_to_all

PATIENCE = 10.0  # seconds for a connection, and between two bytes
LONGEST = 20.0  # seconds for all of it, however slowly it drips
Resolve = Callable[[str, int], list[Any]]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt.

    Attributes
    ----------
    begun
        Something may have gone out, so that nobody knows what became of it without a status.
    body, headers
        The answer, where it was asked for; names of headers in lower case.
    """

    status: int | None
    ms: int
    problem: str = ""
    begun: bool = False
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def resolve(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    own: Collection[Network] = (),
    look_up: Resolve = resolve,
) -> Outcome:
    """Send, and say what came of it. Never follows a redirect, never uses a proxy."""
    return exchange(target, body=body, headers=headers, own=own, look_up=look_up)


def exchange(
    target: Target,
    *,
    method: str = "POST",
    body: bytes | Callable[[], bytes] = b"",
    headers: Mapping[str, str],
    most: int = 0,
    mark: Callable[[], bool] = lambda: True,
    own: Collection[Network] = (),
    look_up: Resolve = resolve,
) -> Outcome:
    """Send, and read an answer of at most `most` bytes.

    `mark` is called when the line stands and nothing has gone out yet; where it says no,
    nothing does, and the problem is "taken". A body that depends on it is written afterwards.
    """
    began, state = time.perf_counter(), _State()
    try:
        number = checked(target, own=own, look_up=look_up)
        if number is None:
            return _outcome(began, problem="private_address")
        return _sent(target, number, _Asked(method, body, headers, most, mark), began, state)
    except socket.gaierror:
        return _outcome(began, problem="no_such_host")
    except TimeoutError:
        return _outcome(began, problem="too_slow", begun=state.begun)
    except ssl.SSLError:
        return _outcome(began, problem="no_trust", begun=state.begun)
    except (OSError, http.client.HTTPException, ValueError):
        return _outcome(began, problem="no_answer", begun=state.begun)


def checked(
    target: Target, *, own: Collection[Network] = (), look_up: Resolve = resolve
) -> str | None:
    """The number to connect to; None when any number behind the name is not public."""
    found = [entry[4][0] for entry in look_up(target.host, target.port)]
    numbers = [ipaddress.ip_address(text.partition("%")[0]) for text in found]
    if not numbers or not all(open_to_all(number, own=own) for number in numbers):
        return None
    return str(numbers[0])


class _Plain(http.client.HTTPConnection):
    """Connects to a number, and speaks to the name."""

    def __init__(self, target: Target, number: str) -> None:
        super().__init__(target.host, target.port, timeout=PATIENCE)
        self.number = number

    def connect(self) -> None:
        self.sock = socket.create_connection((self.number, self.port), PATIENCE)


class _Secure(_Plain):
    default_port = 443

    def connect(self) -> None:
        super().connect()
        trust = ssl.create_default_context()
        self.sock = trust.wrap_socket(self.sock, server_hostname=self.host)


@dataclass(frozen=True)
class _Asked:
    method: str
    body: bytes | Callable[[], bytes]
    headers: Mapping[str, str]
    most: int
    mark: Callable[[], bool]


@dataclass
class _State:
    begun: bool = False


def _sent(target: Target, number: str, asked: _Asked, began: float, state: _State) -> Outcome:
    link = (_Secure if target.scheme == "https" else _Plain)(target, number)
    over = threading.Timer(LONGEST, _cut, [link])
    over.daemon = True
    over.start()
    try:
        link.connect()
        if not asked.mark():
            return _outcome(began, problem="taken")
        state.begun = True
        body = asked.body if isinstance(asked.body, bytes) else asked.body()
        link.request(asked.method, target.path, body=body, headers=dict(asked.headers))
        return _read(link.getresponse(), asked.most, began)
    finally:
        over.cancel()
        link.close()


def _read(answer: http.client.HTTPResponse, most: int, began: float) -> Outcome:
    body = answer.read(most + 1) if most else b""
    if len(body) > most:
        return _outcome(began, problem="too_long", begun=True)
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return _outcome(began, status=answer.status, begun=True, body=body, headers=headers)


def _cut(link: http.client.HTTPConnection) -> None:
    if link.sock is not None:
        link.sock.shutdown(socket.SHUT_RDWR)


def _outcome(
    began: float, *, status: int | None = None, problem: str = "", **more: Any
) -> Outcome:
    refused = "" if status is None or 200 <= status < 300 else "refused"
    ms = round((time.perf_counter() - began) * 1000)
    return Outcome(status, ms, problem or refused, **more)
