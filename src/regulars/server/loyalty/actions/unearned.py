"""What earned points and is no more: facts taken out of the lake, deals that were refunded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Left

from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.loyalty import reader
from regulars.server.loyalty.actions import booking
from regulars.server.loyalty.actions.lots import parts_of
from regulars.server.loyalty.models import EarningRule, Lot, Membership, Movement, Programme

# A load takes long between the moment it knows of and its commit.
OVERLAP = timedelta(days=2)
Kind = EarningRule.Kind
# Sources that stand for many facts: a span of deals, a holding, a month's balance.
COUNTED = {Kind.DEALS.value: "d:", Kind.PRODUCT.value: "h:", Kind.BALANCE.value: "b:"}
SINGLE = (
    "select l.id, l.source "
    "from loyalty_lot l join loyalty_account a on a.id = l.account_id "
    "where l.source <> '' and l.points > l.reversed + l.short and exists (select 1 "
    "from loyalty_membership m where m.customer_id = a.customer_id and m.left_on is null)"
)


def is_replaced(programme: Programme) -> bool:
    """Tell whether files were taken out of the lake, or written anew, since the last time."""
    since = programme.earned_until
    return since is not None and bool(
        booking.run(
            "select 1 from facts_factfile where replaced_at >= %s limit 1", [since - OVERLAP]
        )
    )


def withdrawn(*, by: Actor, at: datetime) -> int:
    """Take back what single facts earned that are not there any more."""
    return _bring_down(dict.fromkeys(reader.gone(booking.run(SINGLE)), 0), by=by, at=at)


def recount(
    rule: EarningRule, found: Iterable[tuple[Any, ...]], *, by: Actor, at: datetime
) -> int:
    """Take back what a rule gave for something that would give less now, or nothing.

    `found` is all that the rule gives for; single facts are minded by `withdrawn`.
    """
    letter = COUNTED.get(rule.kind)
    if letter is None:
        return 0
    there = {
        (row[0], _named(row[1])): int(row[4]) for row in found if row[1].startswith(letter)
    }
    # What somebody had collected who left and came again stands on facts nobody looks at.
    since = Membership.objects.standing().filter(
        Q(earns_from__isnull=True, joined_on__lte=OuterRef("issued_on"))
        | Q(earns_from__lte=OuterRef("issued_on")),
        customer=OuterRef("account__customer"),
    )
    lots = Lot.objects.filter(
        Exists(since), rule=rule, source__startswith=letter,
        points__gt=F("reversed") + F("short"),
    )  # fmt: skip
    keeps = {}
    for lot in lots.only("account", "source", "points", "reversed", "short"):
        keep = there.get((lot.account_id, _named(lot.source)), 0)
        if keep < lot.points - lot.reversed - lot.short:
            keeps[lot.pk] = keep
    return _bring_down(keeps, by=by, at=at)


def _bring_down(keeps: Mapping[int, int], *, by: Actor, at: datetime) -> int:
    """Reverse some lots down to so many points each. Returns how many points went."""
    lots = Lot.objects.filter(pk__in=keeps).order_by("account", "pk")
    accounts = sorted({lot.account_id for lot in lots})
    if not accounts:
        return 0
    day = core.local_date(at)

    def work(pk: int) -> dict[str, int]:
        booking.held(*accounts)
        booking.come_due(pk, day, accounts)
        entries = [
            part
            for lot in lots.all()
            for part in parts_of(lot, lot.points - lot.reversed - lot.short - keeps[lot.pk])
        ]
        booking.enter(pk, entries, day)
        booking.settle(pk, day, accounts)
        return {"points": sum(entry[4] for entry in entries)}

    booked = booking.once(
        Movement.What.REVERSE, f"withdrawn:{public_id()}", {}, work, by=by, at=at
    )
    # The same may come again, put right, and earn again.
    freed = Lot.objects.filter(pk__in=[pk for pk, keep in keeps.items() if keep == 0])
    freed.update(ref=Left(F("source"), 80), source="")
    return int(booked.answer["points"])


def _named(source: str) -> str:
    """What a source is about, without the account: files that became one share theirs."""
    return source[2:] if source.startswith("h:") else source.rpartition(":")[2]
