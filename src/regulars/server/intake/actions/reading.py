"""Type every row of a file, once: what came of it lies beside the file and is not done twice.

A load after a check, or after a worker died while storing, goes on from there. The result
counts only for the same file, read in the same way by the same version; where rows were
refused because their day had not come, only on the same day.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from regulars import __version__
from regulars.server.core import queries as company_queries
from regulars.server.intake import queries
from regulars.server.intake.actions.arrived import Arrived
from regulars.server.intake.actions.mending import recognise_rows
from regulars.server.intake.models import Import
from regulars.server.intake.reader import (
    KindTotal,
    Mapping,
    Notice,
    Read,
    Sniffed,
    propose,
    read,
    sniff,
    source,
)

Telling = Callable[[int, int], None]


def arrive(found: Import, telling: Telling | None, *, at: datetime) -> Arrived:
    """Read a file, or take what an earlier pass over it found.

    :raises BadInput: it cannot be read, or a required field has no column.
    """
    company = company_queries.company()
    zone = company.time_zone if company else "Asia/Shanghai"
    today = company_queries.local_date(at)
    currency = company.currency if company else "CNY"
    path, options = queries.table(found), found.options
    limits = queries.limits(found)
    sniffed = sniff(
        path,
        options.get("encoding") or None,
        sheet=options.get("sheet") or None,
        limits=limits,
    )
    mapping = propose(sniffed.header, found.kind, found.mapping)
    out = queries.folder(found) / "read"
    known_by = _fingerprint(found, sniffed, mapping, zone, currency)
    result = _remembered(out, known_by, today)
    if result is None:
        forget_errors(found)
        (out / "done.json").unlink(missing_ok=True)
        result = read(
            path, sniffed, mapping, kind=found.kind, time_zone=zone, today=today,
            out=out, currency=currency, progress=telling,
            date_order=options.get("date_order") or None,
            id_key=settings.HOME.secret("hashes").encode(), limits=limits,
        )  # fmt: skip
        if found.mends is not None:
            recognise_rows(found, source(path, sniffed))
        _remember(out, known_by, today, result)
    return Arrived(found, sniffed, mapping, result, zone)


def forget_errors(found: Import) -> None:
    """Drop the files of refused rows; they are written anew when asked for."""
    for language in ("zh", "en"):
        queries.errors_path(found, language=language).unlink(missing_ok=True)


def _fingerprint(
    found: Import, sniffed: Sniffed, mapping: Mapping, zone: str, currency: str
) -> str:
    told = [
        __version__, "ids hashed", "days ahead refused", found.sha256, found.kind,
        found.mends_id, zone, currency,
        dict(mapping.columns), {name: str(unit) for name, unit in mapping.units.items()},
        asdict(sniffed), found.options.get("date_order", ""),
    ]  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _remember(out: Path, known_by: str, today: date, result: Read) -> None:
    """Write the result down after its files are on disk; a rename makes it count."""
    for path in (result.path, result.refused_path):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    scratch = out / "done.part"
    told = asdict(result) | {"known_by": known_by, "today": today}
    scratch.write_text(json.dumps(told, ensure_ascii=False, default=str), "utf-8")
    scratch.replace(out / "done.json")


def _remembered(out: Path, known_by: str, today: date) -> Read | None:
    path = out / "done.json"
    if not path.exists():
        return None
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if told.pop("known_by") != known_by:
        return None
    # A later day refuses fewer rows, and none but those.
    if told.pop("today") != today.isoformat() and "lies_ahead" in told["refused_by"]:
        return None
    paths = {name: Path(told[name]) for name in ("path", "refused_path")}
    if not all(one.exists() for one in paths.values()):
        return None
    return Read(
        **told
        | paths
        | {
            "header": tuple(told["header"]),
            "totals": {name: KindTotal(**one) for name, one in told["totals"].items()},
            "notices": tuple(Notice(**one) for one in told["notices"]),
        }
    )
