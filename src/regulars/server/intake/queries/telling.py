"""What came of a file, for people and for JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from regulars.base import money
from regulars.server.core import queries as core
from regulars.server.intake.models import Import
from regulars.server.intake.queries.places import refused_paths
from regulars.server.intake.reader import Problem, Refused, sentence, together
from regulars.server.intake.reader.refusals import read_refused


def report(found: Import, *, dry_run: bool = False, language: str = "en") -> dict[str, Any]:
    """What came of a file, in stable keys, amounts in units of the currency."""
    told = found.report
    digits = money.digits(currency())
    how = told["how"]
    return {
        "file": found.file_name,
        "kind": found.kind,
        "dry_run": dry_run,
        "rows": found.rows,
        "accepted": found.accepted,
        "added": found.added,
        "known": found.known,
        "changed": told["changed"],
        "refused": found.refused,
        "reasons": told["reasons"],
        "customers_new": told["customers_new"],
        "detected": {
            **{name: found.reading[name] for name in ("format", "encoding", "delimiter")},
            "sheet": found.reading["sheet"],
            "header": found.reading["has_header"],
            "columns": found.reading["header"],
            "unknown_columns": told["unknown_columns"],
            "dates": told["date_formats"],
        },
        "mapping": {
            field: {"column": column, "how": how.get(field, "given")}
            for field, column in found.mapping.items()
            if column
        },
        "totals": {
            kind: {"rows": one["rows"], "amount": _units(one["amount"], digits)}
            for kind, one in told.get("totals", {}).items()
        },
        "sales": {
            name: value if name == "customers" else _units(value, digits)
            for name, value in told.get("sales", {}).items()
        },
        "examples": [_example(one, language) for one in told["examples"]],
        "warnings": [sentence(one["code"], one["params"], language) for one in told["notices"]],
        "seconds": told.get("seconds"),
    }


def totals(found: Import) -> list[tuple[str, int, str]]:
    """Rows and sum of each kind of transaction, the sum written out."""
    digits = money.digits(currency())
    return [
        (kind, one["rows"], _written(one["amount"], digits))
        for kind, one in found.report.get("totals", {}).items()
    ]


def sales(found: Import) -> dict[str, Any]:
    """Customers with purchases, what they spent, and what refunds left of it."""
    digits = money.digits(currency())
    told = found.report.get("sales", {})
    return {
        name: value if name == "customers" else _written(value, digits)
        for name, value in told.items()
    }


def examples(found: Import, *, language: str) -> list[dict[str, Any]]:
    """The first refused rows, with the reason in the reader's language."""
    return [_example(one, language) for one in found.report.get("examples", [])]


def warnings(found: Import, *, language: str) -> list[str]:
    told = found.report.get("notices", [])
    return [sentence(one["code"], one["params"], language) for one in told]


def refused(found: Import) -> Iterator[Refused]:
    """Yield every refused row of a file: the reader's, then the records'."""
    for path in refused_paths(found):
        if path.exists():
            yield from read_refused(path)


def refusals(found: Import, *, language: str) -> list[dict[str, Any]]:
    """Every refused row of a batch by its place, counted from 0, with its reasons."""
    return sorted(
        (
            {
                "row": row.line - 1,
                "problems": [
                    {
                        "field": one.column,
                        "value": one.value,
                        "code": one.code,
                        "sentence": sentence(
                            one.code, dict(one.params) | {"value": one.value}, language
                        ),
                    }
                    for one in row.problems
                ],
            }
            for row in refused(found)
        ),
        key=lambda told: int(str(told["row"])),
    )


def currency() -> str:
    company = core.company()
    return company.currency if company else "CNY"


def _units(minor: int, digits: int) -> float:
    """Minor units as a number for people and JSON; exact below 90 million million."""
    return float(round(minor / 10**digits, digits))


def _written(minor: int, digits: int) -> str:
    """An exact amount for a page, with a true minus."""
    return f"{_units(minor, digits):,.{digits}f}".replace("-", "−")


def _example(told: dict[str, Any], language: str) -> dict[str, Any]:
    problems = told["problems"]
    said = [
        Problem(
            p["code"],
            p.get("column", told["column"]),
            p["params"].get("value", ""),
            p["params"],
        )
        for p in problems
    ]
    return {
        "line": told["line"],
        "column": told["column"],
        "value": told["value"],
        "reason": problems[0]["code"],
        "sentence": together(said, language),
    }
