"""What nobody acknowledged, or closed, in time goes up the line.

Each run takes the alerts that are late by the clock it is told and holds them; another run
at the same moment passes over those. So each goes one step, whoever comes first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from regulars.server.alerts import queries
from regulars.server.alerts.actions.steps import step_of
from regulars.server.alerts.models import Alert, AlertQuerySet, Step
from regulars.server.alerts.rules import Clock, Post, next_up
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor

BATCH = 500  # held at once; the next batch is a transaction of its own


@transaction.atomic
def escalate(*, by: Actor, at: datetime) -> int:
    """Move on one batch of what is late, or is with somebody who is away; returns how many."""
    clock = queries.clock(at)
    day = core.local_date(at)
    moved = [_to_whom_is_there(*each, clock) for each in _with_lines(_unreached(day), day)]
    write(moved, by=by, at=at)
    late = Alert.objects.live().filter(due_at__lte=at, at_top=False)
    risen = [_up(*each, clock) for each in _with_lines(late, day)]
    write(risen, by=by, at=at)
    return len(moved) + len(risen)


def _with_lines(found: AlertQuerySet, day: date) -> list[tuple[Alert, Sequence[Post]]]:
    held = found.select_for_update(of=("self",), skip_locked=True)
    alerts = list(held.select_related("customer", "holder").order_by("due_at", "pk")[:BATCH])
    lines = queries.lines({each.customer.book_id for each in alerts}, day=day)
    return [(each, lines.get(each.customer.book_id, ())) for each in alerts]


def _unreached(day: date) -> AlertQuerySet:
    """Alerts with nobody, with somebody who left, or unacknowledged with one who is away.

    And those with somebody who keeps the book no more, however it was given away. Only where
    somebody on the line is there now.
    """
    away = Q(state=Alert.State.OPEN, holder__in=queries.away(day))
    found = Alert.objects.live().filter(
        Q(holder__isnull=True) | Q(holder__is_active=False) | away | _STRAYED
    )
    books = set(found.order_by().values_list("customer__book", flat=True).distinct())
    staffed = [book for book, line in queries.lines(books, day=day).items() if line]
    return found.filter(customer__book__in=staffed)


_STRAYED = (
    Q(rung=0, by_hand=False)
    & ~Q(holder=F("customer__book__owner"))
    & ~Q(holder=F("customer__book__backup"))
)


def _to_whom_is_there(alert: Alert, line: Sequence[Post], clock: Clock) -> Step:
    """Give it to the first who is there from where it stands, else the last of the line."""
    post = next((p for p in line if p.rung >= alert.rung), line[-1])
    return given(alert, post, clock, Step.What.FOLLOWED, why=_why(alert, clock))


def _why(alert: Alert, clock: Clock) -> Step.Why:
    if alert.holder is None or not alert.holder.is_active:
        return Step.Why.GONE
    absent = queries.away(core.local_date(clock.at))
    return Step.Why.AWAY if alert.holder_id in absent else Step.Why.MOVED


def _up(alert: Alert, line: Sequence[Post], clock: Clock) -> Step:
    """Give it to the next one up; with nobody above it stays, and that is kept too."""
    silent = alert.state == Alert.State.OPEN
    why = Step.Why.NOT_ACKNOWLEDGED if silent else Step.Why.NOT_CLOSED
    post = next_up(line, rung=alert.rung, holder_id=alert.holder_id)
    if post is not None:
        return given(alert, post, clock, Step.What.ESCALATED, why=why)
    alert.at_top = True
    return step_of(alert, Step.What.STAYED, at=clock.at, why=why)


def given(alert: Alert, post: Post, clock: Clock, what: Step.What, *, why: str) -> Step:
    """Put an alert before somebody else, who must acknowledge it in time; `write` keeps it."""
    alert.holder_id, alert.rung = post.person_id, post.rung
    alert.state, alert.acknowledged_at = Alert.State.OPEN, None
    alert.by_hand, alert.at_top = False, False
    alert.due_at = clock.acknowledge_by(alert.kind, alert.level)
    return step_of(alert, what, to=post.person_id, at=clock.at, why=why)


MOVED = ("holder_id", "rung", "state", "acknowledged_at", "by_hand", "at_top", "due_at")


def write(steps: Sequence[Step], *, by: Actor, at: datetime) -> None:
    """Keep what these steps did to their alerts, and the steps: a few statements for all.

    Alerts of one batch mostly go to the same few people until the same few moments.
    """
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    by_what: dict[str, list[int]] = defaultdict(list)
    for step in steps:
        alike[tuple(getattr(step.alert, name) for name in MOVED)].append(step.alert_id)
        by_what[step.what].append(step.alert_id)
    for values, alerts in alike.items():
        Alert.objects.filter(pk__in=alerts).update(**dict(zip(MOVED, values, strict=True)))
    Step.objects.bulk_create(steps)
    for what, alerts in sorted(by_what.items()):
        audit.record(f"alerts.{what}", "alerts.Alert", by=by, at=at, alerts=alerts)
