"""Answers given elsewhere, and comments written elsewhere: a file is read, mapped, taken once.

A row is taken whole or refused with the reason. The customer is whoever has the number, else
the one with that phone or e-mail; a row without one stays, counted, and belongs to nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.intake.reader import Sniffed, Unreadable, sniff, source
from regulars.server.voice.actions.answering import Way, take
from regulars.server.voice.models import Answer, Comment, Layout, Survey, Version
from regulars.server.voice.rules import LONGEST_TEXT, columns, topics

MOST = 10_000  # rows of one file
SHOWN = 50  # refused rows that are named
STARS, BAD_STARS = ("1", "2", "3", "4", "5"), 2


class Stream(Protocol):
    """An uploaded file."""

    name: str | None

    def chunks(self) -> Iterator[bytes]: ...


@dataclass
class Brought:
    """What came of a file."""

    taken: int = 0
    again: int = 0  # known from before
    linked: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    wrong: int = 0

    def refuse(self, line: int, why: str) -> None:
        self.wrong += 1
        if len(self.refused) < SHOWN:
            self.refused.append((line, why))


@dataclass(frozen=True)
class Row:
    """One row: its line and its cells by what they are."""

    line: int
    cells: Mapping[str, str]
    key: str


@dataclass(frozen=True)
class Written:
    """A comment as it stood somewhere; `key` makes it one within its place."""

    text: str
    at: datetime
    stars: int | None
    key: str
    customer: Customer | None = None


def folder() -> Path:
    found = Path(settings.HOME.imports) / "voice"
    found.mkdir(parents=True, exist_ok=True)
    return found


def lay_down(file: Stream) -> str:
    """Keep an uploaded file until its columns are known; returns what it is called."""
    name = public_id()
    with (folder() / name).open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return name


def path_of(name: str) -> Path:
    """Where such a file lies.

    :raises BadInput: it is gone.
    """
    found = folder() / name
    if not name.isalnum() or not found.is_file():
        raise BadInput(_("The file is gone. Choose it once more."))
    return found


def look(path: Path, *, language: str = "en") -> Sniffed:
    """What a file looks like.

    :raises BadInput: it is no table that can be read.
    """
    try:
        return sniff(path)
    except Unreadable as error:
        raise BadInput(error.sentence(language)) from error


@transaction.atomic
def bring_answers(
    version: Version,
    path: Path,
    mapping: Mapping[str, str],
    *,
    name: str,
    by: Person,
    at: datetime,
) -> Brought:
    """Take the answers of a file.

    :raises BadInput: no column is an answer, or the file cannot be read.
    """
    if not any(what.startswith(columns.QUESTION) for what in mapping.values()):
        raise BadInput(_("Say which columns are answers to which questions."))
    told, header = Brought(), look(path).header
    known = set(
        Answer.objects.filter(version=version).exclude(key="").values_list("key", flat=True)
    )
    for row, customer, when in _rows(path, mapping, told, by=by, at=at):
        if row.key in known:
            told.again += 1
            continue
        way = Way(
            Answer.Mode.FILE, at=when, learned_at=at, source=Path(name).name[:80], key=row.key
        )
        given = {
            what.removeprefix(columns.QUESTION): cell
            for what, cell in row.cells.items()
            if what.startswith(columns.QUESTION)
        }
        try:
            take(version, given, way, customer=customer, by=by)
        except RegularsError as error:
            told.refuse(row.line, str(error))
            continue
        known.add(row.key)
        told.taken += 1
        told.linked += customer is not None
    _remember(version.survey, header, mapping, name=name, by=by, at=at)
    audit.record("voice.answers.brought", version.survey, by=by, at=at, taken=told.taken)
    transaction.on_commit(partial(path.unlink, missing_ok=True))
    return told


@transaction.atomic
def bring_comments(
    site: str, path: Path, mapping: Mapping[str, str], *, name: str, by: Person, at: datetime
) -> Brought:
    """Take the comments of a file that were written at some place.

    :raises BadInput: no column is the comment, or the file cannot be read.
    """
    if columns.COMMENT not in mapping.values():
        raise BadInput(_("Say which column is the comment."))
    if not site.strip():
        raise BadInput(_("Say where the comments were written."))
    place, told, header = " ".join(site.split())[:80], Brought(), look(path).header
    known = set(Comment.objects.filter(source=place).values_list("key", flat=True))
    made: list[Written] = []
    for row, customer, when in _rows(path, mapping, told, by=by, at=at):
        if row.key in known:
            told.again += 1
            continue
        text = row.cells.get(columns.COMMENT, "").strip()[:LONGEST_TEXT]
        stars = row.cells.get(columns.STARS, "").strip()
        if not text or (stars and stars not in STARS):
            told.refuse(row.line, _("There is no comment, or its stars are not 1 to 5."))
            continue
        made.append(Written(text, when, int(stars) if stars else None, row.key, customer))
        known.add(row.key)
        told.linked += customer is not None
    told.taken = write_comments(place, made)
    _remember(None, header, mapping, name=name, by=by, at=at)
    audit.record("voice.comments.brought", "voice.Comment", by=by, at=at, taken=told.taken)
    transaction.on_commit(partial(path.unlink, missing_ok=True))
    return told


@transaction.atomic
def write_comments(place: str, written: Sequence[Written]) -> int:
    """Keep comments of a place, each with its topics and whether it complains."""
    Comment.objects.bulk_create(
        (
            Comment(
                customer=each.customer, source=place, key=each.key, at=each.at, text=each.text,
                stars=each.stars, topics=topics.topics(each.text),
                negative=(
                    each.stars <= BAD_STARS if each.stars else topics.is_negative(each.text)
                ),
                branch=each.customer.book.org_unit if each.customer else None,
            )
            for each in written
        ),
        batch_size=1_000,
    )  # fmt: skip
    return len(written)


@transaction.atomic
def take_comments(place: str, written: Sequence[Written], *, by: Actor, at: datetime) -> int:
    """Keep the comments of a place whose keys did not come before; return how many."""
    once = {each.key: each for each in written}
    known = Comment.objects.filter(source=place, key__in=once).values_list("key", flat=True)
    with scope.everything():
        before = set(known)
    taken = write_comments(place, [each for key, each in once.items() if key not in before])
    audit.record("voice.comments.brought", "voice.Comment", by=by, at=at, taken=taken)
    return taken


Taken = tuple[Row, Customer | None, datetime]


def _rows(
    path: Path, mapping: Mapping[str, str], told: Brought, *, by: Person, at: datetime
) -> Iterator[Taken]:
    """Rows with their customer and moment; those that cannot be taken are told."""
    zone, today, wide = core.time_zone(), core.local_date(at), by.scope.everything
    for rows in _batches(path, mapping, told):
        people = _Customers(rows, by)
        for row in rows:
            cell = row.cells.get(columns.AT, "")
            when = columns.moment(cell, zone) if cell.strip() else at
            if when is not None and core.local_date(when) == today:
                when = min(when, at)  # a day without an hour is told at noon
            customer = people.of(row)
            if when is None or when > at:
                told.refuse(
                    row.line, _("“%(day)s” is no day up to today.") % {"day": cell[:40]}
                )
            elif customer is None and not wide:
                told.refuse(row.line, _("No customer of yours has this number or address."))
            else:
                yield row, customer, when


def _batches(path: Path, mapping: Mapping[str, str], told: Brought) -> Iterator[list[Row]]:
    sniffed, seen = look(path), 0
    places = {what: sniffed.header.index(column) for column, what in mapping.items() if what}
    times: Counter[tuple[str, ...]] = Counter()
    for batch in source(path, sniffed):
        for broken in batch.broken:
            told.refuse(broken.line, broken.sentence())
        cells = zip(*(column.to_pylist() for column in batch.columns), strict=True)
        rows = []
        for line, each in zip(batch.lines.tolist(), cells, strict=True):
            values = tuple(value or "" for value in each)
            if not any(map(str.strip, values)):
                continue
            named = {what: values[place] for what, place in places.items()}
            parts = (named[columns.KEY],) if named.get(columns.KEY, "").strip() else values
            times[parts] += 1
            rows.append(Row(line, named, columns.key_of(parts, times[parts])))
        seen += len(rows)
        if seen > MOST:
            raise BadInput(_("More than %(n)s rows. Split the file.") % {"n": MOST})
        yield rows


class _Customers:
    """The customers of some rows, by number, then by phone or e-mail that only one has."""

    def __init__(self, rows: Sequence[Row], viewer: Person) -> None:
        seen = Customer.objects.visible_to(viewer).select_related("book__org_unit")
        self._by = {name: _by(seen, name, rows) for name in ("number", "phone", "email")}

    def of(self, row: Row) -> Customer | None:
        for name, found in self._by.items():
            cell = row.cells.get(name, "").strip()
            if cell and cell in found:
                return found[cell]
        return None


def _by(seen: Any, name: str, rows: Sequence[Row]) -> dict[str, Customer | None]:
    wanted = {cell for row in rows if (cell := row.cells.get(name, "").strip())}
    found: dict[str, Customer | None] = {}
    if wanted:
        for customer in seen.filter(**{f"{name}__in": wanted}).order_by("pk"):
            value = getattr(customer, name)
            found[value] = None if value in found else customer
    return found


def _remember(
    survey: Survey | None,
    header: Sequence[str],
    mapping: Mapping[str, str],
    *,
    name: str,
    by: Person,
    at: datetime,
) -> None:
    """Keep how the columns were read, for the next file of the kind."""
    kept = {
        "name": Path(name).name[:80],
        "columns": {column: what for column, what in mapping.items() if what},
        "made_at": at,
        "made_by": by,
    }
    Layout.objects.update_or_create(
        survey=survey, header=columns.print_of(header), defaults=kept
    )
