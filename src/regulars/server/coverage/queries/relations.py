"""How close the customers are: from our own contacts, and the business they do with us."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.cards import marks
from regulars.server.care.queries.kept import FEW, Shape, wholesale
from regulars.server.core.models import Person
from regulars.server.coverage.queries.ground import Ground
from regulars.server.coverage.rules import share
from regulars.server.customers.models import Customer
from regulars.server.segments.queries import bonds
from regulars.server.segments.rules.bonds import Bond
from regulars.server.tiers.queries import TierMark

PAGE = 50
_PLACED = """
select b.*, b.id as customer_id, coalesce(a.level, 0) as level
from ({bonds}) b left join ({tiers}) a on a.customer_id = b.id
"""
PLACED = _PLACED.format(bonds=bonds.BONDS, tiers=reads.TIER_OF)
PLACED_AMONG = _PLACED.format(bonds=bonds.BONDS_AMONG, tiers=reads.TIER_OF)
MANY = 60  # books whose customers are read as a whole
# The most valuable of the customers that can be placed.
FIRST = """
select c.id from scoring_score s
join customers_customer c on c.id = s.customer_id and c.book_id = any (%(books)s)
     and c.state = 'active' and c.deceased_on is null
{narrow}
where s.run_id = %(run)s order by s.value desc, c.id limit %(most)s
"""
OF_LEVEL = f"join ({reads.TIER_OF}) a on a.customer_id = c.id and a.level = %(level)s"
TRIES = (1_000, 4_000, 16_000)  # customers looked at before all are
BOUND = Shape(
    "bond",
    PLACED,
    (
        *(f"count(*) filter (where bond = '{bond.value}')" for bond in Bond),
        *(f"coalesce(sum(value) filter (where bond = '{bond.value}'), 0)" for bond in Bond),
    ),
    {"level": int},
    money=frozenset(range(len(Bond), 2 * len(Bond))),
)


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
    unit_of: dict[Any, int] = {book.pk: book.org_unit_id for book in ground.books}
    for part in ground.parts(BOUND, standing(ground), period=False):
        _put(found[part.axis][part.value], part.sums)
        if part.axis == "book":
            _put(found["unit"][unit_of[part.value]], part.sums)
    return found


def people(
    ground: Ground, *, by: str, of: str, bond: str, offset: int = 0
) -> tuple[list[Known], bool]:
    """The customers behind a figure, the most valuable first."""
    clause, value = _clause(ground, by, of)
    wanted = [bond] if bond in set(Bond) else list(Bond)
    asked = standing(ground) | {"bonds": wanted, "of": value, "from": offset}
    if by in ("book", "unit") and value is not None:
        asked["books"] = [key for key in asked["books"] if key in _listed(value)]
    chosen = (
        f"where bond = any (%(bonds)s) and {clause} "
        f"order by value desc, id limit {PAGE + 1} offset %(from)s"
    )
    level = value if by == "level" and value is not None else None
    found = _first(ground.viewer, chosen, asked | {"level": level})
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


def _first(viewer: Person, chosen: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The first page of those chosen: among the most valuable, where everybody is seen."""
    if viewer.scope.everything and len(asked["books"]) > FEW:
        first = FIRST.format(narrow=OF_LEVEL if asked["level"] else "")
        for most in TRIES:
            ids = [key for (key,) in reads.sql(first, asked | {"most": most})]
            found = _of(PLACED_AMONG, chosen, asked | {"ids": ids})
            if len(found) > PAGE and found[-1][1] > 0:  # who has no score counts as nought
                return found
    every = PLACED if asked["level"] is not None else bonds.BONDS
    with wholesale() if len(asked["books"]) > MANY else nullcontext():
        return _of(every, chosen, asked)


def _of(placed: str, chosen: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    return reads.sql(f"select id, value, stage, last from ({placed}) p {chosen}", asked)


def _listed(value: Any) -> list[int]:
    return value if isinstance(value, list) else [value]


def _put(split: Split, sums: tuple[Any, ...]) -> None:
    for bond, n, value in zip(Bond, sums[: len(Bond)], sums[len(Bond) :], strict=True):
        split.counts[bond] += n
        split.values[bond] += value


def standing(ground: Ground) -> dict[str, Any]:
    """The parameters of `PLACED`."""
    return ground.parameters | bonds.parameters(ground.parameters["books"], ground.today)


def _clause(ground: Ground, by: str, of: str) -> tuple[str, Any]:
    if by == "unit":
        inside = [book.pk for book in ground.books if str(book.org_unit_id) == of]
        return "book = any (%(of)s)", inside
    if by in ("level", "book") and of.isdecimal():
        return f"{by} = %(of)s", int(of[:9])
    return "true", None
