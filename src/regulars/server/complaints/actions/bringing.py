"""Rows of a file become cases; a row that cannot is told with its line and its reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time

from django.db import transaction
from django.utils import translation
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, RegularsError
from regulars.server.complaints import queries
from regulars.server.complaints.actions.held import held, keep, tell
from regulars.server.complaints.actions.opening import open_case
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.complaints.rules.sheet import Line
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer


@dataclass(frozen=True)
class Refusal:
    """One row that was not taken, and why."""

    line: int
    reference: str
    why: str


@dataclass
class Brought:
    """What became of a file."""

    added: int = 0
    told: int = 0  # cases that were known without words, and have them now
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)


def bring(rows: Iterable[Line], *, by: Person, at: datetime) -> Brought:
    """Make a case of each row, as `by` sees its customer; one reference is one case.

    A case that another system only mentioned, without words, gets those of the file. A file
    that comes twice makes nothing twice.
    """
    found = Brought()
    for row in rows:
        try:
            with transaction.atomic():
                _one(row, found, by=by, at=at)
        except RegularsError as error:
            found.refused.append(Refusal(row.number, row["reference"], str(error)))
    audit.record(
        "complaints.brought", "complaints.Case", by=by, at=at, added=found.added,
        told=found.told, known=found.known, refused=len(found.refused),
    )  # fmt: skip
    return found


def _one(row: Line, found: Brought, *, by: Person, at: datetime) -> None:
    reference, words = row["reference"][:60], row["words"][:4000]
    if not reference:
        raise BadInput(_("The number of the complaint is empty."))
    if not words:
        raise BadInput(_("Write what the customer said, in their own words."))
    type, channel = _type(row["type"]), _channel(row["channel"])
    known = queries.by_reference(reference)
    if known is not None and known.words:
        found.known += 1
        return
    if known is not None:
        _fill(known, words, type, channel, row["wish"][:500], by=by, at=at)
        found.told += 1
        return
    customer = _customer(row["customer"], by)
    open_case(
        words=words,
        type=type,
        channel=channel,
        customer=customer,
        who=row["who"][:120],
        phone=row["phone"][:40],
        book=None if customer else queries.place_of(by),
        received_at=_moment(row["received_at"]),
        severity=_severity(row["severity"]),
        wish=row["wish"][:500],
        source=Case.Source.FILE,
        reference=reference,
        by=by,
        at=at,
    )
    found.added += 1


def _fill(
    case: Case, words: str, type: Entry, channel: str, wish: str, *, by: Person, at: datetime
) -> None:
    """Write down what a case was about of which only its number was known."""
    found = held(case)
    found.words, found.channel = words, channel
    found.wish = found.wish or wish
    found.type = type
    found.about_service = found.about_service or type.about_service
    if found.handler and queries.bar(found, found.handler):
        found.handler = None  # it is about the service that they give
    keep(found)
    details = {"changed": queries.values_of(found, ["type"])}
    tell(found, Event.What.CHANGED, by=by, at=at, note=words, details=details)


def _customer(number: str, by: Person) -> Customer | None:
    if not number:
        return None
    known = customers.customers(by).exclude(
        state__in=[Customer.State.MERGED, Customer.State.ERASED]
    )
    found = known.filter(number=number).select_related("book__org_unit").first()
    if found is None:
        raise BadInput(
            _("No customer of yours has the number %(number)s.") % {"number": number}
        )
    return found


def _type(said: str) -> Entry:
    """By its code or its name in either language; where none is said, the last of the list."""
    if not said:
        found = queries.type_of_files()
    else:
        found = next(
            (one for one in queries.types()
             if said.lower() in {one.code, one.name.lower(), one.name_en.lower()}),
            None,
        )  # fmt: skip
    if found is None:
        raise BadInput(_("There is no line “%(code)s” in the company's list.") % {"code": said})
    return found


def _channel(said: str) -> str:
    if not said:
        return Case.Channel.OTHER
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for one in Case.Channel:
                if said.lower() in {one.value, str(one.label).lower()}:
                    return one.value
    raise BadInput(_("“%(said)s” is no way in which complaints come.") % {"said": said})


def _severity(said: str) -> int:
    if not said:
        return Case.Severity.SERIOUS
    if said not in {"1", "2", "3"}:
        raise BadInput(_("“%(said)s” is no severity. Write 1, 2 or 3.") % {"said": said})
    return int(said)


def _moment(said: str) -> datetime | None:
    """A moment, or the beginning of work on a day."""
    if not said:
        return None
    try:
        plain = said.replace("/", "-")
        moment = parse_datetime(plain)
        day = parse_date(plain[:10])
    except ValueError:
        moment = day = None
    if moment is None and day is not None:
        moment = datetime.combine(day, time(9))
    if moment is None:
        told = _("“%(said)s” is no moment. Write it as 2026-12-31 09:30.")
        raise BadInput(told % {"said": said})
    return moment if moment.tzinfo else moment.replace(tzinfo=core.time_zone())
