"""How often promises are kept: by owner, by branch, and the rows behind each figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q

from regulars.server.core.models import OrgUnit, Person
from regulars.server.promises.models import Promise, PromiseQuerySet
from regulars.server.promises.queries.ledger import PLACE, of
from regulars.server.promises.rules import Kept
from regulars.server.web.rules import FEWEST

SPANS = (30, 90, 365)
MOST = 200
State = Promise.State


@dataclass(frozen=True)
class Line:
    """The figures of one person or place; `code` finds the rows behind them."""

    code: str
    who: Person | OrgUnit | None
    counts: Kept


@dataclass(frozen=True)
class Rates:
    """The figures of the last so many days, by owner, by branch, and together."""

    days: int
    people: tuple[Line, ...]
    places: tuple[Line, ...]
    total: Kept

    @property
    def is_enough(self) -> bool:
        """Whether so many were decided that a share says something."""
        return self.total.decided >= FEWEST


def rates(viewer: Person, at: datetime, *, days: int, view: str = PLACE) -> Rates:
    """Count the promises that were decided in a span, and those open now."""
    found = of(viewer, view)
    since = at - timedelta(days=days)
    people = _counted(found, "owner", since)
    places = _counted(found, "customer__book__org_unit", since)
    named = Person.objects.select_related("org_unit").in_bulk([k for k in people if k])
    units = OrgUnit.objects.in_bulk([k for k in places if k])
    return Rates(
        days=days,
        people=_lines({k: named.get(k or 0) for k in people}, people, "p"),
        places=_lines({k: units.get(k or 0) for k in places}, places, "u"),
        total=_sum(people.values()),
    )


def rows(
    viewer: Person, at: datetime, *, days: int, state: str, code: str = "", view: str = PLACE
) -> list[Promise]:
    """The promises behind a figure: of a line by its code, of everybody without one."""
    found = of(viewer, view).filter(_in(state, at - timedelta(days=days)))
    kind, number = code[:1], code[1:]
    if kind in {"p", "u"}:
        name = "owner" if kind == "p" else "customer__book__org_unit"
        wanted = int(number) if number.isdecimal() and len(number) < 18 else None
        found = found.filter(**{name: wanted} if wanted else {f"{name}__isnull": True})
    return list(found.order_by("-due_at", "-pk")[:MOST])


def _in(state: str, since: datetime) -> Q:
    if state == State.OPEN:
        return Q(state=State.OPEN)
    wanted = [state] if state in State.values else [State.KEPT, State.BROKEN]
    return Q(state__in=wanted, decided_at__gte=since)


def _counted(found: PromiseQuerySet, name: str, since: datetime) -> dict[int | None, Kept]:
    counted: Iterable[Any] = (
        found.order_by()
        .values(key=F(name))
        .annotate(
            open=Count("pk", filter=_in(State.OPEN, since)),
            kept=Count("pk", filter=_in(State.KEPT, since)),
            broken=Count("pk", filter=_in(State.BROKEN, since)),
            withdrawn=Count("pk", filter=_in(State.WITHDRAWN, since)),
        )
    )
    names = ("open", "kept", "broken", "withdrawn")
    made = {row["key"]: Kept(**{each: row[each] for each in names}) for row in counted}
    return {key: each for key, each in made.items() if each != Kept()}


def _lines(
    who: dict[int | None, Person | None] | dict[int | None, OrgUnit | None],
    counts: dict[int | None, Kept],
    kind: str,
) -> tuple[Line, ...]:
    """The most promises first; nobody's last."""
    made = [Line(f"{kind}{key or 0}", who.get(key), each) for key, each in counts.items()]
    return tuple(
        sorted(
            made,
            key=lambda line: (
                line.who is None,
                -line.counts.decided - line.counts.open,
                line.code,
            ),
        )
    )


def _sum(parts: Iterable[Kept]) -> Kept:
    each = list(parts)
    return Kept(
        sum(one.open for one in each),
        sum(one.kept for one in each),
        sum(one.broken for one in each),
        sum(one.withdrawn for one in each),
    )
