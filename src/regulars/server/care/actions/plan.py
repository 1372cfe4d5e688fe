"""The morning run: from scores, contacts and dates to the cards of a day.

One transaction, set-wise. A lock lets one run at a time through and the database's keys
make each reason once per cycle, so the same day planned twice creates nothing new.

    1  what is past its end expires; what is no longer allowed, was settled or came by itself
       is taken back, with the reason
    2  each trigger names its reasons (queries narrow down, rules decide)
    3  reasons that exist move to their next reminder; the new ones become tasks
    4  open cards stay, with whoever looks after the customer by now, and back with their owner
       where help has ended; put-off and unanswered ones come back
    5  what somebody must know of at once becomes an alert; what went away settles its own
    6  who stopped listening or left is not written to any more: their channel is closed
    7  each owner's list is cut to what a day holds; the rest is kept and counted
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from time import perf_counter

from regulars.server.care.actions import pacing, rows
from regulars.server.care.actions.alarms import alarm
from regulars.server.care.actions.closing import close_channels
from regulars.server.care.actions.finding import detect_all
from regulars.server.care.actions.settling import one_at_a_time, settle
from regulars.server.care.actions.sparing import spared
from regulars.server.care.models import PlanRun
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.rules import Morning
from regulars.server.channels import actions as channels
from regulars.server.core import actions as company_actions
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.scoring import queries as scoring
from regulars.server.standards import queries as standards


def plan(*, day: date, by: Actor, at: datetime) -> PlanRun:
    """Make the cards of a day; of a day that was planned already, add what is new only."""
    began = perf_counter()
    with scope.everything(), _no_collecting():
        one_at_a_time()
        channels.lapse(by=by, at=at)
        known = catalogue()
        morning = Morning(
            day=day,
            calendar=core.work_calendar(),
            policy=replace(known.policy, matrix=standards.in_force(day).matrix),
        )
        sight = reads.Sight(morning, scoring.current_run(), at, lays=True)
        counts: Counter[str] = Counter()
        counts["expired"] = rows.expire(day, at)
        counts["withdrawn"] = rows.drop_refused(sight, known.values())
        counts["withdrawn"] += rows.drop_settled(day, at)
        counts["came"] = rows.drop_overtaken(known.values(), at)
        counts["mended"] = rows.drop_mended(at) + rows.drop_fulfilled(at)
        found = detect_all(sight, known)
        counts["held_back"], counts["old"] = found.held_back, found.old
        company_actions.end_help(day, by=by, at=at)
        rows.release_helped()
        rows.follow_books(sight)
        counts["carried"] = rows.carried(day)
        counts["returned"] = rows.bring_back(morning)
        fresh = settle(found, day)
        told = spared(fresh, morning.policy, day=day, by=by, at=at)
        counts["left_alone"] = len(fresh) - len(told)
        new = pacing.capped(told, found.subjects, morning.policy)
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


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Look for no circles among the millions of reasons of a morning: there are none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
