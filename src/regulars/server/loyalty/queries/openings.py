"""Files by which an existing programme came, and what is wrong with rows of them, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from regulars.server.core.models import Job, Person
from regulars.server.loyalty.models import Opening
from regulars.server.loyalty.queries.programme import levels_at

OPENING = "loyalty.opening"  # the job that takes a file in, or out
MOST = 50
HEADS: Mapping[str, Any] = {
    "customer": gettext_lazy("Customer number"),
    "number": gettext_lazy("Member number"),
    "joined_on": gettext_lazy("Member since"),
    "level": pgettext_lazy("loyalty", "Level"),
    "level_until": gettext_lazy("Level kept until"),
    "points": pgettext_lazy("currency", "Points"),
    "expires_on": gettext_lazy("Last day of the points"),
    "tier": gettext_lazy("Tier points"),
    "tier_until": gettext_lazy("Last day of the tier points"),
}
# What is wrong, and what to do about it.
FAULTS: Mapping[str, Any] = {
    "broken": gettext_lazy("The row cannot be read. Compare it with the rows around it."),
    "empty": gettext_lazy("It is empty. Write the customer's number."),
    "unknown": gettext_lazy(
        "No customer has this number. Import the customers first, or put the number right."
    ),
    "gone": gettext_lazy(
        "The customer's file is closed, merged or erased. Leave the row out, or write the "
        "number of the file that goes on."
    ),
    "bad_number": gettext_lazy(
        "This is no member number. Write up to 24 letters, digits and hyphens, or leave the "
        "cell empty for a new number."
    ),
    "several": gettext_lazy(
        "Rows of the same customer say different things. Write the same in all of them, or "
        "leave the others empty."
    ),
    "differs": gettext_lazy(
        "The customer is a member already, under another number. Leave the cell empty: only "
        "the points are taken in."
    ),
    "taken": gettext_lazy("Somebody else has this number. Put it right, or leave it empty."),
    "ended": gettext_lazy(
        "This number belongs to a membership that ended. Leave the cell empty for a new one."
    ),
    "shared": gettext_lazy("Two customers have the same number. Put one of them right."),
    "twice": gettext_lazy(
        "Another row has points of the same customer with the same last day. Put both into "
        "one row."
    ),
    "other": gettext_lazy(
        "Another file brought a different number of points for this customer and last day. "
        "Take that file out first, or adjust the points by hand."
    ),
    "bad_level": gettext_lazy(
        "“%(value)s” is none of your levels. Write one of them, or add it to the programme."
    ),
    "bad_points": gettext_lazy("“%(value)s” are no points. Write a whole number, 0 or more."),
    "too_many": gettext_lazy("“%(value)s” is too much. Write 1,000,000,000 at most."),
    "bad_day": gettext_lazy("“%(value)s” is no day. Write it as 2027-12-31."),
    "to_come": gettext_lazy("“%(value)s” is still to come. Write a day up to today."),
    "over": gettext_lazy("“%(value)s” is over. Leave out what has ended already."),
}


@dataclass(frozen=True)
class Wrong:
    """One refused row, in words."""

    line: int
    column: str
    words: str


def openings(viewer: Person) -> list[Opening]:
    """Files that were brought, the newest first."""
    found = Opening.objects.exclude(state=Opening.State.DROPPED)
    return list(found.select_related("brought_by", "decided_by")[:MOST])


def opening(viewer: Person, public_id: str) -> Opening | None:
    found = Opening.objects.filter(public_id=public_id)
    return found.select_related("brought_by", "decided_by", "undone_by").first()


def opening_of(job: Job) -> Opening | None:
    """What a job is about; for the worker."""
    return Opening.objects.filter(public_id=job.subject).first()


def wrong(opening: Opening) -> list[Wrong]:
    """The first refused rows, by their lines."""
    return [
        Wrong(line, str(HEADS.get(column, column)), str(FAULTS[code]) % {"value": value})
        for line, column, code, value in opening.faults
        if code in FAULTS
    ]


def heads(names: Iterable[str]) -> str:
    """Columns as people read them."""
    return ", ".join(str(HEADS[name]) for name in names)


def names_of_levels(day: date) -> list[tuple[str, str]]:
    """What the levels of a day are called, in both languages and by their code."""
    levels, _months = levels_at(day)
    return [(name, one.code) for one in levels for name in (one.code, one.name, one.name_en)]
