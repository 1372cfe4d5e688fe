"""Ask for a file to be read in a process of its own, and say in a sentence when that fails."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from regulars.server.intake.reader import onepass, sniffing
from regulars.server.intake.reader.batches import Batch
from regulars.server.intake.reader.mapping import Mapping
from regulars.server.intake.reader.moments import Order
from regulars.server.intake.reader.result import Read
from regulars.server.intake.reader.sandbox import frames, packing
from regulars.server.intake.reader.sandbox.limits import LIMITS, Limits
from regulars.server.intake.reader.sniffing import NoFile, Sniffed
from regulars.server.intake.reader.unreadable import ReaderStopped, TooBig, TooSlow, Unreadable

log = logging.getLogger(__name__)

AT_ONCE = (
    4  # children of one process; more wait, so that uploads together cannot take all memory
)
LAST_WORDS = 10.0  # seconds that a killed child has to be buried
# What the nursery needs of the environment; passwords and keys are not among it.
ENVIRONMENT = ("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "TMPDIR")
STEADY = {
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",  # its threads would be lost in the fork
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # the others set aside a gigabyte at a time
    "MALLOC_ARENA_MAX": "2",
}
OUT_OF_MEMORY = (b"memory allocation", b"Cannot allocate memory", b"bad_alloc", b"MemoryError")
Request = dict[str, Any]  # Any: what JSON can say

_places = threading.BoundedSemaphore(AT_ONCE)


def sniff(
    path: Path,
    encoding: str | None = None,
    *,
    sheet: str | None = None,
    limits: Limits | None = LIMITS,
) -> Sniffed:
    """Find out how a file is to be read; without `limits` in this process.

    :raises Unreadable: when it is absent, empty, of an unknown format, damaged, no table, or
        takes more memory or time than one file may
    """
    if limits is None:
        return sniffing.sniff(path, encoding, sheet=sheet)
    request = {"work": "sniff", "path": str(path), "encoding": encoding, "sheet": sheet}
    return packing.unpack_sniffed(_answer(request, limits))


def read(
    path: Path,
    sniffed: Sniffed,
    mapping: Mapping,
    *,
    kind: str,
    time_zone: str,
    today: date,
    out: Path,
    currency: str = "CNY",
    date_order: Order | None = None,
    id_key: bytes | None = None,
    progress: Callable[[int, int], None] | None = None,
    limits: Limits | None = LIMITS,
) -> Read:
    """Type every row of a file and write accepted and refused rows into the folder `out`.

    `progress` is called after each batch with the rows done and the rows expected.
    Dates that cannot lie ahead are refused after `today`, the day in that time zone.
    `date_order` says what stands first in dates such as 3/4/2026; left out, the column
    decides, and where it cannot those dates are refused. With `id_key` the numbers of
    identity papers are hashed under it and not written down. Without `limits` the work is
    done in this process: for rows that we wrote down ourselves.

    :raises BadInput: when the file cannot be read as a table, or a required column is missing
    """
    if limits is None:
        return onepass.read(
            path, sniffed, mapping, kind=kind, time_zone=time_zone, today=today, out=out,
            currency=currency, date_order=date_order, id_key=id_key, progress=progress,
        )  # fmt: skip
    request = {
        "work": "read",
        "path": str(path),
        "sniffed": packing.sniffed(sniffed),
        "mapping": packing.mapping(mapping),
        "kind": kind,
        "time_zone": time_zone,
        "today": today.isoformat(),
        "out": str(out),
        "currency": currency,
        "date_order": date_order,
        "id_key": id_key.hex() if id_key else None,
    }
    told = _answer(request, limits, progress)
    paths = {
        "path": out / "accepted.parquet",
        "refused_path": out / "refused.parquet",
    }
    return packing.unpack_result(told, **paths)


def source(path: Path, sniffed: Sniffed, *, limits: Limits = LIMITS) -> Iterator[Batch]:
    """Yield the rows of a file of any format as text, a batch at a time.

    :raises Unreadable: when the file cannot be read as a table
    """
    request = {"work": "rows", "path": str(path), "sniffed": packing.sniffed(sniffed)}
    refused: list[Any] = []
    for kind, payload in _frames(request, limits):
        if kind == frames.BROKEN:
            refused = frames.loads(payload)
        elif kind == frames.ROWS:
            yield packing.unpack_batch(payload, refused)


def _answer(
    request: Request, limits: Limits, progress: Callable[[int, int], None] | None = None
) -> Any:
    for kind, payload in _frames(request, limits):
        if kind == frames.RESULT:
            return frames.loads(payload)
        if kind == frames.PROGRESS and progress:
            progress(*frames.loads(payload))
    raise AssertionError("frames end with a result or an error")


def _frames(request: Request, limits: Limits) -> Iterator[tuple[bytes, bytes]]:
    """Yield what the child says, up to the result.

    :raises BadInput: what the child raised, or what became of it
    """
    path = Path(request["path"])
    size = _size(path)
    try:
        with _places, contextlib.closing(_Talk(request, limits, size)) as talk:
            yield from talk.frames()
    except TooBig:
        _blame_far_cells(request, limits)
        raise


def _size(path: Path) -> int:
    try:
        found = path.stat()
    except OSError as error:
        raise NoFile("no_file", name=path, reason=error.strerror) from error
    if not path.is_file():  # a pipe or a device may never end
        raise NoFile("no_file", name=path, reason="not a file")
    return found.st_size


def _blame_far_cells(request: Request, limits: Limits) -> None:
    """Say that cells lie too far apart, where that is why memory ran out."""
    if request["work"] != "sprawl":
        _answer({"work": "sprawl", "path": request["path"]}, limits)


class _Talk:
    """One conversation with one child."""

    def __init__(self, request: Request, limits: Limits, size: int) -> None:
        self.request, self.limits = request, limits
        self.name = Path(request["path"]).name
        self.silence = limits.silence_for(size)
        self.until = time.monotonic() + limits.patience_for(size)
        self.answers, self.ending = self._begin()

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        heard = False
        while True:
            frame = self._next()
            if frame is None:
                ended = self._ended()
                if heard or ended is not None:
                    raise self._died(ended or {})
                self.close()  # the nursery went before it took the work; a new one will
                heard = True
                self.answers, self.ending = self._begin()
                continue
            heard = True
            kind, payload = frame
            if kind == frames.FAILED:
                raise self._failed(frames.loads(payload))
            yield frame
            if kind == frames.RESULT:
                return

    def close(self) -> None:
        """Let the child go; wait until it is gone, so that it writes no more."""
        self.answers.close()
        self._ended()
        self.ending.close()

    def _begin(self) -> tuple[socket.socket, socket.socket]:
        answers, ending = _nursery.new_child()
        told = {**self.request, "limits": asdict(self.limits)}
        with contextlib.suppress(ConnectionError):
            frames.send_json(answers, frames.REQUEST, told)
        return answers, ending

    def _next(self) -> tuple[bytes, bytes] | None:
        left = self.until - time.monotonic()
        try:
            return frames.receive(self.answers, within=min(self.silence, left))
        except frames.Late as error:
            seconds = self.silence if left > self.silence else self.limits.patience
            raise TooSlow("too_slow", name=self.name, seconds=round(seconds)) from error

    def _ended(self) -> dict[str, Any] | None:
        """How the child ended; None when nobody can tell."""
        self.ending.settimeout(LAST_WORDS)
        try:
            told = self.ending.recv(1 << 16)
        except OSError:
            return None
        return dict(json.loads(told)) if told else None

    def _died(self, ended: dict[str, Any]) -> Unreadable:
        code, said = int(ended.get("code", 0)), str(ended.get("said", "")).encode()
        log.warning("The process that read a file ended with %s.", code)
        if any(words in said for words in OUT_OF_MEMORY) or code == -signal.SIGKILL:
            return TooBig("too_big", name=self.name, memory=self.limits.said_memory())
        reason = signal.Signals(-code).name if code < 0 else f"exit {code}"
        return ReaderStopped("stopped", name=self.name, reason=reason)

    def _failed(self, told: dict[str, Any]) -> Exception:
        if told["name"]:
            return packing.unpack_failure(told)
        log.error("Reading a file failed: %s\n%s", told["kind"], told["where"])
        return ReaderStopped("stopped", name=self.name, reason=told["kind"])


class _Nursery:
    """The nursery of this process; started when first needed, and again when it is gone."""

    _process: subprocess.Popen[bytes] | None = None
    _control: socket.socket | None = None

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def new_child(self) -> tuple[socket.socket, socket.socket]:
        """Have a child forked; return the sockets of its answers and of its end."""
        (answers, theirs), (ending, its_end) = socket.socketpair(), socket.socketpair()
        with theirs, its_end, self._lock:
            numbers = [theirs.fileno(), its_end.fileno()]
            try:
                socket.send_fds(self._reached(), [b"+"], numbers)
            except OSError:  # it ended, idle, a moment ago
                self._let_go()
                socket.send_fds(self._reached(), [b"+"], numbers)
        return answers, ending

    def _reached(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._let_go()
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._process = _start(theirs)
        return self._control

    def _let_go(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.wait()
        self._control = self._process = None

    def end(self) -> None:
        with self._lock:
            self._let_go()

    def forget(self) -> None:
        """In a forked process: the nursery is the parent's."""
        if self._control is not None:
            self._control.close()
        self._control = self._process = None
        self._lock = threading.Lock()  # another thread may have held it at the fork


def _start(control: socket.socket) -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    return subprocess.Popen(
        # -P: a file that lies in the current folder is no module.
        [sys.executable, "-P", "-m", "regulars.server.intake.reader.sandbox.nursery"],
        stdin=control.fileno(),
        stdout=subprocess.DEVNULL,
        env=kept | STEADY,
        start_new_session=True,  # a Ctrl-C at the terminal is for the caller
    )


_nursery = _Nursery()
atexit.register(_nursery.end)
os.register_at_fork(after_in_child=_nursery.forget)
