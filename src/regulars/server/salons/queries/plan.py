"""What a salon costs, and what it is short of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from regulars.server.core import scope
from regulars.server.salons.models import Guest, Salon
from regulars.server.salons.rules import Lack, lacks
from regulars.server.salons.rules.sheet import Part


@dataclass(frozen=True)
class Costs:
    """The budget, what is known of its outcome, and how many lines lack theirs."""

    planned: Decimal = Decimal(0)
    actual: Decimal = Decimal(0)
    lines: int = 0
    open: int = 0


def costs(salon: Salon) -> Costs:
    """The sums over the lines of a budget."""
    rows = list(salon.costs.all())
    return Costs(
        sum((row.planned for row in rows), Decimal(0)),
        sum((row.actual for row in rows if row.actual is not None), Decimal(0)),
        len(rows),
        sum(row.actual is None for row in rows),
    )


def lacking(salon: Salon) -> list[Lack]:
    """What is missing before anybody is invited."""
    with scope.beyond():
        listed = Guest.objects.filter(salon=salon, state=Guest.State.PROPOSED).count()
    parts = [Part(each.minutes, each.takes_part) for each in salon.parts.all()]
    return lacks(
        audience=salon.segment,
        place=salon.place,
        listed=listed,
        message=salon.invitation,
        parts=parts,
        minutes=int((salon.ends_at - salon.begins_at).total_seconds() // 60),
        budgeted=salon.costs.exists(),
    )
