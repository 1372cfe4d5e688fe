"""Refunds take back what their purchases earned, by the terms by which they earned it.

A refund that names its order takes from that order alone, and is looked at again when more of
the order comes: what the lots of an order hold is brought down to what is left of the order
would have earned. A refund without an order takes from the newest purchases, once: a lot of no
points remembers it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.loyalty import reader, rules
from regulars.server.loyalty.actions import arriving, booking
from regulars.server.loyalty.actions.lots import parts_of
from regulars.server.loyalty.models import EarningRule, Lot, Movement
from regulars.server.loyalty.reader import Span

Order = tuple[int, str]  # an account, and the order as it is named there
Totals = Mapping[int, Mapping[Order, int]]  # refunded by version and order
Entries = list[tuple[int, int | None, str, str, int]]
LOTS = """
select l.id from loyalty_lot l
join unnest(%s::bigint[]) as t(rule) on l.rule_id = t.rule
join (select * from unnest(%s::bigint[], %s::text[]) as o(account, ref)) o
  on o.account = l.account_id and o.ref = l.ref
where l.ref <> '' and l.points > 0"""


@dataclass(frozen=True)
class Loose:
    """A refund that names no order, and the versions of the rule that may be about it."""

    row: tuple[Any, ...]  # account, source, no order, amount, no points, day
    terms: list[EarningRule]


def take_back(
    versions: Sequence[EarningRule], fresh: Iterable[Order], span: Span, *, by: Actor,
    at: datetime,
) -> int:  # fmt: skip
    """Mind the refunds of one rule in all its versions; `fresh` orders have earned just now."""
    reader.hold_orders(sorted(set(fresh)))
    totals = {
        rule.pk: {(row[0], row[1]): int(row[2]) for row in reader.refunded(rule, span)}
        for rule in versions
    }
    loose = _loose(versions, span)
    last, today = versions[-1], core.local_date(at)
    keys = sorted(
        {part[0] for part in _of_orders(versions, totals)} | {one.row[0] for one in loose}
    )
    if not keys:
        return 0
    told: dict[str, Any] = {
        "rule": last.pk, "today": today, "dated": False, "pending": 0, "span": 0,
    }  # fmt: skip
    taken: list[int] = []

    def work(pk: int) -> dict[str, int]:
        booking.held(*keys)
        booking.come_due(pk, today, keys)
        if loose:
            arriving.bring(one.row for one in loose)
            booking.run(arriving.ISSUE.format(last="null::date"), told | {"movement": pk})
        # One after the other: the second sees what the first has left.
        taken.append(_entered(pk, _of_orders(versions, totals, keys), today))
        taken.append(_entered(pk, _of_newest(loose), today))
        booking.settle(pk, today, keys)
        return {"refunds": len(loose), "points": sum(taken)}

    booking.once(
        Movement.What.REVERSE, f"refunds:{public_id()}", {}, work, by=by, at=at, ref=last.code
    )
    return sum(taken)


def _entered(pk: int, entries: Entries, day: date) -> int:
    booking.enter(pk, entries, day)
    return sum(entry[4] for entry in entries)


def _of_orders(
    versions: Sequence[EarningRule], totals: Totals, accounts: Collection[int] | None = None
) -> Entries:
    """What lots of refunded orders hold above what is left of them, the newest line first."""
    whose = None if accounts is None else set(accounts)
    orders = {
        order for of in totals.values() for order in of if whose is None or order[0] in whose
    }
    terms = {rule.pk: rule for rule in versions}
    known = booking.run(
        LOTS, [list(terms), [who for who, _ref in orders], [ref for _who, ref in orders]]
    )
    found = Lot.objects.filter(pk__in=[pk for (pk,) in known])
    entries: Entries = []
    rows = found.order_by("account", "ref", "-issued_on", "-pk")
    for order, lots in groupby(rows, key=lambda lot: (lot.account_id, lot.ref)):
        entries += _of_order(order, list(lots), terms, totals)
    return entries


def _of_order(
    order: Order, lots: list[Lot], terms: Mapping[int, EarningRule], totals: Totals
) -> Entries:
    """Lay what was refunded on the lines of an order; take what its lots hold too much."""
    above: list[tuple[Lot, int]] = []
    used = 0
    for lot in lots:
        rule = terms[lot.rule_id or 0]
        if order in totals[rule.pk]:
            part = max(0, min(lot.amount or 0, totals[rule.pk][order] - used))
            used += part
            kept = _worth(rule, (lot.amount or 0) - part) if part else lot.points
            above.append((lot, _left(lot) - kept))
    # Lines that gave too much before another one came: the sum of the order is what counts.
    wanted = sum(excess for _lot, excess in above)
    entries: Entries = []
    for lot, excess in above:
        parts = parts_of(lot, max(0, min(excess, wanted)))
        entries += parts
        wanted -= sum(entry[4] for entry in parts)
    return entries


def _of_newest(loose: Iterable[Loose]) -> Entries:
    """What refunds without an order take: from the newest purchases that hold points still."""
    entries: Entries = []
    known: dict[int, list[Lot]] = {}
    for one in loose:
        account = int(one.row[0])
        if account not in known:
            found = Lot.objects.filter(
                account=account, rule__code=one.terms[0].code, points__gt=0
            ).select_related("rule")
            known[account] = list(found.order_by("-issued_on", "-pk"))
        about = {rule.pk for rule in one.terms}
        lots = [lot for lot in known[account] if lot.rule_id in about and _left(lot)]
        wanted = _worth(lots[0].rule, int(one.row[3])) if lots and lots[0].rule else 0
        for lot in lots:
            parts = parts_of(lot, max(0, wanted))
            entries += parts
            wanted -= sum(part[4] for part in parts)
    return entries


def _loose(versions: Sequence[EarningRule], span: Span) -> list[Loose]:
    """New refunds without an order, each with the versions that it may be about."""
    found: dict[str, Loose] = {}
    for rule in versions:
        for row in reader.refunds(rule, span):
            found.setdefault(row[1], Loose(row, [])).terms.append(rule)
    new = arriving.unknown([rule.pk for rule in versions], [one.row for one in found.values()])
    return [found[row[1]] for row in new]


def _left(lot: Lot) -> int:
    return lot.points - lot.reversed - lot.short


def _worth(rule: EarningRule, amount: int) -> int:
    """What one transaction of an amount earns by a rule; a flat rule gives all or nothing."""
    if rule.kind != EarningRule.Kind.AMOUNT:
        return rule.points if amount else 0
    return rules.points_for(
        amount, points=rule.points, per=rule.per or 1, scale=core.minor_units(),
        most=int(rule.about.get("most") or 0),
    )  # fmt: skip
