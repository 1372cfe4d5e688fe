"""Where the hours go beside where the value lies, by tier."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from regulars.server.care.queries import morning as reads
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.rules import share


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
        level: (minutes, cards)
        for level, minutes, cards in reads.sql(
            f"""
            select coalesce(a.level, 0), sum(k.minutes), count(*)
            from care_card k left join ({reads.TIER_OF}) a on a.customer_id = k.customer_id
            where k.state = 'done' and k.book_id = any (%(books)s)
              and k.closed_at >= %(first)s::timestamp at time zone %(zone)s
              and k.closed_at < (%(last)s::date + 1)::timestamp at time zone %(zone)s
            group by 1
            """,
            ground.parameters,
        )
    }
    held = {
        level: (customers, value)
        for level, customers, value in reads.sql(
            f"""
            select coalesce(a.level, 0), count(*), coalesce(sum(s.value), 0)
            from customers_customer c
            left join ({reads.TIER_OF}) a on a.customer_id = c.id
            left join scoring_score s on s.run_id = %(run)s and s.customer_id = c.id
            where c.book_id = any (%(books)s) and c.state = 'active'
            group by 1
            """,
            ground.parameters,
        )
    }
    minutes = sum(each[0] for each in worked.values())
    people = sum(each[0] for each in held.values())
    value = sum((each[1] for each in held.values()), Decimal(0))
    nothing = (0, Decimal(0))
    return [
        Tiered(
            level,
            *worked.get(level, (0, 0)),
            *held.get(level, nothing),
            of_minutes=share(worked.get(level, (0, 0))[0], minutes),
            of_value=share(float(held.get(level, nothing)[1]), float(value)),
            of_customers=share(held.get(level, nothing)[0], people),
        )
        for level in sorted({*worked, *held}, reverse=True)
    ]
