"""What each tier costs in benefits, beside what it brings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.rewards import rules
from regulars.server.rewards.queries.behind import LEVEL, NOBODYS, behind
from regulars.server.rewards.queries.spans import Span
from regulars.server.scoring import queries as scoring
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Assignment, SchemeVersion

NONE = Decimal(0)
COUNTED = ("uses", "issued", "redeemed", "presents", "points")
BOTH = {"n": Count("pk"), "sum": Sum("cost")}
SUMS: dict[str, dict[str, Any]] = {
    "uses": BOTH, "issued": {"n": Count("pk")}, "redeemed": BOTH, "presents": BOTH,
    "points": {"n": Sum("points"), "sum": Sum("cost")},
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One level of tiers: its customers, what they got, what it cost, what they bring.

    `contribution` of the last twelve months and `value` are those of the current scores; None
    where they are not known.
    """

    level: int  # 0: without a tier, NOBODYS: on paper, -1: all together
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
    points: int  # redeemed for anything but our coupons and gifts
    points_cost: Decimal
    year_cost: Decimal  # of twelve months, as the contribution is
    contribution: Decimal | None
    value: Decimal | None

    @property
    def cost(self) -> Decimal:
        return self.uses_cost + self.redeemed_cost + self.presents_cost + self.points_cost

    @property
    def each(self) -> Decimal | None:
        """The cost of one customer."""
        return self.cost / self.customers if self.customers else None

    @property
    def share(self) -> Decimal | None:
        """The cost of twelve months as a share of their contribution; None without one."""
        if not self.contribution or self.contribution <= 0:
            return None
        return self.year_cost / self.contribution


@dataclass(frozen=True)
class Costs:
    """The lines, best tier first, and all of it."""

    lines: tuple[Line, ...]
    total: Line
    as_of: Any


def costs(viewer: Person, span: Span, year: Span) -> Costs:
    """Count the benefits of the viewer's customers by the tier they had then.

    `year` is the twelve months that the contribution is of.
    """
    customers, brought = _customers(viewer), _brought(viewer)
    found = {what: _counted(viewer, what, span) for what in COUNTED}
    whole = found if span == year else {
        what: _counted(viewer, what, year) for what in COUNTED if what != "issued"
    }  # fmt: skip
    names, codes = tiers.names_of_levels() | {NOBODYS: _("on paper, of nobody")}, _codes()
    lines = []
    for level in (*rules.LEVELS, 0, NOBODYS):
        parts = {what: counted[level] for what, counted in found.items()}
        yearly = sum((counted[level][1] for counted in whole.values()), NONE)
        has = customers.get(level, 0)
        if not has and not yearly and not any(n for n, _cost in parts.values()):
            continue
        money = brought.get(level)
        lines.append(
            Line(
                level, names.get(level, ""), tuple(codes.get(level, ())), has,
                *parts["uses"], parts["issued"][0], *parts["redeemed"], *parts["presents"],
                *parts["points"], yearly,
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
        sum(line.points for line in lines), plus("points_cost") or NONE,
        plus("year_cost") or NONE,
        contribution=plus("contribution"), value=plus("value"),
    )  # fmt: skip


def _counted(viewer: Person, what: str, span: Span) -> dict[int, tuple[int, Decimal]]:
    """How many there are and what they cost, by level; of points how many points."""
    found = defaultdict[int, tuple[int, Decimal]](lambda: (0, NONE))
    for rows, nobodys in _parts(viewer, what, span):
        counted = rows.order_by().values(LEVEL[what]).annotate(**SUMS[what])
        for row in counted:
            level = NOBODYS if nobodys else row[LEVEL[what]] or 0
            found[level] = (row["n"], round(row.get("sum") or NONE, 2))
    return found


def _parts(viewer: Person, what: str, span: Span) -> Iterator[tuple[Any, bool]]:
    found = behind(viewer, what, None, span)
    if what != "redeemed":
        yield found, False
        return
    yield found.filter(coupon__customer__isnull=False), False
    yield behind(viewer, what, NOBODYS, span), True


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
