"""How anything is booked: once per key, with the accounts locked, by statements over lots.

The order is always the same: the key, the accounts from the lowest on, the lots by their last
day. So two that meet wait for each other, and never for ever.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Currency, Movement

MOST = 1_000_000_000  # points moved at once: more is a slip of the pen
LOT = "id, account_id, active, sum(active) over (order by expires_on nulls last, id)"
TAKE = f"""
insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
select %(movement)s, l.account_id, l.id, 'active', %(target)s,
       least(l.active, %(points)s - l.earlier), %(day)s
from (select {LOT} - active as earlier from loyalty_lot
      where account_id = %(account)s and active > 0) l
where l.earlier < %(points)s returning lot_id, points"""
ACTIVATE = """
insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
select %(movement)s, account_id, id, 'pending', 'active', pending, %(day)s from loyalty_lot
where pending > 0 and available_on <= %(day)s {whose} order by account_id, id"""
EXPIRE = """
insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
select %(movement)s, account_id, id, 'active', 'expired', active, %(day)s from loyalty_lot
where active > 0 and expires_on < %(day)s {whose} order by account_id, id"""
# What is owed is paid by what becomes active, soonest expiring first.
SETTLE = """
insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, day)
select %(movement)s, a.id, l.id, 'active', 'owed', least(l.active, a.owed - l.earlier), %(day)s
from loyalty_account a join lateral (
    select id, active, sum(active) over (order by expires_on nulls last, id) - active as earlier
    from loyalty_lot where account_id = a.id and active > 0) l on l.earlier < a.owed
where a.owed > 0 and a.active > 0 {whose}"""
OF_SOME = "and account_id = any (%(accounts)s)"


class NotEnough(Refused):
    """There are fewer points than are asked for."""


class AnotherRequest(BadInput):
    """The key was used for something else."""


class NoMember(Refused):
    """The customer collects no points."""


@dataclass(frozen=True)
class Booked:
    """A movement with the answer that its key has for ever; `again`: it stood before."""

    movement: Movement
    answer: Mapping[str, Any]
    again: bool = False


Work = Callable[[int], Mapping[str, Any]]


@transaction.atomic
def once(
    what: str,
    key: str,
    body: Mapping[str, Any],
    work: Work,
    *,
    by: Actor,
    at: datetime,
    account: Account | None = None,
    ref: str = "",
    undoes: Movement | None = None,
    day: date | None = None,
) -> Booked:
    """Do some work under a key, or give the answer that the key has.

    `work` gets the number of the movement, books its entries and says the answer.

    :raises AnotherRequest: the key has the answer of another request.
    """
    check_key(key)
    run("select pg_advisory_xact_lock(hashtextextended('loyalty:' || %s, 0))", [key])
    told = fingerprint(what, body)
    for kept, print_ in run("select movement, print from loyalty_asked(%s)", [key]):
        if print_ != told:
            raise another()
        return repeated(Movement.objects.get(pk=kept), told)
    (pk,) = run("select nextval(pg_get_serial_sequence('loyalty_movement', 'id'))")[0]
    named = public_id()
    answer = {"movement": named} | dict(work(pk))
    made = Movement.objects.create(
        pk=pk,
        public_id=named,
        what=what,
        key=key,
        print=told,
        answer=answer,
        account=account,
        undoes=undoes,
        ref=ref,
        by=audit.label(by),
        at=at,
        day=day or core.local_date(at),
    )
    return Booked(made, answer)


def repeated(kept: Movement, told: str) -> Booked:
    """:raises AnotherRequest: the key has the answer of another request."""
    if kept.print != told:
        raise another()
    return Booked(kept, kept.answer, again=True)


def another() -> AnotherRequest:
    return AnotherRequest(
        _("This key was used for another request. Repeat that one, or choose a new key.")
    )


def fingerprint(what: str, body: Mapping[str, Any]) -> str:
    """What makes two requests the same one."""
    told = json.dumps([what, body], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def check_key(key: str) -> None:
    """:raises BadInput: the key is empty or longer than one is kept."""
    if not key.strip() or len(key) > 120:
        raise BadInput(_("Name a key of 1 to 120 characters, so that nothing is booked twice."))


def check_points(points: int) -> int:
    """:raises BadInput: that many points are not moved at once."""
    if not 1 <= points <= MOST:
        raise BadInput(
            _("%(points)s points cannot be moved. Name 1 or more.") % {"points": points}
        )
    return points


def account_of(customer: Customer, *, at: datetime, currency: str = Currency.POINTS) -> Account:
    """The customer's account of a currency, opened where there is none."""
    made = Account(customer=customer, currency=currency, opened_at=at)
    Account.objects.bulk_create([made], ignore_conflicts=True)
    return Account.objects.get(customer=customer, currency=currency)


def held(*accounts: Account | int) -> list[Account]:
    """Lock some accounts, always in the same order, and read them as they are now."""
    keys = sorted({each if isinstance(each, int) else each.pk for each in accounts})
    found = Account.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=keys)
    return list(found.order_by("pk"))


def take(movement: int, account: int, points: int, target: str, day: date) -> list[Any]:
    """Take active points out of lots, soonest expiring first; rows of lot and points."""
    if points < 1:
        return []
    return run(
        TAKE,
        {
            "movement": movement, "account": account, "points": points, "target": target,
            "day": day,
        },
    )  # fmt: skip


def enter(
    movement: int,
    rows: Collection[tuple[int, int | None, str, str, int]],
    day: date,
    *,
    until: date | None = None,
) -> None:
    """Write entries: account, lot, from where, to where, how many. Nothing for no points."""
    kept = [row for row in rows if row[4] > 0]
    if not kept:
        return
    accounts, lots, sources, targets, points = zip(*kept, strict=True)
    run(
        "insert into loyalty_entry (movement_id, account_id, lot_id, source, target, points, "
        "day, until) select %s, a, l, s, t, p, %s, %s "
        "from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::bigint[]) "
        "as e(a, l, s, t, p)",
        [
            movement, day, until, list(accounts), list(lots), list(sources), list(targets),
            list(points),
        ],
    )  # fmt: skip


def settle(movement: int, day: date, accounts: Collection[int] | None = None) -> int:
    """Pay what is owed by what is active; of some accounts, or of all."""
    whose = "" if accounts is None else "and a.id = any (%(accounts)s)"
    told = {"movement": movement, "day": day, "accounts": list(accounts or ())}
    return count(SETTLE.format(whose=whose), told)


def come_due(movement: int, day: date, accounts: Collection[int] | None = None) -> list[int]:
    """Let pending lots become active and old ones expire; of some accounts, or of all.

    Returns how many lots did which.
    """
    whose = "" if accounts is None else OF_SOME
    told = {"movement": movement, "day": day, "accounts": list(accounts or ())}
    activated = count(ACTIVATE.format(whose=whose), told)
    settled = settle(movement, day, accounts)
    return [activated, settled, count(EXPIRE.format(whose=whose), told)]


def ripen(account: Account, *, at: datetime, by: Actor, day: date) -> None:
    """Bring one account up to a day, before anything is done with it. It is locked."""
    due = run(
        "select 1 from loyalty_lot where account_id = %(account)s and "
        "(pending > 0 and available_on <= %(day)s or active > 0 and expires_on < %(day)s) "
        "limit 1",
        {"account": account.pk, "day": day},
    )
    if due:
        once(
            Movement.What.RIPEN, f"ripen:{public_id()}", {},
            lambda pk: {"lots": sum(come_due(pk, day, [account.pk]))},
            by=by, at=at, account=account, day=day,
        )  # fmt: skip


def sums(account: Account | int) -> dict[str, int]:
    """What an account holds now, for an answer."""
    pk = account if isinstance(account, int) else account.pk
    row = Account.objects.values("active", "pending", "owed").get(pk=pk)
    return {"balance": row["active"], "pending": row["pending"], "owed": row["owed"]}


def run(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        return list(db.fetchall()) if db.description else []


def count(statement: str, parameters: Any) -> int:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        return max(0, int(db.rowcount))
