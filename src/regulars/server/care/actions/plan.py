"""The morning run: from scores, contacts and dates to the cards of a day.

One transaction, set-wise. A lock lets one run at a time through and the database's keys
make each reason once per cycle, so the same day planned twice creates nothing new.

    1  what is past its end expires; what is no longer allowed, was settled or came by itself
       is taken back, with the reason
    2  each trigger names its reasons (queries narrow down, rules decide)
    3  reasons that exist move to their next reminder; the new ones become tasks
    4  open cards move to today, back to their owner where help has ended; put-off and
       unanswered ones come back
    5  what somebody must know of at once becomes an alert; what went away settles its own
    6  who stopped listening or left is not written to any more: their channel is closed
    7  each owner's list is cut to what a day holds; the rest is kept and counted
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from time import perf_counter

from django.db import connection

from regulars.server.care.actions import rows
from regulars.server.care.actions.alarms import alarm
from regulars.server.care.actions.closing import close_channels
from regulars.server.care.actions.finding import Found, detect_all
from regulars.server.care.models import PlanRun
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    Morning,
    Policy,
    Reason,
    catalogue,
)
from regulars.server.channels import actions as channels
from regulars.server.core import actions as company_actions
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.scoring import queries as scoring
from regulars.server.standards import queries as standards

LOCK = 0x0CA2E  # one morning run at a time; any number that nobody else locks


def plan(*, day: date, by: Actor, at: datetime) -> PlanRun:
    """Make the cards of a day; of a day that was planned already, add what is new only."""
    began = perf_counter()
    with scope.everything():
        _one_at_a_time()
        channels.lapse(by=by, at=at)
        company = core.company()
        morning = Morning(
            day=day,
            calendar=core.work_calendar(),
            policy=Policy.of(
                company.settings if company else {},
                kind=company.kind if company else "",
                matrix=standards.in_force(day).matrix,
            ),
        )
        sight = reads.Sight(morning, scoring.current_run(), at)
        counts: Counter[str] = Counter()
        counts["expired"] = rows.expire(day, at)
        counts["withdrawn"] = rows.drop_refused(sight)
        counts["withdrawn"] += rows.drop_settled(day, at)
        counts["came"] = rows.drop_overtaken(catalogue.TRIGGERS.values(), at)
        counts["mended"] = rows.drop_mended(at) + rows.drop_fulfilled(at)
        found = detect_all(sight, morning.policy.active(catalogue.TRIGGERS.values()))
        counts["held_back"] = found.held_back
        company_actions.end_help(day, by=by, at=at)
        rows.release_helped()
        counts["carried"] = rows.carry_over(day, at)
        counts["returned"] = rows.bring_back(morning)
        new = _settle(found, day)
        counts["tasks"], counts["cards"] = rows.write(new, found.subjects, day, at)
        counts["alerts"], counts["settled"] = alarm(new, found.subjects, day=day, by=by, at=at)
        counts["closed"] = close_channels(new, by=by, at=at)
        by_trigger = Counter(reason.trigger.code for reason in new)
        counts["over_capacity"] = rows.cut(
            day, morning.policy.minutes_a_day, soon=morning.after(morning.policy.soon)
        )
        made = PlanRun.objects.create(
            day=day,
            run=sight.run,
            made_at=at,
            counts={**counts, "by_trigger": dict(by_trigger)},
            seconds=round(perf_counter() - began, 3),
        )
        audit.record("care.day.planned", made, by=by, at=at, **counts)
    return made


def _one_at_a_time() -> None:
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _settle(found: Found, day: date) -> list[Reason]:
    """Keep the reasons that never were; move open ones of the same series to their new cycle.

    A maturity once arranged stays arranged, unless its money is seen lying idle.
    """
    asked = {(reason.trigger.code, reason.customer_id) for reason in found.reasons}
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
    resting = _closed_today(day)
    new: list[Reason] = []
    moved: list[tuple[int, Reason]] = []
    for reason in found.reasons:
        if reason.key in known:
            continue
        series = reason.trigger.code, reason.customer_id, reason.series
        if reason.series and series in open_series:
            moved.append((open_series[series], reason))
        elif (reason.settles and series in done_series) or (
            reason.customer_id,
            str(reason.trigger.desk),
        ) in resting:
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
        "where day = %s and state not in ('open', 'gone')",
        [day],
    )
    return {(customer, desk) for customer, desk in rows}
