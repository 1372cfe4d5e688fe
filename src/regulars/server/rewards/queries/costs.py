"""What each tier costs in benefits, beside what it brings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.rewards import rules
from regulars.server.rewards.queries.lists import behind
from regulars.server.rewards.queries.spans import Span
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Assignment, SchemeVersion

NONE = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One level of tiers: its customers, what they got, what it cost, what they bring.

    `contribution` of the last twelve months and `value` are those of the current scores; None
    where they are not known.
    """

    level: int  # 0: without a tier, -1: all together
    name: str
    codes: tuple[str, ...]  # of its tiers, for the list of customers
    customers: int
    uses: int
    uses_cost: Decimal
    issued: int
    redeemed: int
    redeemed_cost: Decimal
    presents: int
    presents_cost: Decimal
    contribution: Decimal | None
    value: Decimal | None

    @property
    def cost(self) -> Decimal:
        return self.uses_cost + self.redeemed_cost + self.presents_cost

    @property
    def each(self) -> Decimal | None:
        """The cost of one customer."""
        return self.cost / self.customers if self.customers else None

    @property
    def share(self) -> Decimal | None:
        """The cost as a share of the contribution; None where nothing is brought."""
        if not self.contribution or self.contribution <= 0:
            return None
        return self.cost / self.contribution


@dataclass(frozen=True)
class Costs:
    """The lines, best tier first, and all of it."""

    lines: tuple[Line, ...]
    total: Line
    as_of: Any


def costs(viewer: Person, span: Span) -> Costs:
    """Count the benefits of the viewer's customers by the tier they had then."""
    customers, brought = _customers(viewer), _brought(viewer)
    uses = _counted(viewer, "uses", "level", "cost", span)
    taken = _counted(viewer, "redeemed", "coupon__level", "cost", span)
    given = _counted(viewer, "presents", "level", "cost", span)
    issued = {
        row["level"] or 0: row["n"]
        for row in behind(viewer, "issued", None, span)
        .order_by()
        .values("level")
        .annotate(n=Count("pk"))
    }
    names, codes = tiers.names_of_levels(), _codes()
    lines = []
    for level in (*rules.LEVELS, 0):
        parts = (uses[level], taken[level], given[level])
        has = customers.get(level, 0)
        if not has and not issued.get(level) and not any(n for n, _cost in parts):
            continue
        money = brought.get(level)
        lines.append(
            Line(
                level, names.get(level, ""), tuple(codes.get(level, ())), has,
                *uses[level], issued.get(level, 0), *taken[level], *given[level],
                contribution=money[0] if money else None, value=money[1] if money else None,
            )
        )  # fmt: skip
    run = scoring.current_run()
    return Costs(tuple(lines), _total(lines), run.as_of if run else None)


def _total(lines: list[Line]) -> Line:
    def plus(name: str) -> Any:
        known = [getattr(line, name) for line in lines if getattr(line, name) is not None]
        return sum(known, NONE) if known else None

    return Line(
        -1, "", (), sum(line.customers for line in lines),
        sum(line.uses for line in lines), plus("uses_cost") or NONE,
        sum(line.issued for line in lines),
        sum(line.redeemed for line in lines), plus("redeemed_cost") or NONE,
        sum(line.presents for line in lines), plus("presents_cost") or NONE,
        contribution=plus("contribution"), value=plus("value"),
    )  # fmt: skip


def _counted(
    viewer: Person, what: str, level: str, cost: str, span: Span
) -> dict[int, tuple[int, Decimal]]:
    rows = behind(viewer, what, None, span).order_by().values(level)
    found = defaultdict[int, tuple[int, Decimal]](lambda: (0, NONE))
    for row in rows.annotate(n=Count("pk"), sum=Sum(cost)):
        found[row[level] or 0] = (row["n"], row["sum"] or NONE)
    return found


def _customers(viewer: Person) -> dict[int, int]:
    """Customers by the level of their tier; those without one under 0."""
    seen = Customer.objects.visible_to(viewer).filter(state=Customer.State.ACTIVE)
    standing = Assignment.objects.standing()
    if not viewer.scope.everything:
        standing = standing.filter(customer__book__in=viewer.scope.books)
    rows = standing.filter(customer__state=Customer.State.ACTIVE).order_by().values("level")
    found = {row["level"]: row["n"] for row in rows.annotate(n=Count("customer_id"))}
    without = seen.count() - sum(found.values())
    return found | ({0: without} if without > 0 else {})


def _codes() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for code, mark in tiers.primary_marks().items():
        found[mark.level].append(code)
    return found


def _brought(viewer: Person) -> dict[int, tuple[Decimal | None, Decimal | None]]:
    """Contribution and value of each level, of the current run."""
    run = scoring.current_run()
    if run is None:
        return {}
    known = set(scoring.columns(run))
    contribution = "sum(contribution_12)" if "contribution_12" in known else "null::double"
    found: dict[int, list[Decimal | None]] = {}
    for version in SchemeVersion.objects.leading().order_by("scheme_id"):
        column = f"tier_{version.scheme.code}"
        if column not in known:
            continue
        marks = tiers.names(version.tiers)
        rows = lake.rows(
            f'select "{column}", {contribution}, sum(value) from {scoring.seen(viewer, run)} '
            f'where "{column}" is not null group by 1 order by 1'
        )
        for code, *sums in rows:
            if code in marks:
                held = found.setdefault(marks[code].level, [None, None])
                held[:] = [_plus(a, b) for a, b in zip(held, sums, strict=True)]
    return {level: (held[0], held[1]) for level, held in found.items()}


def _plus(held: Decimal | None, more: Any) -> Decimal | None:
    if more is None:
        return held
    return (held or NONE) + Decimal(str(round(more, 2)))
