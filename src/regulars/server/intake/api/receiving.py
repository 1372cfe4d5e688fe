"""A batch on its way in: what the key does not reach stays out, the rest goes as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from regulars.server.core.api import KeyedRequest, as_viewer
from regulars.server.core.models import ApiKey
from regulars.server.customers.events import CustomerChanged, CustomerCreated
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import pages
from regulars.server.intake import actions, queries
from regulars.server.intake.actions.arrived import ERASED
from regulars.server.intake.models import Import
from regulars.server.intake.reader import sentence
from regulars.server.intake.reader.cells import Fault, clean_id

Cells = dict[str, str | None]
NOBODYS = "unknown_customer"
PLACES = ("book", "org_unit")
UNKNOWN = {"book": "unknown_book", "org_unit": "unknown_branch"}


@dataclass
class Brought:
    """The rows of a request: `places` says where each that goes on stood in it."""

    kind: str
    total: int  # rows of the request
    rows: list[Cells]
    places: list[int]
    refusals: list[dict[str, Any]] = field(default_factory=list)
    found: Import | None = None


def receive(
    request: KeyedRequest, kind: str, rows: Sequence[Cells], *, unknown: str = "stub"
) -> Brought:
    """Load a batch; nothing of it is there unless this returns."""
    brought = within_reach(request.api_key, kind, list(rows))
    if brought.rows:
        brought.found = actions.bring_rows(
            kind,
            brought.rows,
            source=source_name(request.api_key),
            unknown=unknown,
            by=request.api_key,
            at=request.at,
        )
        brought.refusals += [
            _refusal(brought.places[one["row"]], problem)
            for one in queries.refusals(brought.found, language=get_language() or "zh")
            for problem in one["problems"]
        ]
        brought.refusals.sort(key=lambda one: int(one["row"]))
    return brought


def source_name(key: ApiKey) -> str:
    """Under which name the history, and each value's origin, show what a key brought."""
    return key.name


def within_reach(key: ApiKey, kind: str, rows: list[Cells]) -> Brought:
    """Refuse the rows of customers beyond the key's reach as if nobody had their number."""
    if key.scope.everything:
        return Brought(kind, len(rows), rows, list(range(len(rows))))
    name = "number" if kind == "customers" else "customer_id"
    numbers = [_number(row[name]) for row in rows]
    seen = pages.by_number(as_viewer(key), {number for number in numbers if number})
    brought = Brought(kind, len(rows), [], [])
    for place, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        moved = [each for each in PLACES if kind == "customers" and row.get(each)]
        if number not in seen:
            brought.refusals.append(_beyond(place, name, NOBODYS, row[name]))
        elif moved:  # to whom customers belong is not for a key that sees a part of them
            brought.refusals.append(_beyond(place, moved[0], UNKNOWN[moved[0]], row[moved[0]]))
        else:
            brought.rows.append(row)
            brought.places.append(place)
    return brought


def told(brought: Brought) -> dict[str, Any]:
    """Say what became of a batch."""
    found = brought.found
    report: Mapping[str, Any] = found.report if found else {}
    accepted = found.accepted if found else 0
    return {
        "import_id": found.public_id if found else None,
        "kind": brought.kind,
        "rows": brought.total,
        "accepted": accepted,
        "added": found.added if found else 0,
        "known": found.known if found else 0,
        "changed": report.get("changed", 0),
        "refused": brought.total - accepted,
        "customers_opened": report.get("customers_new", 0),
        "refusals": brought.refusals,
    }


def verdicts(
    brought: Brought, rows: Sequence[Cells], found: Mapping[str, Customer], *, at: datetime
) -> list[dict[str, Any]]:
    """Say of each customer what became of it at the moment of the request.

    The moment tells, since another request may open the same customer while this one waits.
    The answer is kept for a while, so it does not name who was erased.
    """
    erased = {one["row"] for one in brought.refusals if one["code"] == ERASED}
    refused = {one["row"] for one in brought.refusals}
    return [
        {
            "row": place,
            "number": "" if place in erased else row["number"] or "",
            **_verdict(None if place in refused else found.get(_number(row["number"])), at),
        }
        for place, row in enumerate(rows)
    ]


def happened(
    verdicts: Sequence[Mapping[str, Any]], rows: Sequence[Cells]
) -> Iterator[CustomerCreated | CustomerChanged]:
    """What others may want to hear of a batch of customers."""
    for one, row in zip(verdicts, rows, strict=True):
        if one["verdict"] == "created":
            yield CustomerCreated(customer=one["id"])
        elif one["verdict"] == "changed":
            fields = tuple(
                sorted(name for name, value in row.items() if value and name != "number")
            )
            yield CustomerChanged(customer=one["id"], fields=fields)


def numbers_of(rows: Sequence[Cells]) -> set[str]:
    return {number for row in rows if (number := _number(row["number"]))}


def _verdict(found: Customer | None, at: datetime) -> dict[str, Any]:
    if found is None:
        return {"verdict": "refused", "id": None}
    changed = "changed" if found.updated_at == at else "unchanged"
    return {
        "verdict": "created" if found.created_at == at else changed,
        "id": found.public_id,
    }


def _number(cell: str | None) -> str:
    """A number as the reader will read it."""
    cleaned = clean_id(cell.strip()) if cell and cell.strip() else None
    return "" if cleaned is None or isinstance(cleaned, Fault) else cleaned


def _refusal(row: int, problem: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "row": row,
        "field": problem["field"],
        "code": problem["code"],
        "message": problem["sentence"],
    }


def _beyond(row: int, name: str, code: str, value: str | None) -> dict[str, Any]:
    said = sentence(code, {"value": value or ""}, get_language() or "zh")
    return {"row": row, "field": name, "code": code, "message": said}
