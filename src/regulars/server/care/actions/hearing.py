"""What arrives during the day and cannot wait for the morning becomes a card at once.

The same reading, judging and keys as in the morning, over what came lately and for the
triggers of the same day only; so whoever comes second, the morning or the fact, finds it done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from regulars.server.care.actions import pacing, rows
from regulars.server.care.actions.alarms import alarm
from regulars.server.care.actions.closing import close_channels
from regulars.server.care.actions.finding import Found, heard
from regulars.server.care.actions.settling import one_at_a_time, settle
from regulars.server.care.actions.sparing import spared
from regulars.server.care.models import PlanRun
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.queries.morning import Sight
from regulars.server.care.rules import Morning, Reason
from regulars.server.care.rules.live import is_live
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Book
from regulars.server.scoring import queries as scoring
from regulars.server.standards import queries as standards

HEAR = "care.hear"
# A job that was late still finds what came; what is known already costs a look.
BACK = timedelta(hours=26)


def hear(*, by: Actor, at: datetime) -> int:
    """Make cards of what came lately; nothing before the day's list is there.

    Return how many new reasons were found.
    """
    with scope.everything():
        one_at_a_time()
        day = core.local_date(at)
        known = catalogue()
        live = [trigger for trigger in known.active() if is_live(trigger)]
        if not live or not PlanRun.objects.filter(day=day).exists():
            return 0
        policy = replace(known.policy, matrix=standards.in_force(day).matrix)
        morning = Morning(day=day, calendar=core.work_calendar(), policy=policy)
        sight = Sight(morning, scoring.current_run(), at, since=at - BACK)
        taken = rows.drop_overtaken(live, at)
        found = heard(sight, live, known)
        told = spared(settle(found, day, at_once=True), policy, day=day, by=by, at=at)
        new = pacing.capped(told, found.subjects, policy)
        if new:
            _write(new, found, sight, by=by)
        if new or taken:
            audit.record("care.facts.heard", "care", by=by, at=at, tasks=len(new), came=taken)
    return len(new)


def _write(new: list[Reason], found: Found, sight: Sight, *, by: Actor) -> None:
    day, at, policy = sight.morning.day, sight.at, sight.morning.policy
    rows.write(new, found.subjects, day, at)
    alarm(new, found.subjects, day=day, by=by, at=at)
    close_channels(new, by=by, at=at)
    books = {found.subjects[reason.customer_id].book_id for reason in new}
    owners = Book.objects.filter(pk__in=books, owner__isnull=False)
    rows.cut(
        day,
        policy.minutes_a_day,
        soon=sight.morning.after(policy.soon),
        people=list(owners.values_list("owner_id", flat=True)),
    )
