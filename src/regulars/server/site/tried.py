"""Experiments of the demo: actions of the last months, measured as the product measures them.

Who is in which arm, what they did and what is said of it comes out of the same doors as in a
real company. Where an action is to have had an effect, the treated of this invented company
really did more: some of them made purchases that they would not have made otherwise, and these
lie among the facts like any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
from django.db import transaction

from regulars.engine.uplift import place_of
from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, FactKey
from regulars.server.experiments import actions, queries
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules.arms import usual, variants
from regulars.server.facts import actions as facts
from regulars.server.facts import lake

DEMO = System("demo")


@dataclass(frozen=True)
class Tried:
    """One action: whom it reached, how long ago, and how many of the treated it moved.

    `moved` is the share of the treated who made one purchase more, of `amount` in the
    company's money; with several variants there is one share for each.
    """

    name: str
    name_en: str
    kind: str
    label: str
    outcome: str
    ago: int
    part: float  # of all customers
    share: float
    moved: tuple[float, ...]
    amount: int
    margin: str
    fixed: int
    each: str
    decision: str = ""
    why: str = ""
    variants: tuple[str, ...] = ()
    days: int = 28


TRIED = (
    Tried(
        "春季刷卡礼", "Spring card gift", "campaign", "刷卡活动", "bought", 210, 0.6, 0.2,
        (0.12,), 168, "25", 2_000, "0.05", "again",
        "留了五分之一作对照，效果看得出来，成本也赚回来了。明年照做，提前一周发。",
    ),
    Tried(
        "端午短信", "Dragon boat text message", "campaign", "节日短信", "bought", 165, 0.5, 0.2,
        (0.0,), 0, "25", 500, "0.05", "stop",
        "多发的短信没有带来多的购买。改成客户经理挑人打电话。",
    ),
    Tried(
        "暑期外呼", "Summer calls", "call_list", "外呼", "bought", 120, 0.15, 0.2,
        (0.10,), 240, "30", 0, "6", "change",
        "名单太小，说不清。下次与其他支行合并，用同一个标签。",
    ),
    Tried(
        "中秋两种话术", "Mid-autumn, two scripts", "call_list", "外呼", "bought", 75, 0.5, 0.3,
        (0.14, 0.05), 220, "30", 0, "2", "change",
        "问候式比推介式有用，以后只用问候式。",
        ("问候式", "推介式"),
    ),
    Tried(
        "国庆满减", "National day discount", "campaign", "刷卡活动", "bought", 50, 0.6, 0.2,
        (0.09,), 300, "12", 30_000, "1",
    ),
    Tried(
        "双十一提醒", "Singles' day reminder", "campaign", "刷卡活动", "bought", 16, 0.6, 0.2,
        (0.06,), 200, "25", 1_000, "0.05",
    ),
)  # fmt: skip


def live(*, today: date) -> None:
    """Carry the actions out one after another, and read what they brought."""
    by = Person.objects.filter(role="marketer").order_by("pk").first()
    everybody = list(Customer.objects.standing().order_by("pk").values_list("pk", flat=True))
    if by is None or not everybody:
        return
    for tried in TRIED:
        with transaction.atomic():
            _carry_out(tried, everybody, by=by, today=today)


def _carry_out(tried: Tried, everybody: Sequence[int], *, by: Person, today: date) -> None:
    starts = today - timedelta(days=tried.ago)
    at = _morning(starts)
    made = actions.plan(
        Plan(
            name=tried.name,
            name_en=tried.name_en,
            kind=tried.kind,
            label=tried.label,
            outcome=tried.outcome,
            starts_on=starts,
            arms=variants(tried.variants, tried.share)
            if tried.variants
            else usual(tried.share),
            window_days=tried.days,
            margin=Decimal(tried.margin),
            fixed_cost=Decimal(tried.fixed),
            cost_each=Decimal(tried.each),
        ),
        by=by,
        at=at,
    )
    listed = [pk for pk in everybody if place_of(f"{tried.name_en}:list", pk) < tried.part]
    actions.assign(made, listed, by=by, at=at)
    move(made, tried, starts, today)
    for day in range(1, tried.days + 1):
        until = starts + timedelta(days=day)
        if until <= today:
            actions.read(made, until=until, by=DEMO, at=_morning(until))
    made.refresh_from_db()
    if tried.decision and made.state == Experiment.State.CLOSED:
        ended = _morning(starts + timedelta(days=tried.days + 4))
        actions.review(made, decision=tried.decision, why=tried.why, by=by, at=ended)


def move(made: Experiment, tried: Tried, starts: date, today: date) -> None:
    """Write the purchases that the treated would not have made otherwise."""
    arms = [arm.key for arm in made.all_arms if not arm.is_control]
    moved = dict(zip(arms, tried.moved, strict=True))
    ids = list(made.assignments.order_by("pk").values_list("customer_id", flat=True))
    keys = dict(FactKey.objects.filter(customer__in=ids).values_list("customer", "pk"))
    rows = []
    for pk, arm in queries.arms_of(made, ids).items():
        place = place_of(f"{tried.name_en}:moved", pk)
        share = moved.get(arm, 0.0)
        if place >= share or pk not in keys:
            continue
        day = starts + timedelta(days=int(place / share * tried.days))
        if day < today:
            rows.append(
                (keys[pk], day, round(tried.amount * (0.6 + 0.8 * place / share) * 100))
            )
    if rows:
        _write(rows, made)


def _write(rows: Sequence[tuple[int, date, int]], made: Experiment) -> None:
    named, days, amounts = zip(*sorted(rows), strict=True)
    lake.hold(
        "moved",
        pa.table(
            {
                "fact_key": pa.array(named, pa.int64()),
                "local_date": pa.array(days, pa.date32()),
                "amount": pa.array(
                    [a * core.minor_units() // 100 for a in amounts], pa.int64()
                ),
                "n": pa.array(range(len(rows)), pa.int64()),
            }
        ),
    )
    source = f"demo:{made.public_id}"
    facts.add(
        "transactions",
        "select fact_key, local_date::timestamp + interval 4 hour as occurred_at, local_date, "
        "amount, null::double as quantity, null::bigint as cost, "
        f"'{source}:' || n as order_id, null::varchar as product_id, "
        "null::varchar as category, 'app' as channel, null::varchar as branch, "
        f"'purchase' as kind, null::varchar as external_id, '{source}:' || n as row_key, "
        "local_date::timestamp as known_at from moved",
        source=source,
        by=DEMO,
        at=_morning(made.starts_on),
    )


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(9), core.time_zone())
