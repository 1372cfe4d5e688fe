"""One piece of work in a process of its own: sniff, read, or hand out the rows of a file."""

from __future__ import annotations

import errno
import socket
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.server.intake.reader import onepass, sheets, sniffing, sources
from regulars.server.intake.reader.sandbox import frames, packing
from regulars.server.intake.reader.sandbox.limits import Limits, obey
from regulars.server.intake.reader.unreadable import DiskFull, TooBig

NO_MEMORY = (MemoryError, pa.ArrowMemoryError, duckdb.OutOfMemoryException)
NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
Request = dict[str, Any]  # Any: what JSON can say


def serve(answers: socket.socket) -> None:
    """Read one request, do it, answer. What is not the file's fault ends with a traceback."""
    frame = frames.receive(answers)
    if frame is None:
        return
    request = frames.loads(frame[1])
    limits = Limits(**request["limits"])
    name = Path(request["path"]).name
    try:
        obey(limits)
        WORK[request["work"]](request, answers)
    except BadInput as error:
        _fail(answers, error)
    except NO_MEMORY:
        _fail(answers, TooBig("too_big", name=name, memory=limits.said_memory()))
    except BrokenPipeError:
        return  # nobody wants the answer any more
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        _fail(answers, DiskFull("disk_full", name=name, reason=error.strerror))
    except BaseException as error:
        # Where, and what kind; the message itself may hold a customer's data.
        places = traceback.extract_tb(error.__traceback__)
        where = "\n".join(f"{one.filename}:{one.lineno} {one.name}" for one in places)
        told = {"name": "", "kind": type(error).__name__, "where": where}
        frames.send_json(answers, frames.FAILED, told)


def _fail(answers: socket.socket, error: BadInput) -> None:
    frames.send_json(answers, frames.FAILED, packing.failure(error))


def _sniff(request: Request, answers: socket.socket) -> None:
    found = sniffing.sniff(Path(request["path"]), request["encoding"], sheet=request["sheet"])
    frames.send_json(answers, frames.RESULT, packing.sniffed(found))


def _read(request: Request, answers: socket.socket) -> None:
    def progress(done: int, expected: int) -> None:
        frames.send_json(answers, frames.PROGRESS, [done, expected])

    found = onepass.read(
        Path(request["path"]),
        packing.unpack_sniffed(request["sniffed"]),
        packing.unpack_mapping(request["mapping"]),
        kind=request["kind"],
        time_zone=request["time_zone"],
        today=date.fromisoformat(request["today"]),
        out=Path(request["out"]),
        currency=request["currency"],
        date_order=request["date_order"],
        id_key=bytes.fromhex(request["id_key"]) if request["id_key"] else None,
        progress=progress,
    )
    frames.send_json(answers, frames.RESULT, packing.result(found))


def _rows(request: Request, answers: socket.socket) -> None:
    sniffed = packing.unpack_sniffed(request["sniffed"])
    for batch in sources.batches(Path(request["path"]), sniffed):
        frames.send_json(answers, frames.BROKEN, packing.broken(batch))
        frames.send(answers, frames.ROWS, packing.columns(batch))
    frames.send_json(answers, frames.RESULT, None)


def _sprawl(request: Request, answers: socket.socket) -> None:
    sheets.refuse_sprawl(Path(request["path"]))
    frames.send_json(answers, frames.RESULT, None)


WORK: dict[str, Callable[[Request, socket.socket], None]] = {
    "sniff": _sniff, "read": _read, "rows": _rows, "sprawl": _sprawl,
}  # fmt: skip
