"""The strategy upon a key customer's plan: phases, what people mean, what is in the way."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.opportunities.models import Obstacle, Phase, Stance, Strategy
from regulars.server.plans import actions as plans
from regulars.server.plans.models import Plan
from regulars.server.trade.models import ContactPerson

State = Obstacle.State


@transaction.atomic
def begin_strategy(
    plan: Plan,
    *,
    phase: str,
    why: str,
    by: Actor,
    at: datetime,
    rivals: str = "",
    strengths: str = "",
) -> Strategy:
    """Say where we stand with a key customer; where there is a strategy it is written anew.

    :raises BadInput: no reason is given, or there is no such phase.
    :raises NotLive: the plan is done or given up.
    """
    _refuse_empty(phase, why)
    found = plans.held(plan)
    strategy = Strategy.objects.filter(plan=found).first()
    if strategy is None:
        strategy = Strategy.objects.create(
            plan=found, customer_id=found.customer_id, phase=phase, why=_line(why),
            since=core.local_date(at), rivals=_line(rivals), strengths=_line(strengths),
        )  # fmt: skip
        _turned(strategy, "", by=by, at=at)
    else:
        strategy.rivals, strategy.strengths = _line(rivals), _line(strengths)
        if phase == strategy.phase:
            strategy.why = _line(why)
        strategy.save(update_fields=["rivals", "strengths", "why"])
        if phase != strategy.phase:
            turn(strategy, phase=phase, why=why, by=by, at=at)
    audit.record("opportunities.strategy", strategy, by=by, at=at, phase=phase)
    return strategy


@transaction.atomic
def turn(strategy: Strategy, *, phase: str, why: str, by: Actor, at: datetime) -> Strategy:
    """Go to another of the five phases, and say why.

    :raises BadInput: no reason is given, or it is the phase that it is in.
    :raises NotLive: the plan is done or given up.
    """
    _refuse_empty(phase, why)
    plans.held(strategy.plan)
    found = Strategy.objects.select_for_update(of=("self",)).get(pk=strategy.pk)
    if phase == found.phase:
        raise BadInput(_("It is in this phase. Choose another one."))
    before, found.phase = found.phase, phase
    found.why, found.since = _line(why), core.local_date(at)
    found.save()
    _turned(found, before, by=by, at=at)
    audit.record("opportunities.phase", found, by=by, at=at, before=before, after=phase)
    return found


@transaction.atomic
def set_stance(
    contact: ContactPerson,
    *,
    influence: int,
    by: Actor,
    at: datetime,
    wants: str = "",
    keeper: Person | None = None,
) -> Stance:
    """Say how much a contact person decides, what they want, and who of us keeps touch.

    :raises BadInput: there is no such level of influence.
    """
    if influence not in (1, 2, 3):
        raise BadInput(_("Choose little, some or decisive influence."))
    values = {
        "customer_id": contact.customer_id, "influence": influence, "wants": _line(wants),
        "keeper": keeper, "noted_at": at,
    }  # fmt: skip
    made, _new = Stance.objects.update_or_create(contact=contact, defaults=values)
    audit.record("opportunities.stance", made, by=by, at=at, influence=influence)
    return made


@transaction.atomic
def add_obstacle(
    plan: Plan,
    *,
    text: str,
    by: Actor,
    at: datetime,
    move: str = "",
    due_on: date | None = None,
    who: Person | None = None,
) -> Obstacle:
    """Write down what stands in the way; the move against it becomes a step of the plan.

    :raises BadInput: it says nothing, or the move lacks its day.
    :raises NotLive: the plan is done or given up.
    """
    if not text.strip():
        raise BadInput(_("Say what stands in the way."))
    if bool(move.strip()) != (due_on is not None):
        raise BadInput(_("A move has a day, and a day has a move. Say both."))
    found = plans.held(plan)
    step = (
        plans.add_step(found, text=move, due_on=due_on, who=who, by=by, at=at)
        if due_on is not None
        else None
    )
    made = Obstacle.objects.create(
        plan=found, customer_id=found.customer_id, text=_line(text), move=step, made_at=at
    )
    audit.record("opportunities.obstacle.added", made, by=by, at=at)
    return made


@transaction.atomic
def deal_with(
    obstacle: Obstacle, *, state: str, outcome: str, by: Actor, at: datetime
) -> Obstacle:
    """It was overcome, or is lived with; say how.

    :raises BadInput: nothing is said, or it would stay as it is.
    :raises Refused: it was dealt with before.
    """
    if state not in (State.OVERCOME, State.ACCEPTED) or not outcome.strip():
        raise BadInput(_("Say whether it was overcome or is lived with, and how."))
    found = Obstacle.objects.select_for_update(of=("self",)).get(pk=obstacle.pk)
    if found.state != State.OPEN:
        told = _("This obstacle was dealt with before: %(state)s.")
        raise Refused(told % {"state": found.get_state_display()})
    found.state, found.outcome = state, _line(outcome)
    found.decided_at, found.decided_by = at, by if isinstance(by, Person) else None
    found.save()
    audit.record("opportunities.obstacle.ended", found, by=by, at=at, state=state)
    return found


def _turned(strategy: Strategy, before: str, *, by: Actor, at: datetime) -> None:
    Phase.objects.create(
        strategy=strategy, customer_id=strategy.customer_id, before=before,
        after=strategy.phase, at=at, by=by if isinstance(by, Person) else None,
        why=strategy.why,
    )  # fmt: skip


def _refuse_empty(phase: str, why: str) -> None:
    if phase not in Strategy.Phase.values:
        raise BadInput(_("Choose one of the five phases."))
    if not why.strip():
        raise BadInput(_("Say why the customer stands there."))


def _line(text: str) -> str:
    return " ".join(text.split())
