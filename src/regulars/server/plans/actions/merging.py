"""Two customers become one: of two plans one lives on, with what was open in the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.plans.models import Goal, Plan, Step


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> dict[str, Any]:
    """Put what is open in the loser's plan into the survivor's, and end the loser's.

    Call it once the other rows were moved: a plan that found another in its place is left.
    Returns what `part` needs.
    """
    left = Plan.objects.live().filter(customer=loser).first()
    into = Plan.objects.live().filter(customer=survivor).first()
    if left is None or into is None:
        return {}
    goals = _move(Goal.objects.filter(plan=left, state=Goal.State.OPEN), into)
    steps = _move(Step.objects.filter(plan=left, state=Step.State.OPEN), into)
    story = {"plan": left.pk, "into": into.pk, "state": left.state}
    Plan.objects.filter(pk=left.pk).update(
        customer=survivor,
        state=Plan.State.GIVEN_UP,
        closed_at=at,
        closed_by=by if isinstance(by, Person) else None,
        closed_words=_("Two customers became one: the other plan goes on with what was open."),
    )
    return story | {"goals": goals, "steps": steps}


@transaction.atomic
def part(loser: int, story: dict[str, Any]) -> None:
    """Give a plan back that `join` ended, with what it gave away."""
    if not story:
        return
    plan = Plan.objects.filter(pk=story["plan"])
    plan.update(
        customer=loser, state=story["state"], closed_at=None, closed_by=None, closed_words=""
    )
    for model, pks in ((Goal, story["goals"]), (Step, story["steps"])):
        model.objects.filter(pk__in=pks, plan=story["into"]).update(plan=story["plan"])


def _move(found: Any, into: Plan) -> list[int]:
    pks = list(found.order_by("pk").values_list("pk", flat=True))
    found.filter(pk__in=pks).update(plan=into)
    return pks
