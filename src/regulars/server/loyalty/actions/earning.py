"""The morning's earning: what happened since the last time, by every rule, for all at once.

Whatever a fact earns it earns once, for the lot of a rule and a fact is unique. So the same
facts may be looked at again: late ones, and those of the last days, are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.loyalty import reader
from regulars.server.loyalty.actions import arriving, booking, members, refunds, unearned
from regulars.server.loyalty.models import EarningRule, Movement, Programme
from regulars.server.loyalty.reader import Span

COLLECTING = """
select f.fact_key, a.id, coalesce(m.earns_from, m.joined_on)
from loyalty_membership m
join loyalty_account a on a.customer_id = m.customer_id and a.currency = %s
join customers_factkey f on f.customer_id = m.customer_id
where m.left_on is null order by f.fact_key"""


@dataclass(frozen=True)
class Morning:
    """What a run did: lots issued and points in them, taken back, come due, levels."""

    lots: int = 0
    points: int = 0
    taken_back: int = 0
    activated: int = 0
    expired: int = 0
    joined: int = 0
    moved: int = 0

    def told(self) -> dict[str, int]:
        return {name: value for name, value in self.__dict__.items() if value}


@transaction.atomic
def run(*, by: Actor, at: datetime, until: date | None = None, dated: bool = False) -> Morning:
    """Bring the whole programme up to a moment. Without a programme nothing is done.

    `until` leaves out facts of that day and later; `dated` books points on the day of what
    earned them, for a past that is caught up with at once.
    """
    programme = Programme.objects.select_for_update(of=("self",)).first()
    if programme is None:
        return Morning()
    today = core.local_date(at)
    joined = members.join_by_itself(programme, by=by, at=at)
    since = programme.earned_until and programme.earned_until - unearned.OVERLAP
    span = Span(since, programme.began_on, min(until or today, today + timedelta(days=1)))
    replaced = unearned.is_replaced(programme)
    back = unearned.withdrawn(by=by, at=at) if replaced else 0
    lots = points = 0
    for currency in ("points", "tier"):
        if not reader.hold(booking.run(COLLECTING, [currency])):
            continue
        for _code, versions in groupby(_rules(currency, span), key=lambda rule: rule.code):
            some = _by_one_rule(
                list(versions), span, replaced=replaced, by=by, at=at, dated=dated
            )
            lots, points, back = lots + some[0], points + some[1], back + some[2]
    activated, expired = due(by=by, at=at)
    Programme.objects.filter(pk=programme.pk).update(earned_until=at)
    told = Morning(lots, points, back, activated, expired, joined, members.rank(by=by, at=at))
    audit.record("loyalty.earned", programme, by=by, at=at, **told.told())
    return told


@transaction.atomic
def due(*, by: Actor, at: datetime) -> tuple[int, int]:
    """Let everybody's pending lots become active and old ones expire; return how many."""
    day = core.local_date(at)
    done: list[int] = [0, 0, 0]

    def work(pk: int) -> dict[str, int]:
        done[:] = booking.come_due(pk, day)
        return {"activated": done[0], "expired": done[2]}

    if booking.run(
        "select 1 from loyalty_lot where pending > 0 and available_on <= %(day)s "
        "or active > 0 and expires_on < %(day)s limit 1",
        {"day": day},
    ):
        arriving.lock_all()
        booking.once(Movement.What.RIPEN, f"due:{public_id()}", {}, work, by=by, at=at)
    return done[0], done[2]


def _rules(currency: str, span: Span) -> list[EarningRule]:
    found = EarningRule.objects.filter(state=EarningRule.State.IN_FORCE, currency=currency)
    return [rule for rule in found.order_by("code", "version") if rule.valid_from < span.stop]


def _by_one_rule(
    versions: list[EarningRule],
    span: Span,
    *,
    replaced: bool,
    by: Actor,
    at: datetime,
    dated: bool,
) -> tuple[int, int, int]:
    """Let a rule give, then take: lots and points issued by its versions, points taken back."""
    lots = points = back = 0
    orders: list[tuple[int, str]] = []
    for rule in versions:
        found = reader.earned(rule, span, scale=core.minor_units(), zone=str(core.time_zone()))
        if replaced or rule.kind == EarningRule.Kind.DEALS:
            back += unearned.recount(rule, found, by=by, at=at)
        fresh = arriving.unknown([rule.pk], found)
        orders += [(row[0], row[2][: reader.LONGEST]) for row in fresh if row[2]]
        if fresh:
            issued = _issue(rule, fresh, by=by, at=at, dated=dated)
            lots, points = lots + len(issued), points + sum(issued)
    back += refunds.take_back(versions, orders, span, by=by, at=at)
    return lots, points, back


def _issue(
    rule: EarningRule, fresh: list[tuple[Any, ...]], *, by: Actor, at: datetime, dated: bool
) -> list[int]:
    """Issue a lot for each; returns the points of each lot."""
    arriving.bring(fresh)
    told: dict[str, Any] = {
        "rule": rule.pk, "today": core.local_date(at), "dated": dated,
        "pending": rule.pending_days, "span": rule.span,
    }  # fmt: skip
    issued: list[int] = []

    def work(pk: int) -> dict[str, int]:
        arriving.lock_all("where id in (select account from loyalty_arriving)")
        statement = arriving.ISSUE.format(last=arriving.LASTS[rule.lasts])
        issued[:] = [int(row[1]) for row in booking.run(statement, told | {"movement": pk})]
        booking.settle(pk, told["today"])
        return {"lots": len(issued), "points": sum(issued)}

    booking.once(
        Movement.What.EARN, f"earned:{public_id()}", {}, work, by=by, at=at, ref=rule.code
    )
    return issued
