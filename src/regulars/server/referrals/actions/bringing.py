"""Rows of a file become referrals; one that cannot is told with its row and its column.

The friend's consent comes first: of whom nobody says when they agreed nothing is kept, no
file, no task, no name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.reception import rules as matching
from regulars.server.referrals.actions.consenting import Word
from regulars.server.referrals.actions.receiving import Friend, told
from regulars.server.referrals.models import Referral
from regulars.server.referrals.rules.sheet import Line

Agreed = Referral.Agreed
OWN = (Agreed.CALL, Agreed.WECOM, Agreed.BRANCH, Agreed.EMAIL)  # the friend's own word


class InCell(BadInput):
    """What one cell says cannot be; `column` is our name of it."""

    def __init__(self, column: str, words: str) -> None:
        super().__init__(words)
        self.column = column


@dataclass(frozen=True)
class Refusal:
    """One row that was not taken: in which column, and what to do."""

    line: int
    column: str
    why: str


@dataclass
class Brought:
    """What became of a file."""

    added: int = 0
    known: int = 0
    invalid: int = 0  # taken in, and not valid from the start: the list says why
    refused: list[Refusal] = field(default_factory=list)


def bring(rows: Iterable[Line], *, by: Person, at: datetime) -> Brought:
    """Take in a friend for each row, as `by` sees who referred; each row whole or not at all.

    A file that comes twice makes nothing twice.
    """
    found = Brought()
    for row in rows:
        try:
            with transaction.atomic():
                _one(row, found, by=by, at=at)
        except InCell as error:
            found.refused.append(Refusal(row.number, row.head(error.column), str(error)))
        except RegularsError as error:
            found.refused.append(Refusal(row.number, "", str(error)))
    audit.record(
        "referrals.brought", "referrals.Referral", by=by, at=at, added=found.added,
        known=found.known, refused=len(found.refused),
    )  # fmt: skip
    return found


def _one(row: Line, found: Brought, *, by: Person, at: datetime) -> None:
    today = core.local_date(at)
    if not row["name"]:
        raise InCell("name", _("The friend's name is empty. Write it."))
    if not (matching.digits(row["phone"]) or row["email"]):
        column = "phone" if "phone" in row.heads else "email"
        raise InCell(column, _("Write a phone number or an e-mail address of the friend."))
    if not row["agreed_on"]:
        raise InCell(
            "agreed_on",
            _(
                "Nobody says when the friend agreed. "
                "Ask, write the day, and send the row again."
            ),
        )
    agreed_on = _day(row, "agreed_on", today)
    came = _day(row, "date", today) if row["date"] else today
    referrer = _referrer(row["referrer"], by)
    before = Referral.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    words = _("Agreed on %(day)s, row %(n)s of a file") % {"day": agreed_on, "n": row.number}
    made = told(
        referrer,
        Friend(row["name"][:60], row["phone"][:24], row["email"][:254], row["product"][:300]),
        Word(_way(row["channel"]), words),
        way=Referral.Way.FILE,
        reference=_reference(row),
        came_at=_moment(came, at),
        by=by,
        at=at,
    )
    if made.pk <= before:
        found.known += 1
        return
    found.added += 1
    found.invalid += made.state == Referral.State.REFUSED


def _referrer(number: str, by: Person) -> Customer:
    if not number:
        raise InCell("referrer", _("Write the customer number of who referred."))
    known = customers.customers(by).exclude(
        state__in=[Customer.State.MERGED, Customer.State.ERASED]
    )
    found = known.filter(number=number).first()
    if found is None:
        words = _(
            "No customer of yours has the number %(number)s. Correct it, or let whoever looks "
            "after them send the row."
        )
        raise InCell("referrer", words % {"number": number[:40]})
    return found


def _way(said: str) -> str:
    """How the friend agreed, by its code or its words in either language; a call is usual."""
    if not said:
        return Agreed.CALL
    for language in ("en", "zh-hans"):
        with translation.override(language):
            for one in OWN:
                if said.lower() in {one.value, str(one.label).lower(), *WORDS[one]}:
                    return one
    words = _("“%(said)s” is no way in which a friend agrees. Write one of: %(ways)s.")
    ways = ", ".join(one.value for one in OWN)
    raise InCell("channel", words % {"said": said[:40], "ways": ways})


def _day(row: Line, column: str, today: date) -> date:
    said = row[column]
    try:
        day = parse_date(said.replace("/", "-").replace(".", "-")[:10].strip())
    except ValueError:
        day = None
    if day is None:
        words = _("“%(said)s” is no day. Write it as 2026-12-31.")
        raise InCell(column, words % {"said": said[:40]})
    if day > today:
        words = _("“%(said)s” lies ahead. Write the day on which it was.")
        raise InCell(column, words % {"said": said[:40]})
    return day


def _moment(day: date, at: datetime) -> datetime:
    """The beginning of work on a day, and never later than now."""
    morning = datetime.combine(day, time(9), tzinfo=core.time_zone())
    return min(morning, at)


def _reference(row: Line) -> str:
    """What makes a row the same one the next time: its own number, or who referred whom."""
    if row["reference"]:
        return row["reference"][:60]
    whom = matching.digits(row["phone"]) or matching.fold(row["email"])
    plain = f"{row['referrer']}|{whom}|{row['name']}"
    return f"file:{hashlib.sha256(plain.encode()).hexdigest()[:40]}"


WORDS = {
    Agreed.CALL: ("phone", "电话"),
    Agreed.WECOM: ("wechat", "企业微信", "微信"),
    Agreed.BRANCH: ("in the branch", "网点", "当面"),
    Agreed.EMAIL: ("e-mail", "邮件", "电子邮件"),
}
