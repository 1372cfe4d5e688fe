"""Which of the reasons found are new, and one run at a time that asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import connection, transaction

from regulars.server.care.actions import rows
from regulars.server.care.actions.finding import Found
from regulars.server.care.actions.rows.leaving import drop_settled_of, drop_settled_work
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import Reason, detect

LOCK = 0x0CA2E  # one run at a time; any number that nobody else locks


def one_at_a_time() -> None:
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(%s)", [LOCK])


@transaction.atomic
def look_again(customer: int, triggers: Collection[str], *, at: datetime) -> int:
    """Take off the lists what was settled for a customer just now, where its work came from."""
    return drop_settled_of(customer, triggers, at)


@transaction.atomic
def look_again_at_all(triggers: Collection[str], *, at: datetime) -> int:
    """The same for everybody: what a feature above took back leaves all lists."""
    return drop_settled_work(triggers, at)


def settle(found: Found, day: date, *, at_once: bool = False) -> list[Reason]:
    """Keep the reasons that never were; move open ones of the same series to their new cycle.

    A maturity once arranged stays arranged, unless its money is seen lying idle. What came
    `at_once` does not wait for the morning because the card of the day is closed already.
    """
    asked = {(reason.trigger.code, reason.customer_id) for reason in found.reasons}
    asked |= detect.louder(found.reasons)
    known: set[tuple[str, int, str]] = set()
    open_series: dict[tuple[str, int, str], int] = {}
    done_series: set[tuple[str, int, str]] = set()
    for trigger, customer, cycle, state, task in reads.existing(asked):
        known.add((trigger, customer, cycle))
        series = trigger, customer, cycle.rpartition(":")[0]
        if state == "open":
            open_series[series] = task
        elif state == "done":
            done_series.add(series)
    standing = {(customer, trigger) for trigger, customer, _series in open_series}
    resting = set() if at_once else _closed_today(day)
    new: list[Reason] = []
    moved: list[tuple[int, Reason]] = []
    for reason in found.reasons:
        if reason.key in known:
            continue
        series = reason.trigger.code, reason.customer_id, reason.series
        if reason.series and series in open_series:
            moved.append((open_series[series], reason))
        elif (
            (reason.settles and series in done_series)
            or (
                reason.customer_id,
                str(reason.trigger.desk),
            )
            in resting
            or detect.is_silent(reason, standing)
        ):
            continue
        else:
            known.add(reason.key)
            new.append(reason)
    rows.move(moved)
    return new


def _closed_today(day: date) -> set[tuple[int, str]]:
    """Customers and desks whose card of today is closed: nothing nags twice on one day."""
    rows = reads.sql(
        "select customer_id, desk from care_card "
        "where day = %s and state in ('done', 'snoozed')",
        [day],
    )
    return {(customer, desk) for customer, desk in rows}
