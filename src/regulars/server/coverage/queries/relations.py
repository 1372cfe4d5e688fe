"""How close the customers are: from our own contacts, and the business they do with us."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.coverage.queries.along import along
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.rules import share
from regulars.server.customers.models import Customer
from regulars.server.segments.queries import bonds
from regulars.server.segments.rules.bonds import Bond
from regulars.server.tiers.queries import TierMark

PAGE = 50
PLACED = f"""
select b.*, coalesce(a.level, 0) as level
from ({bonds.BONDS}) b left join ({reads.TIER_OF}) a on a.customer_id = b.id
"""


@dataclass
class Split:
    """Customers, and what they are worth, by how close they are."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    values: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def deep(self) -> int:
        return self.counts[Bond.DEEP]

    @property
    def fair(self) -> int:
        return self.counts[Bond.FAIR]

    @property
    def forgotten(self) -> int:
        return self.counts[Bond.FORGOTTEN]

    @property
    def idle(self) -> Decimal:
        """What those are worth whom nobody spoke with."""
        return self.values[Bond.FORGOTTEN]

    @property
    def lost(self) -> float | None:
        return share(self.forgotten, self.total)

    @property
    def parts(self) -> list[tuple[str, float]]:
        return [("a", self.deep), ("b", self.fair), ("c", self.forgotten)]


@dataclass(frozen=True)
class Known:
    """One customer behind a figure."""

    customer: Customer
    tier: TierMark | None
    value: Decimal
    stage: str
    last: date | None  # within the rule's span; None: longer ago, or never


def splits(ground: Ground) -> dict[str, dict[Any, Split]]:
    """Axis ("book", "level", "unit") -> value -> the three states; "" for all."""
    found: dict[str, dict[Any, Split]] = defaultdict(lambda: defaultdict(Split))
    summed = along(
        PLACED,
        _parameters(ground),
        axes=("book", "level"),
        apart="bond",
        sums=("count(*)", "sum(value)"),
    )
    unit_of: dict[Any, int] = {book.pk: book.org_unit_id for book in ground.books}
    for axis, value, bond, (n, worth) in summed:
        _put(found[axis][value], bond, n, worth)
        if axis == "book":
            _put(found["unit"][unit_of[value]], bond, n, worth)
    return found


def people(
    ground: Ground, *, by: str, of: str, bond: str, offset: int = 0
) -> tuple[list[Known], bool]:
    """The customers behind a figure, the most valuable first."""
    clause, value = _clause(ground, by, of)
    wanted = [bond] if bond in set(Bond) else list(Bond)
    found = reads.sql(
        f"select id, value, stage, last from ({PLACED}) p "
        f"where bond = any (%(bonds)s) and {clause} "
        f"order by value desc, id limit {PAGE + 1} offset %(from)s",
        _parameters(ground) | {"bonds": wanted, "of": value, "from": offset},
    )
    page = found[:PAGE]
    ids = [row[0] for row in page]
    seen = Customer.objects.visible_to(ground.viewer).filter(pk__in=ids)
    by_pk = {customer.pk: customer for customer in seen.select_related("book__owner")}
    tiers = marks(ground.viewer, ids)
    return [
        Known(by_pk[pk], tiers.get(pk), amount, stage or "", last)
        for pk, amount, stage, last in page
        if pk in by_pk
    ], len(found) > PAGE


def _put(split: Split, bond: str, n: int, value: Decimal) -> None:
    split.counts[bond] += n
    split.values[bond] += value


def _parameters(ground: Ground) -> dict[str, Any]:
    return ground.parameters | bonds.parameters(
        [book.pk for book in ground.books], ground.today
    )


def _clause(ground: Ground, by: str, of: str) -> tuple[str, Any]:
    if by == "unit":
        inside = [book.pk for book in ground.books if str(book.org_unit_id) == of]
        return "book = any (%(of)s)", inside
    if by in ("level", "book") and of.isdecimal():
        return f"{by} = %(of)s", int(of[:9])
    return "true", None
