"""What is known of an open opportunity changes: amount, day, owner, chance, next step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.actions.making import About, refuse_same, refuse_step
from regulars.server.opportunities.actions.moving import held
from regulars.server.opportunities.actions.steps import finish
from regulars.server.opportunities.models import Opportunity


class ChangedMeanwhile(Refused):
    """Somebody else wrote it anew since it was looked at."""


@transaction.atomic
def change(
    opportunity: Opportunity,
    *,
    kind: str,
    amount: Decimal | None,
    margin: Decimal | None,
    expected_on: date | None,
    owner: Person | None,
    by: Actor,
    at: datetime,
    seen: Mapping[str, str] | None = None,
) -> Opportunity:
    """Write anew what is expected, and who owns it; `seen` is what was known of it before.

    :raises ChangedMeanwhile: it is not as it was seen; nothing is written.
    :raises Exists: the same words are open in that kind already.
    :raises Ended: it was won or lost.
    """
    found = held(opportunity)
    if seen is not None and seen != queries.expected(found):
        raise ChangedMeanwhile(
            _("Somebody changed this opportunity meanwhile. Look at it again.")
        )
    given = {
        "kind": kind, "amount": amount, "margin": margin, "expected_on": expected_on,
        "owner": None if owner == found.customer.book.owner else owner,
    }  # fmt: skip
    changed = [name for name, value in given.items() if getattr(found, name) != value]
    if "kind" in changed and not (found.product or found.bundle):
        refuse_same(found.customer, About(what=found.what), kind, found.what)
    for name in changed:
        setattr(found, name, given[name])
    if changed:
        _save(found, changed)
        audit.record("opportunities.changed", found, by=by, at=at, fields=changed)
    return found


def _save(found: Opportunity, changed: list[str]) -> None:
    try:
        with transaction.atomic():
            found.save(update_fields=changed)
    except IntegrityError:  # the same was opened in that kind a moment before
        refuse_same(found.customer, About(what=found.what), found.kind, found.what)
        raise


@transaction.atomic
def judge_chance(
    opportunity: Opportunity, *, chance: Decimal | None, why: str, by: Actor, at: datetime
) -> Opportunity:
    """Say another chance than the stage's, and why; None goes back to the stage's.

    :raises BadInput: no reason is given, or the chance is no share of one.
    :raises Ended: it was won or lost.
    """
    if chance is not None and not why.strip():
        raise BadInput(_("Say why this one is likelier, or less likely, than others here."))
    if chance is not None and not 0 <= chance <= 1:
        raise BadInput(_("A chance lies between 0 and 100 percent."))
    found = held(opportunity)
    found.chance = chance
    found.chance_why = " ".join(why.split()) if chance is not None else ""
    found.save(update_fields=["chance", "chance_why"])
    audit.record("opportunities.chance", found, by=by, at=at, own=chance is not None)
    return found


@transaction.atomic
def plan_next(
    opportunity: Opportunity, *, step: str, on: date | None, by: Actor, at: datetime
) -> Opportunity:
    """Say what is done next and on which day; empty both, and nothing is planned.

    :raises BadInput: one of the two is missing, or the day is over.
    :raises Ended: it was won or lost.
    """
    refuse_step(step, on, at)
    found = held(opportunity)
    found.next_step, found.next_on = " ".join(step.split()), on
    found.save(update_fields=["next_step", "next_on"])
    audit.record("opportunities.next", found, by=by, at=at, on=on.isoformat() if on else None)
    return found


@transaction.atomic
def step_done(
    opportunity: Opportunity,
    *,
    by: Actor,
    at: datetime,
    next_step: str = "",
    next_on: date | None = None,
) -> Opportunity:
    """The next step is done; what follows takes its place.

    :raises BadInput: no step is planned, or what follows lacks its day.
    :raises Ended: it was won or lost.
    """
    refuse_step(next_step, next_on, at)
    found = held(opportunity)
    if not found.next_step:
        raise BadInput(_("No step is planned. Plan the next one."))
    finish(found, at=at)
    found.next_step, found.next_on = " ".join(next_step.split()), next_on
    found.save()
    audit.record("opportunities.step_done", found, by=by, at=at)
    return found
