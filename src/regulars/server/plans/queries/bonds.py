"""How customers are bound: the last judgement of each, its history, everybody by level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Bond
from regulars.server.plans.queries.keys import Key, keyed, rows_of
from regulars.server.plans.queries.strands import suggested
from regulars.server.plans.queries.wording import BONDS, HOLDS, LEVELS, STRANDS
from regulars.server.plans.rules import BONDS as KINDS
from regulars.server.plans.rules import (
    Level,
    Policy,
    counts,
    level,
    missing,
    strands_for,
)

UNJUDGED = "none_yet"


@dataclass(frozen=True)
class StrandView:
    """One thing that may bind, whether somebody confirmed it, and what facts speak for it."""

    code: str
    words: str
    confirmed: bool
    because: str


@dataclass(frozen=True)
class Kind:
    """The strands of one level."""

    name: str
    how: str
    strands: tuple[StrandView, ...]
    confirmed: int
    needed: int


@dataclass(frozen=True)
class BondView:
    """How a customer is bound, what facts suggest, and what the next level lacks."""

    bond: Bond | None
    level: Level
    name: str
    kinds: tuple[Kind, ...]
    new: int  # suggested by facts and not confirmed
    next_name: str  # "" on the highest
    lacking: int
    old: bool  # judged so long ago that somebody should look again


@dataclass(frozen=True)
class Tally:
    """How many key customers stand on a level; code "none_yet": nobody judged."""

    code: str
    name: str
    customers: int


def bond(viewer: Person, customer: Customer) -> Bond | None:
    """The last judgement."""
    return history(viewer, customer).first()


def history(viewer: Person, customer: Customer) -> QuerySet[Bond]:
    """Every judgement of a customer, the newest first."""
    visible = Customer.objects.visible_to(viewer)
    found = Bond.objects.visible_to(viewer).filter(customer=customer, customer__in=visible)
    return found.select_related("judged_by").order_by("-judged_at", "-pk")


def view(viewer: Person, customer: Customer, at: datetime, *, facts: bool = True) -> BondView:
    """What binds a customer, strand by strand; without `facts` nothing is suggested."""
    policy = Policy.of(core.settings_of_company())
    found = bond(viewer, customer)
    confirmed = set(found.strands) if found else set()
    told = suggested(viewer, customer, at) if facts else {}
    step = Level(found.level) if found else Level.NONE
    above = level(confirmed, policy.needs).above
    return BondView(
        bond=found,
        level=step,
        name=str(LEVELS[step]),
        kinds=_kinds(customer, confirmed, told, policy),
        new=len(set(told) - confirmed),
        next_name=str(LEVELS[above]) if above else "",
        lacking=missing(confirmed, policy.needs),
        old=bool(found and found.judged_at < at - timedelta(days=policy.bond_days)),
    )


def tallies(viewer: Person, *, mine: bool) -> list[Tally]:
    """Key customers by level, the strongest first, then those whom nobody judged."""
    found = list(_judged(viewer, mine=mine).values_list("bond_level", flat=True))
    names = [(str(int(step)), str(LEVELS[step]), int(step)) for step in reversed(Level)]
    known = [Tally(code, name, found.count(step)) for code, name, step in names]
    return [*known, Tally(UNJUDGED, "", found.count(-1))]


def rows(viewer: Person, *, of: str, mine: bool, offset: int = 0) -> tuple[list[Key], bool]:
    """The key customers of one level, or of all, the most valuable first."""
    found = _judged(viewer, mine=mine)
    if of == UNJUDGED:
        found = found.filter(bond_level=-1)
    elif of.isdecimal():
        found = found.filter(bond_level=int(of[:2]))
    return rows_of(viewer, found, offset=offset)


def _judged(viewer: Person, *, mine: bool) -> Any:  # with the level, which stubs cannot say
    newest = Bond.objects.filter(customer=OuterRef("pk")).order_by("-judged_at", "-pk")
    return keyed(viewer, mine=mine).annotate(
        # Without a field of its own nothing would be equal to -1: a level is never negative.
        bond_level=Coalesce(
            Subquery(newest.values("level")[:1]), -1, output_field=IntegerField()
        )
    )


def _kinds(
    customer: Customer, confirmed: set[str], told: Mapping[str, str], policy: Policy
) -> tuple[Kind, ...]:
    fitting = strands_for(customer.kind)
    counted = counts(confirmed)
    return tuple(
        Kind(
            name=str(BONDS[kind]),
            how=str(HOLDS[kind]),
            strands=tuple(
                StrandView(
                    each.code, str(STRANDS[each.code]), each.code in confirmed,
                    told.get(each.code, ""),
                )
                for each in fitting
                if each.bond == kind
            ),
            confirmed=counted[kind],
            needed=policy.needs[Level(n)],
        )
        for n, kind in enumerate(KINDS, start=1)
    )  # fmt: skip
