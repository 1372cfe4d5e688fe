"""One POST to a checked address. What the name leads to is looked up once, here, and the
connection goes to the number that was checked: a name that changes its mind gains nothing."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from regulars.server.core.webhooks.rules import Network, Target, open_to_all

PATIENCE = 10.0  # seconds for a connection, and between two bytes
LONGEST = 20.0  # seconds for all of it, however slowly it drips
Resolve = Callable[[str, int], list[Any]]


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    status: int | None
    ms: int
    problem: str = ""

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
    began = time.perf_counter()
    try:
        number = checked(target, own=own, look_up=look_up)
        if number is None:
            return _outcome(began, problem="private_address")
        return _outcome(began, status=_sent(target, number, body, headers))
    except socket.gaierror:
        return _outcome(began, problem="no_such_host")
    except TimeoutError:
        return _outcome(began, problem="too_slow")
    except ssl.SSLError:
        return _outcome(began, problem="no_trust")
    except (OSError, http.client.HTTPException, ValueError):
        return _outcome(began, problem="no_answer")


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


def _sent(target: Target, number: str, body: bytes, headers: Mapping[str, str]) -> int:
    link = (_Secure if target.scheme == "https" else _Plain)(target, number)
    over = threading.Timer(LONGEST, _cut, [link])
    over.daemon = True
    over.start()
    try:
        link.request("POST", target.path, body=body, headers=dict(headers))
        return link.getresponse().status
    finally:
        over.cancel()
        link.close()


def _cut(link: http.client.HTTPConnection) -> None:
    if link.sock is not None:
        link.sock.shutdown(socket.SHUT_RDWR)


def _outcome(began: float, *, status: int | None = None, problem: str = "") -> Outcome:
    refused = "" if status is None or 200 <= status < 300 else "refused"
    return Outcome(status, round((time.perf_counter() - began) * 1000), problem or refused)
