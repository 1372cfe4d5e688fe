"""Alerts are raised, one or a whole morning's, and settled when their cause is gone."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from regulars.base.errors import BadInput
from regulars.server.alerts import queries
from regulars.server.alerts.models import Alert, Step
from regulars.server.alerts.rules import KINDS, LEVELS, Clock
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person, public_ids
from regulars.server.customers.models import Customer


class UnknownKind(BadInput):
    """There is no such kind of alert."""


@dataclass(frozen=True)
class Cause:
    """One thing that somebody must know of. Without a level the customer's tier says it.

    Facts are what the words can use, all as text; what is not known stays out:

    large_movement   amount (went out) or inflow; low, high (what is usual for the customer)
    churn_risk       risk, before (shares of one)
    dormant          last (ISO date)
    contact_overdue  last (ISO date), interval (days)
    file_open        last (ISO date of the last confirmation)
    complaint        last (ISO date it was taken in), interval (working hours)
    promise_broken   text, due (ISO date)

    `hours` or `workdays` of work until it must be acknowledged, where something else than the
    company's patience with the kind says so.
    """

    kind: str
    key: str
    customer_id: int
    level: int | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    stake: Decimal | None = None
    hours: int | None = None
    workdays: int | None = None


def raise_(
    *,
    kind: str,
    key: str,
    customer: Customer,
    by: Actor,
    at: datetime,
    level: int | None = None,
    facts: Mapping[str, str] | None = None,
    stake: Decimal | None = None,
) -> Alert | None:
    """Raise one alert; None where that very thing was raised before, closed or not.

    :raises UnknownKind: there is no such kind.
    """
    cause = Cause(kind, key, customer.pk, level, facts or {}, stake)
    if not raise_many([cause], by=by, at=at):
        return None
    return Alert.objects.get(key=key)


@transaction.atomic
def raise_many(causes: Iterable[Cause], *, by: Actor, at: datetime) -> int:
    """Raise what was not raised before; returns how many are new. Fit for a whole morning.

    Kinds that the company switched off or wants from a higher tier on only, and customers who
    are closed or gone, are passed over. Two that raise the same thing at once raise it once.

    :raises UnknownKind: there is no such kind.
    """
    off = queries.patience().off
    wanted = [each for each in causes if _known(each.kind) not in off]
    if not wanted:
        return 0
    _stage_causes(wanted, at=at)
    _stage_clocks({each.kind for each in wanted}, at=at)
    _stage_posts(at=at)
    with connection.cursor() as db:
        db.execute(RAISE, {"at": at, "person": _person(by)})
        raised = dict(db.fetchall())
    if raised:
        audit.record("alerts.raised", "alerts.Alert", by=by, at=at, **raised)
    return sum(raised.values())


@transaction.atomic
def settle(keys: Collection[str], *, by: Actor, at: datetime) -> int:
    """Close what waits under these keys because its cause went away; returns how many."""
    if not keys:
        return 0
    with connection.cursor() as db:
        db.execute(SETTLE, {"keys": list(keys), "at": at, "person": _person(by)})
        settled = int(db.fetchone()[0])
    if settled:
        audit.record("alerts.settled", "alerts.Alert", by=by, at=at, alerts=settled)
    return settled


@transaction.atomic
def unsettle(keys: Collection[str], *, settled_at: datetime, by: Actor, at: datetime) -> int:
    """Open again what was settled under these keys at that moment; its clock runs on."""
    settled = Alert.objects.filter(
        key__in=keys, state=Alert.State.CLOSED, outcome=Alert.Outcome.SETTLED,
        closed_at=settled_at,
    )  # fmt: skip
    found = list(settled.values_list("pk", flat=True))
    if not found:
        return 0
    Step.objects.filter(alert__in=found, what=Step.What.CLOSED, at=settled_at).delete()
    again = {"outcome": "", "closed_at": None}
    taken = settled.filter(acknowledged_at__isnull=False, holder__isnull=False)
    taken.update(state=Alert.State.ACKNOWLEDGED, **again)
    settled.update(state=Alert.State.OPEN, **again)
    audit.record("alerts.unsettled", "alerts.Alert", by=by, at=at, alerts=len(found))
    return len(found)


# One statement: whoever is first with a key raises it, and each new one has its first step.
# Ordered by key, so that two mornings at once wait for each other and never in a circle.
RAISE = f"""
with raised as (
    insert into alerts_alert (
        public_id, key, kind, customer_id, level, stake, facts, raised_at, holder_id, rung,
        by_hand, due_at, at_top, state, outcome, note)
    select r.public_id, r.key, r.kind, r.customer_id, r.level, r.stake, r.facts, %(at)s,
           p.person_id, coalesce(p.rung, 0), false, coalesce(r.due_at, c.due_at), false,
           '{Alert.State.OPEN}', '', ''
    from alerts_arriving r
    join customers_customer u on u.id = r.customer_id
         and u.state not in ('closed', 'merged', 'erased')
    join alerts_clocks c on c.kind = r.kind and c.level = r.level
    left join alerts_posts p on p.book_id = u.book_id
    order by r.key
    on conflict (key) do nothing
    returning id, customer_id, kind, holder_id, due_at
), steps as (
    insert into alerts_step (alert_id, customer_id, what, why, at, by_id, to_id, due_at, note)
    select id, customer_id, '{Step.What.RAISED}', '', %(at)s, %(person)s, holder_id, due_at, ''
    from raised
)
select kind, count(*) from raised group by kind order by kind
"""
SETTLE = f"""
with settled as (
    update alerts_alert set state = '{Alert.State.CLOSED}', outcome = '{Alert.Outcome.SETTLED}',
           closed_at = %(at)s, closed_by_id = null
    where key = any (%(keys)s) and state <> '{Alert.State.CLOSED}'
    returning id, customer_id
), steps as (
    insert into alerts_step (alert_id, customer_id, what, why, at, by_id, to_id, due_at, note)
    select id, customer_id, '{Step.What.CLOSED}', '', %(at)s, %(person)s, null, null, ''
    from settled
)
select count(*) from settled
"""
TIERS = """
update alerts_arriving r set level = coalesce((
    select max(a.level) from tiers_assignment a
    join tiers_tierrun t on t.id = a.tier_run_id and t.is_current
    join tiers_scheme s on s.id = a.scheme_id and s.is_primary
    join customers_customer c on c.id = a.customer_id and s.customer_kind in ('', c.kind)
    where a.customer_id = r.customer_id
), 0)
where r.level is null
"""


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise UnknownKind(f"There is no alert {kind!r}. Choose one of: {', '.join(KINDS)}.")
    return kind


def _person(by: Actor) -> int | None:
    return by.pk if isinstance(by, Person) else None


def _stage_causes(causes: Iterable[Cause], *, at: datetime) -> None:
    """Lay them beside the table, with the level of the tier where none was told."""
    columns = {
        "public_id": "text",
        "key": "text",
        "kind": "text",
        "customer_id": "bigint",
        "level": "int",
        "stake": "numeric",
        "facts": "jsonb",
        "due_at": "timestamptz",
    }
    clock = queries.clock(at)
    rows = zip(public_ids(), causes, strict=False)
    _stage(
        "alerts_arriving",
        columns,
        (
            (
                *(public, c.key, c.kind, c.customer_id, c.level, c.stake, _json(c.facts)),
                _within(c, clock),
            )
            for public, c in rows
        ),
    )
    with connection.cursor() as db:
        db.execute("analyze alerts_arriving")
        db.execute(TIERS)


def _within(cause: Cause, clock: Clock) -> datetime | None:
    """The moment by which it must be acknowledged, where the cause itself says how soon."""
    if cause.hours:
        return clock.work.add(clock.at, timedelta(hours=cause.hours))
    return clock.work.after_days(clock.at, cause.workdays) if cause.workdays else None


def _stage_clocks(kinds: Iterable[str], *, at: datetime) -> None:
    """Until when each kind may wait in each level: a few dozen moments for everybody."""
    clock = queries.clock(at)
    _stage(
        "alerts_clocks",
        {"kind": "text", "level": "int", "due_at": "timestamptz"},
        (
            (kind, level, clock.acknowledge_by(kind, level))
            for kind in sorted(kinds)
            for level in (*LEVELS, 0)
            if clock.patience.wants(kind, level)
        ),
    )


def _stage_posts(*, at: datetime) -> None:
    """Who holds the alerts of each book that is concerned."""
    with connection.cursor() as db:
        db.execute(
            "select distinct u.book_id from alerts_arriving r "
            "join customers_customer u on u.id = r.customer_id"
        )
        books = [book for (book,) in db.fetchall()]
    first = {
        book: line[0]
        for book, line in queries.lines(books, day=core.local_date(at)).items()
        if line
    }
    _stage(
        "alerts_posts",
        {"book_id": "bigint", "person_id": "bigint", "rung": "int"},
        ((book, post.person_id, post.rung) for book, post in first.items()),
    )


def _stage(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as db:
        db.execute(f"drop table if exists pg_temp.{table}")
        db.execute(f"create temp table {table} ({typed}) on commit drop")
        with db.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


def _json(facts: Mapping[str, str]) -> str:
    return json.dumps(dict(facts), ensure_ascii=False)
