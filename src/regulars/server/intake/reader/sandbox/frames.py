"""Frames on a socket: one letter that says what comes, its length, the bytes."""

from __future__ import annotations

import json
import socket
import struct
import time
from typing import Any

_HEAD = struct.Struct("!cI")
LONGEST = 1 << 30

REQUEST, PROGRESS, RESULT, FAILED, BROKEN, ROWS = b"q", b"p", b"r", b"f", b"b", b"t"


class Late(Exception):
    """Nothing came in time."""


def send(to: socket.socket, kind: bytes, payload: bytes) -> None:
    to.sendall(_HEAD.pack(kind, len(payload)))
    to.sendall(payload)


def send_json(to: socket.socket, kind: bytes, told: Any) -> None:  # Any: what JSON can say
    send(to, kind, json.dumps(told, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def receive(of: socket.socket, *, within: float | None = None) -> tuple[bytes, bytes] | None:
    """Return the next frame, or None when the other side is gone, be it in the middle of one.

    :raises Late: when it is not there in time
    """
    until = None if within is None else time.monotonic() + within
    head = _exactly(of, _HEAD.size, until)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    if length > LONGEST:
        return None
    payload = _exactly(of, length, until)
    return None if payload is None else (kind, payload)


def loads(payload: bytes) -> Any:  # Any: what JSON can say
    return json.loads(payload.decode("utf-8", "surrogatepass"))


def _exactly(of: socket.socket, length: int, until: float | None) -> bytes | None:
    data = bytearray(length)
    view, got = memoryview(data), 0
    while got < length:
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise Late
            of.settimeout(left)
        try:
            more = of.recv_into(view[got:])
        except TimeoutError as error:
            raise Late from error
        except ConnectionError:
            return None
        if not more:
            return None
        got += more
    return bytes(data)
