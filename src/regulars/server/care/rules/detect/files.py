"""Files that want work, once a quarter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.server.care.rules import catalogue
from regulars.server.care.rules.detect.reasons import Morning, Reason, Subject


@dataclass(frozen=True)
class FileState:
    """A file of a good customer that lacks something, or that nobody confirmed in time."""

    customer_id: int
    missing: tuple[str, ...]  # codes of parts; none: unconfirmed
    confirmed_on: date | None


def quarter_of(day: date) -> str:
    """The cycle of reasons about files: whoever did not want to say is left alone so long."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def file_work(subject: Subject, row: FileState, morning: Morning) -> Reason:
    """Ask for what is missing, or whether the file is still true; once a quarter.

    Nothing is at stake in it, so that it stands behind all other care.
    """
    trigger = catalogue.FILE_INCOMPLETE if row.missing else catalogue.FILE_STALE
    due = morning.after(morning.deadline(trigger))
    last = row.confirmed_on.isoformat() if row.confirmed_on else ""
    return Reason(
        trigger=trigger,
        customer_id=subject.customer_id,
        cycle=quarter_of(morning.day),
        due_on=due,
        expires_on=morning.later(due, trigger.keep),
        stake=Decimal(0),
        facts={"missing": ",".join(row.missing)} if row.missing else {"last": last},
    )
