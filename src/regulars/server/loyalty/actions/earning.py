"""The morning's earning: what happened since the last time, by every rule, for all at once.

Whatever a fact earns it earns once, for the lot of a rule and a fact is unique. So the same
facts may be looked at again: late ones, and those of the last days, are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Left

from regulars.base import money
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.loyalty import reader, rules
from regulars.server.loyalty.actions import booking, members
from regulars.server.loyalty.actions.lots import parts_of
from regulars.server.loyalty.models import EarningRule, Lot, Movement, Programme
from regulars.server.loyalty.reader import Span

# A load takes long between the moment it knows of and its commit.
OVERLAP = timedelta(days=2)
COLLECTING = """
select f.fact_key, a.id, m.joined_on
from loyalty_membership m
join loyalty_account a on a.customer_id = m.customer_id and a.currency = %s
join customers_factkey f on f.customer_id = m.customer_id
where m.left_on is null order by f.fact_key"""
ISSUE = """
insert into loyalty_lot (
    account_id, movement_id, rule_id, source, ref, amount, issued_on, available_on, expires_on,
    points, pending, active, spent, expired, reversed, paid, moved, adjusted, short)
select account, %(movement)s, %(rule)s, source, left(ref, 80), amount,
       case when %(dated)s then day else %(today)s end, day + %(pending)s, {last},
       points, case when day + %(pending)s > %(today)s then points else 0 end,
       case when day + %(pending)s > %(today)s then 0 else points end, 0, 0, 0, 0, 0, 0, 0
from loyalty_arriving order by account, day, source
on conflict (rule_id, source) where not source = '' do nothing
returning source, points"""
LASTS = {
    "months": "(day + make_interval(months => %(span)s))::date",
    "year_end": "make_date(extract(year from day)::int + %(span)s, 12, 31)",
    "always": "null::date",
}


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
    since = programme.earned_until and programme.earned_until - OVERLAP
    span = Span(since, programme.began_on, min(until or today, today + timedelta(days=1)))
    back = _withdrawn(programme, by=by, at=at)
    lots = points = 0
    for currency in ("points", "tier"):
        if not reader.hold(booking.run(COLLECTING, [currency])):
            continue
        for rule in _rules(currency, span):
            some, sum_ = _earn(rule, span, by=by, at=at, dated=dated)
            lots, points = lots + some, points + sum_
            back += _refunds(rule, span, by=by, at=at)
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
        _lock_all()
        booking.once(Movement.What.RIPEN, f"due:{public_id()}", {}, work, by=by, at=at)
    return done[0], done[2]


def _rules(currency: str, span: Span) -> list[EarningRule]:
    found = EarningRule.objects.filter(state=EarningRule.State.IN_FORCE, currency=currency)
    return [rule for rule in found.order_by("code", "version") if rule.valid_from < span.stop]


def _earn(
    rule: EarningRule, span: Span, *, by: Actor, at: datetime, dated: bool
) -> tuple[int, int]:
    company = core.company()
    scale = money.scale(company.currency) if company else 100
    found = reader.earned(rule, span, scale=scale, zone=str(core.time_zone()))
    fresh = _unknown(rule, found)
    if not fresh:
        return 0, 0
    _bring(fresh)
    told: dict[str, Any] = {
        "rule": rule.pk, "today": core.local_date(at), "dated": dated,
        "pending": rule.pending_days, "span": rule.span,
    }  # fmt: skip
    issued: list[Any] = []

    def work(pk: int) -> dict[str, int]:
        _lock_all("where id in (select account from loyalty_arriving)")
        issued[:] = booking.run(ISSUE.format(last=LASTS[rule.lasts]), told | {"movement": pk})
        booking.settle(pk, told["today"])
        return {"lots": len(issued), "points": sum(row[1] for row in issued)}

    booking.once(
        Movement.What.EARN, f"earned:{public_id()}", {}, work, by=by, at=at, ref=rule.code
    )
    return len(issued), sum(int(row[1]) for row in issued)


def _unknown(rule: EarningRule, found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave out what earned already: most of what is looked at a second time."""
    sources = [row[1] for row in found]
    known = {
        source
        for start in range(0, len(sources), 50_000)
        for (source,) in booking.run(
            "select source from loyalty_lot where rule_id = %s and source = any (%s)",
            [rule.pk, sources[start : start + 50_000]],
        )
    }
    return [row for row in found if row[1] not in known]


def _bring(rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as db:
        db.execute("drop table if exists pg_temp.loyalty_arriving")
        db.execute(
            "create temp table loyalty_arriving (account bigint, source text, ref text, "
            "amount bigint, points bigint, day date) on commit drop"
        )
        with db.copy("copy loyalty_arriving from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        db.execute("analyze pg_temp.loyalty_arriving")


def _refunds(rule: EarningRule, span: Span, *, by: Actor, at: datetime) -> int:
    """Take back what refunded purchases earned: of their own order, else of the newest."""
    found = reader.refunds(rule, span, zone=str(core.time_zone()))
    fresh = _unknown(rule, found)
    if not fresh:
        return 0
    # A lot of no points remembers that a refund was dealt with.
    _bring((row[0], row[1], row[2], row[3], 0, row[5]) for row in fresh)
    told: dict[str, Any] = {
        "rule": rule.pk, "today": core.local_date(at), "dated": False, "pending": 0,
        "span": rule.span,
    }  # fmt: skip
    taken: list[int] = []

    def work(pk: int) -> dict[str, int]:
        _lock_all("where id in (select account from loyalty_arriving)")
        booking.come_due(pk, told["today"], sorted({row[0] for row in fresh}))
        booking.run(ISSUE.format(last="null::date"), told | {"movement": pk})
        taken.append(_take_back(pk, rule, fresh, told["today"]))
        return {"refunds": len(fresh), "points": taken[0]}

    booking.once(
        Movement.What.REVERSE, f"refunds:{public_id()}", {}, work, by=by, at=at, ref=rule.code
    )
    return taken[0]


def _take_back(pk: int, rule: EarningRule, refunds: list[Any], day: date) -> int:
    accounts = {row[0] for row in refunds}
    earned = Lot.objects.filter(rule__code=rule.code, account__in=accounts, points__gt=0)
    by_order: dict[tuple[int, str], list[Lot]] = defaultdict(list)
    newest: dict[int, list[Lot]] = defaultdict(list)
    for lot in earned.order_by("-issued_on", "-pk"):
        newest[lot.account_id].append(lot)
        if lot.ref:
            by_order[lot.account_id, lot.ref].append(lot)
    entries: list[tuple[int, int | None, str, str, int]] = []
    for account, _source, ref, amount, so_far, _day in refunds:
        lots = by_order.get((account, ref), []) if ref else []
        if lots:
            left = max(0, sum(lot.amount or 0 for lot in lots) - int(so_far))
            net = sum(lot.points - lot.reversed - lot.short for lot in lots)
            wanted = net - _worth(rule, left)
        else:
            lots = newest.get(account, [])
            wanted = _worth(rule, int(amount))
        for lot in lots:
            some = parts_of(lot, max(0, wanted))
            entries += some
            wanted -= sum(part[4] for part in some)
    booking.enter(pk, entries, day)
    booking.settle(pk, day, sorted(accounts))
    return sum(entry[4] for entry in entries)


def _worth(rule: EarningRule, amount: int) -> int:
    """What an amount earns by a rule; a flat rule gives all or nothing."""
    if rule.kind != EarningRule.Kind.AMOUNT:
        return rule.points if amount else 0
    company = core.company()
    scale = money.scale(company.currency) if company else 100
    return rules.points_for(
        amount, points=rule.points, per=rule.per or 1, scale=scale,
        most=int(rule.about.get("most") or 0),
    )  # fmt: skip


def _withdrawn(programme: Programme, *, by: Actor, at: datetime) -> int:
    """Take back what facts earned that were taken out of the lake since the last time."""
    since = programme.earned_until
    if since is None or not booking.run(
        "select 1 from facts_factfile where replaced_at >= %s limit 1", [since - OVERLAP]
    ):
        return 0
    sources = booking.run(
        "select l.id, l.source "
        "from loyalty_lot l join loyalty_account a on a.id = l.account_id "
        "where l.source <> '' and l.points > l.reversed + l.short and exists (select 1 "
        "from loyalty_membership m where m.customer_id = a.customer_id and m.left_on is null)"
    )
    lots = Lot.objects.filter(pk__in=reader.gone(sources)).order_by("account", "pk")
    found = list(lots)
    if not found:
        return 0
    day = core.local_date(at)
    accounts = sorted({lot.account_id for lot in found})

    def work(pk: int) -> dict[str, int]:
        booking.held(*accounts)
        entries = [part for lot in lots.all() for part in parts_of(lot, lot.points)]
        booking.enter(pk, entries, day)
        booking.settle(pk, day, accounts)
        return {"points": sum(entry[4] for entry in entries)}

    booked = booking.once(
        Movement.What.REVERSE, f"withdrawn:{public_id()}", {}, work, by=by, at=at
    )
    # The same facts may come again, put right, and earn again.
    freed = Lot.objects.filter(pk__in=[lot.pk for lot in found])
    freed.update(ref=Left(F("source"), 80), source="")
    return int(booked.answer["points"])


def _lock_all(whose: str = "") -> None:
    """Lock accounts from the lowest on, as everybody does."""
    booking.run(f"select id from loyalty_account {whose} order by id for no key update")
