"""Results of an invented company's days, many at once: the contact, and what it closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from regulars.server.alerts import actions as alerts
from regulars.server.care.actions.alarms import waiting_on
from regulars.server.care.models import Task
from regulars.server.channels import loading as channels
from regulars.server.channels.loading import Arrived
from regulars.server.core import audit
from regulars.server.core.audit import Actor


@dataclass(frozen=True)
class Worked:
    """One card that was dealt with, by whom, in which contact."""

    card: int
    person: int
    contact: Arrived


@transaction.atomic
def close(
    rows: Sequence[Worked],
    *,
    day: date,
    by: Actor,
    at: datetime,
    missed: Sequence[Arrived] = (),
) -> int:
    """Write the contacts and close all open reasons of their cards; how many cards.

    Only for cards whose reasons any such contact deals with: nothing that hangs on them
    elsewhere is looked at. `missed` are calls beside them that nobody answered. Needs a
    transaction of the system itself (`core.scope.everything`).
    """
    channels.load([*(row.contact for row in rows), *missed], origin="days", by=by, at=at)
    tasks = Task.objects.filter(card__in=[row.card for row in rows], state=Task.State.OPEN)
    nagging = waiting_on(tasks)
    with connection.cursor() as db:
        db.execute(
            "create temp table worked (card bigint, person bigint, at timestamptz, "
            "channel text, outcome text) on commit drop"
        )
        with db.copy("copy worked from stdin") as copy:
            for row in rows:
                told = row.contact
                copy.write_row([row.card, row.person, told.at, told.channel, told.outcome])
        db.execute("analyze worked")
        db.execute(TASKS)
        db.execute(CARDS, {"day": day})
        closed: int = db.rowcount
        db.execute("drop table worked")
    alerts.settle(nagging, by=by, at=at)
    audit.record("care.cards.closed", "days", by=by, at=at, cards=closed)
    return closed


TASKS = """
update care_task t set state = 'done', closed_at = w.at
from worked w where t.card_id = w.card and t.state = 'open'
"""
CARDS = """
update care_card k
set state = 'done', outcome = w.outcome, closed_at = w.at, closed_by_id = w.person,
    day = greatest(k.day, %(day)s), next_on = null, touch_id = t.id
from worked w, channels_touch t
where k.id = w.card and k.state = 'open' and t.customer_id = k.customer_id and t.at = w.at
  and t.channel = w.channel
"""
