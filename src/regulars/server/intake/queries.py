"""Reads of the files that were brought."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from regulars.base import money
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Job, Person
from regulars.server.core.rules import Permission, Role
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.facts.models import FactFile
from regulars.server.intake import rules
from regulars.server.intake.models import Import, Source, Upload
from regulars.server.intake.reader import Refused, sentence
from regulars.server.intake.reader.mapping import REASON_COLUMNS
from regulars.server.intake.reader.refusals import read_refused

FACTS = tuple(lake.COLUMNS)  # the kinds whose rows go to the lake


def folder(found: Import) -> Path:
    """Where everything about one file lies."""
    return Path(settings.HOME.imports) / found.public_id


def original(found: Import) -> Path:
    """The file as it came."""
    return next((folder(found) / "original").iterdir())


def table(found: Import) -> Path:
    """The rows to be read: the file as it came, or what a preset made of it."""
    made = prepared(found)
    return made if made.exists() else original(found)


def prepared(found: Import) -> Path:
    """Where the rows lie that a preset or a layout made of the file."""
    return folder(found) / "prepared" / "rows.parquet"


def names_of_books() -> frozenset[str]:
    """By which names a file may say whose a customer is."""
    codes = {code.casefold() for (code,) in Book.objects.values_list("code")}
    managers = Person.objects.filter(role=Role.RM).values_list("username")
    return frozenset(codes | {name.casefold() for (name,) in managers})


def traces(found: Import) -> Path:
    """Where a load left what undoing it needs."""
    return folder(found) / "undo"


def imports(viewer: Person) -> QuerySet[Import]:
    """The history, newest first; nothing for those who may not bring files."""
    if not viewer.may(Permission.IMPORT):
        return Import.objects.none()
    return Import.objects.select_related("brought_by", "job").order_by("-pk")


def one(viewer: Person, key: str) -> Import | None:
    return imports(viewer).filter(public_id=key).first()


def by_job(job: Job) -> Import | None:
    """The file that a job is about."""
    return Import.objects.filter(public_id=job.subject.partition(":")[2]).first()


def under_way() -> QuerySet[Import]:
    """Files that somebody began to read or load, and that no queued job will finish."""
    states = (Import.State.CHECKING, Import.State.LOADING)
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    return Import.objects.filter(state__in=states).exclude(job__state__in=waiting)


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
    return {
        "line": told["line"],
        "column": told["column"],
        "value": told["value"],
        "reason": problems[0]["code"],
        "sentence": " ".join(sentence(p["code"], p["params"], language) for p in problems),
    }


def source(found: Import) -> str:
    """The name under which the lake knows a file's facts."""
    return f"import:{found.public_id}"


def can_withdraw(found: Import) -> bool:
    """Tell whether a file can be taken out again: what it did is known.

    People are not: taking rights away is an administrator's word, one by one.
    """
    if found.state not in {Import.State.DONE, Import.State.UNDOING} or found.kind == "people":
        return False
    if traces(found).is_dir():
        return True
    return FactFile.objects.filter(source=source(found), replaced_at__isnull=True).exists()


def kept_path(found: Import) -> Path:
    """The list of what stayed when a file was taken out."""
    return folder(found) / "kept.csv"


def errors_path(found: Import, *, language: str) -> Path:
    """Where the file of refused rows lies, if it was written in that language."""
    return folder(found) / f"refused-{'zh' if language.startswith('zh') else 'en'}.csv"


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


def refused_paths(found: Import) -> tuple[Path, Path]:
    """Where the rows lie that the reader refused, and those that the records refused."""
    read = folder(found) / "read"
    return read / "refused.parquet", read / "refused_by_records.parquet"


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


def source_named(name: str) -> Source | None:
    """The source of a name, however it is written."""
    return Source.objects.filter(code=rules.code(name)).first()


def upload(viewer: Person, key: str) -> Upload | None:
    """A file on its way, to whoever sends it."""
    if not viewer.may(Permission.IMPORT):
        return None
    return Upload.objects.filter(person=viewer, public_id=key).first()


def unfinished(viewer: Person) -> list[tuple[Upload, float]]:
    """Files that the viewer began to send, with the share that arrived."""
    found = Upload.objects.filter(person=viewer).order_by("-pk")[:5]
    return [(one, arrived_bytes(one) / one.size) for one in found]


def uploads_folder() -> Path:
    return Path(settings.HOME.imports) / ".arriving"


def part_path(upload: Upload) -> Path:
    """Where the part of a file lies that arrived."""
    return uploads_folder() / upload.public_id


def arrived_bytes(upload: Upload) -> int:
    path = part_path(upload)
    return path.stat().st_size if path.exists() else 0


def sources(viewer: Person) -> QuerySet[Source]:
    """The remembered sources; nothing for those who may not bring files."""
    if not viewer.may(Permission.IMPORT):
        return Source.objects.none()
    return Source.objects.order_by("name", "pk")


def source_by(viewer: Person, key: str) -> Source | None:
    return sources(viewer).filter(public_id=key).first()


def source_of_job(job: Job) -> Source | None:
    """The source that a job is to read."""
    label, _colon, key = job.subject.partition(":")
    return Source.objects.filter(public_id=key).first() if label.endswith("Source") else None


def sources_with_last(viewer: Person) -> list[tuple[Source, Import | None]]:
    """Every source with its last import."""
    found = list(sources(viewer))
    newest = (
        Import.objects.filter(source__in=found)
        .order_by("source_id", "-pk")
        .distinct("source_id")
    )
    last = {one.source_id: one for one in newest}
    return [(one, last.get(one.pk)) for one in found]


def watched(way: str) -> list[Source]:
    """Sources of a way that the worker reads by itself."""
    return list(Source.objects.filter(way=way, is_active=True).order_by("pk"))


def inbox(source: Source) -> Path:
    """The folder into which a source's files are dropped."""
    return Path(settings.HOME.root) / "inbox" / source.code


def secret_path(source: Source) -> Path:
    """Where the password of a source's database lies."""
    return Path(settings.HOME.keys) / f"source-{source.public_id}.key"


def recognised(kind: str, header: list[str]) -> Source | None:
    """The source whose files look like this one."""
    ways = (Source.Way.UPLOAD, Source.Way.FOLDER)
    known = {
        one.pk: one
        for one in Source.objects.filter(kind=kind, way__in=ways, is_active=True).order_by("pk")
    }
    described = [
        rules.Known(pk, tuple(one.header), tuple(filter(None, one.mapping.values())))
        for pk, one in known.items()
    ]
    found = rules.recognise(header, described)
    return known.get(found) if found is not None else None


def mended(found: Import) -> QuerySet[Import]:
    """The mended files of an import that were loaded, in their order."""
    return Import.objects.filter(mends=found, state=Import.State.DONE).order_by(
        "ended_at", "pk"
    )


def whose_refusals(kind: str, header: list[str]) -> Import | None:
    """The import whose refused rows a file with a column of reasons holds."""
    if not set(header) & set(REASON_COLUMNS):
        return None
    columns = [name for name in header if name not in REASON_COLUMNS]
    loaded = Import.objects.filter(
        kind=kind, state=Import.State.DONE, refused__gt=0, mends=None
    ).order_by("-pk")[:200]
    return next((one for one in loaded if one.reading["header"] == columns), None)


def used_by_preset(found: Import) -> set[str]:
    """Columns that a preset made others of."""
    one, header = rules.preset(found.reading.get("preset", "")), found.reading.get("header", [])
    if one is None:
        return set()
    names = [n for pair in one.joined.values() for n in pair] + [*one.opted_out.values()]
    return {column for n in names if (column := rules.column(n, header))}


def usual_rows(source: Source, *, last: int = 5) -> list[int]:
    """How many rows the last loads of a source had."""
    done = Import.objects.filter(source=source, state=Import.State.DONE, mends=None)
    return list(done.order_by("-pk").values_list("rows", flat=True)[:last])


def demo_keeps_its_data() -> bool:
    """Tell whether this home refuses files."""
    company = core.company()
    is_demo = settings.IS_DEMO or bool(company and company.is_demo)
    return is_demo and not (company and company.settings.get("demo_takes_files"))


def has_customers() -> bool:
    return Customer.objects.exists()


def has_facts() -> bool:
    return FactFile.objects.filter(replaced_at__isnull=True).exists()
