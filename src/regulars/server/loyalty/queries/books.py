"""Whether the books of points add up; the database itself says what does not."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from regulars.base.errors import RegularsError


class DoNotAddUp(RegularsError):
    """Somebody changed points past the entries."""


def faults() -> list[tuple[str, int]]:
    """Accounts, lots and sums that differ from their entries; nothing, ever."""
    with connection.cursor() as db:
        db.execute("select fault, record from loyalty_faults() order by 1, 2")
        return [(str(fault), int(record)) for fault, record in db.fetchall()]


def check() -> None:
    """:raises DoNotAddUp: a balance is not the sum of its entries."""
    found = faults()
    if found:
        told = _(
            "The books of points do not add up: %(n)s faults, the first is %(fault)s "
            "%(record)s. Somebody changed the database by hand. Keep a backup, change no more, "
            "and compare with an earlier one."
        )
        fault, record = found[0]
        raise DoNotAddUp(told % {"n": len(found), "fault": fault, "record": record})
