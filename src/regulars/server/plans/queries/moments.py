"""What plans tell on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Bond, Plan, Step
from regulars.server.plans.queries.wording import LEVELS
from regulars.server.plans.rules import Level
from regulars.server.segments.queries import Told


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Plans begun and ended, steps done, bonds judged; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [
        *_plans(viewer, customer),
        *_steps(viewer, customer, until, most),
        *_bonds(viewer, customer, until, most),
    ]
    earlier = [one for one in found if one.at < until]
    return sorted(earlier, key=lambda one: one.at, reverse=True)[:most]


def _plans(viewer: Person, customer: Customer) -> Iterator[Told]:
    for plan in Plan.objects.visible_to(viewer).filter(customer=customer):
        if plan.in_force_at:
            yield Told(plan.in_force_at, "target-arrow", _("Care plan begun"), plan.aim, "a")
        if plan.closed_at:
            done = plan.state == Plan.State.DONE
            said = _("Care plan done") if done else _("Care plan given up")
            yield Told(plan.closed_at, "target-arrow", said, plan.closed_words)


def _steps(viewer: Person, customer: Customer, until: datetime, most: int) -> Iterator[Told]:
    done = Step.objects.visible_to(viewer).filter(
        customer=customer, state=Step.State.DONE, decided_at__lt=until
    )
    for step in done.order_by("-decided_at")[:most]:
        words = " · ".join(filter(None, (step.text, step.outcome)))
        yield Told(step.decided_at or step.made_at, "check", _("Step of the plan done"), words)


def _bonds(viewer: Person, customer: Customer, until: datetime, most: int) -> Iterator[Told]:
    found = Bond.objects.visible_to(viewer).filter(customer=customer, judged_at__lt=until)
    for bond in found.order_by("-judged_at")[:most]:
        said = _("Bond judged: %(level)s") % {"level": LEVELS[Level(bond.level)]}
        yield Told(bond.judged_at, "heart-handshake", said, bond.note)
