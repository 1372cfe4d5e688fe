"""A plan is looked at: what was learned, and whether it goes on."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.plans.actions.plans import NotLive, close, held, review_day
from regulars.server.plans.models import Plan, Review

Verdict = Review.Verdict


@transaction.atomic
def hold(
    plan: Plan,
    *,
    learned: str,
    verdict: str,
    by: Actor,
    at: datetime,
    next_on: date | None = None,
) -> Review:
    """Write a review down; to close a plan is to say that its work is done.

    Without a day the next review follows the company's interval.

    :raises BadInput: nothing was learned, no verdict is given, or the day does not lie ahead.
    :raises NotLive: the plan is not in force.
    """
    if not learned.strip():
        raise BadInput(_("Say what was learned: what worked, what did not, what changed."))
    if verdict not in Verdict.values:
        raise BadInput(_("Choose whether the plan is kept, changed or closed."))
    found = held(plan)
    if found.state != Plan.State.IN_FORCE:
        raise NotLive(_("A draft is not reviewed. Put it into force first."))
    closes = verdict == Verdict.CLOSE
    made = Review.objects.create(
        plan=found,
        customer_id=found.customer_id,
        held_on=core.local_date(at),
        held_by=by if isinstance(by, Person) else None,
        learned=" ".join(learned.split()),
        verdict=verdict,
        next_on=None if closes else review_day(next_on, at=at),
    )
    if closes:
        close(found, Plan.State.DONE, made.learned, by=by, at=at)
    else:
        found.next_review_on = made.next_on
        found.save(update_fields=["next_review_on"])
    audit.record("plans.reviewed", found, by=by, at=at, verdict=verdict)
    return made
