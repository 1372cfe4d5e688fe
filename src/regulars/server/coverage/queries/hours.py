"""Where the hours go beside where the value lies, by tier."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.kept import Shape
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.rules import share

# The cards that were finished in a period, with the minutes that they were made for.
MINUTES = Shape(
    "minutes",
    f"""
    select k.customer_id, k.book_id as book, coalesce(a.level, 0) as level, k.minutes
    from care_card k left join ({reads.TIER_OF}) a on a.customer_id = k.customer_id
    where k.state = 'done' and k.book_id = any (%(books)s)
      and k.closed_at >= %(first)s::timestamp at time zone %(zone)s
      and k.closed_at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
    """,
    ("coalesce(sum(minutes), 0)", "count(*)"),
    {"level": int},
    settled=False,
)
HELD = Shape(
    "held",
    f"""
    select c.id as customer_id, c.book_id as book, coalesce(a.level, 0) as level,
           coalesce(s.value, 0) as value
    from customers_customer c
    left join ({reads.TIER_OF}) a on a.customer_id = c.id
    left join scoring_score s on s.run_id = %(run)s and s.customer_id = c.id
    where c.book_id = any (%(books)s) and c.state = 'active'
    """,
    ("count(*)", "coalesce(sum(value), 0)"),
    {"level": int},
    money=frozenset({1}),
)


@dataclass(frozen=True)
class Tiered:
    """One tier: the minutes of work done for it, its customers and what they are worth."""

    level: int
    minutes: int
    cards: int
    customers: int
    value: Decimal
    of_minutes: float | None
    of_value: float | None
    of_customers: float | None

    @property
    def per_hour(self) -> Decimal | None:
        """What an hour of work stands beside, in value."""
        return self.value * 60 / self.minutes if self.minutes else None


def by_tier(ground: Ground) -> list[Tiered]:
    """Tiers, the top first; minutes are those that the finished cards were made for."""
    worked = {
        part.value: part.sums
        for part in ground.parts(MINUTES, ground.parameters)
        if part.axis == "level"
    }
    held = {
        part.value: part.sums
        for part in ground.parts(HELD, ground.parameters, period=False)
        if part.axis == "level"
    }
    minutes = sum(each[0] for each in worked.values())
    people = sum(each[0] for each in held.values())
    value = sum((each[1] for each in held.values()), Decimal(0))
    found = []
    for level in sorted({*worked, *held}, reverse=True):
        spent, cards = worked.get(level, (0, 0))
        customers, worth = held.get(level, (0, Decimal(0)))
        shares = (share(spent, minutes), share(float(worth), float(value)))
        found.append(
            Tiered(level, spent, cards, customers, worth, *shares, share(customers, people))
        )
    return found
