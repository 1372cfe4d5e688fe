"""What goes between the caller and the child, as JSON and as Arrow's own format.

Never as a pickle: the child has touched a stranger's bytes, and a pickle can run a program.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.server.intake.reader.batches import Batch, Refused
from regulars.server.intake.reader.mapping import Mapping
from regulars.server.intake.reader.reasons import Notice, Problem
from regulars.server.intake.reader.result import KindTotal, Read
from regulars.server.intake.reader.sniffing import Sniffed
from regulars.server.intake.reader.unreadable import SENTENCES, Unreadable

Packed = dict[str, Any]  # Any: what JSON can say


def sniffed(one: Sniffed) -> Packed:
    return {**vars(one), "notices": [vars(notice) for notice in one.notices]}


def unpack_sniffed(told: Packed) -> Sniffed:
    told = told | {name: tuple(told[name]) for name in ("header", "sheets")}
    told["sample"] = tuple(map(tuple, told["sample"]))
    told["notices"] = tuple(Notice(**notice) for notice in told["notices"])
    return Sniffed(**told)


def mapping(one: Mapping) -> Packed:
    return {**vars(one), "units": {name: str(factor) for name, factor in one.units.items()}}


def unpack_mapping(told: Packed) -> Mapping:
    told = told | {name: tuple(told[name]) for name in ("unknown", "missing")}
    told["units"] = {name: Fraction(factor) for name, factor in told["units"].items()}
    return Mapping(**told)


def result(one: Read) -> Packed:
    """Pack what became of a file; the paths the caller knows."""
    return {
        **{name: value for name, value in vars(one).items() if not name.endswith("path")},
        "totals": {kind: vars(total) for kind, total in one.totals.items()},
        "notices": [vars(notice) for notice in one.notices],
    }


def unpack_result(told: Packed, **paths: Any) -> Read:
    told = told | paths | {"header": tuple(told["header"])}
    told["totals"] = {kind: KindTotal(**total) for kind, total in told["totals"].items()}
    told["notices"] = tuple(Notice(**notice) for notice in told["notices"])
    return Read(**told)


def failure(error: BadInput) -> Packed:
    if isinstance(error, Unreadable):
        params = {name: _plain(value) for name, value in error.params.items()}
        return {"name": type(error).__name__, "code": error.code, "params": params}
    return {"name": type(error).__name__, "message": str(error)}


def unpack_failure(told: Packed) -> BadInput:
    """Make the error again that the child raised."""
    kind = _by_name(BadInput, str(told["name"])) or BadInput
    if issubclass(kind, Unreadable) and told.get("code") in SENTENCES:
        return kind(told["code"], **told["params"])
    message = str(told.get("message", ""))
    return BadInput(message) if issubclass(kind, Unreadable) else kind(message)


def broken(one: Batch) -> list[Any]:
    return [
        [row.line, row.cells, [vars(problem) for problem in row.problems]] for row in one.broken
    ]


def columns(one: Batch) -> bytes:
    """The lines and the cells of a batch, as Arrow writes them."""
    names = ["line", *(str(place) for place in range(len(one.columns)))]
    table = pa.record_batch([pa.array(one.lines, pa.int32()), *one.columns], names=names)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_batch(table)
    return bytes(sink.getvalue())


def unpack_batch(payload: bytes, refused: list[Any]) -> Batch:
    (table,) = pa.ipc.open_stream(payload)
    lines, *cells = table.columns
    return Batch(
        lines.to_numpy().astype(np.int32),
        tuple(cells),
        tuple(
            Refused(line, tuple(row), tuple(Problem(**problem) for problem in problems))
            for line, row, problems in refused
        ),
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | dict) else str(value)


def _by_name(kind: type[BadInput], name: str) -> type[BadInput] | None:
    for one in kind.__subclasses__():
        if one.__name__ == name:
            return one
        if deeper := _by_name(one, name):
            return deeper
    return None
