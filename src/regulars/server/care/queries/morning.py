"""What the morning run reads: few set-wise statements that narrow everybody down.

Each source yields rows of one trigger; `care.rules.detect` decides. They run inside
`core.scope.everything()` and take no viewer: nobody looks, the system plans.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from regulars.base.calendar import LunarBirthday, next_birthday
from regulars.base.periods import year_before
from regulars.server.care.rules.detect import (
    OUTFLOW_QUIET_DAYS,
    LifeAction,
    Maturing,
    Morning,
    Movement,
    Standing,
    Subject,
)
from regulars.server.care.rules.policy import UNTIERED
from regulars.server.channels.rules import marketing_channels
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import TierRun

# Everybody's tier under the scheme that stands beside the name.
TIER_OF = """
select a.customer_id, a.level, a.tier, a.measure, a.next_at
from tiers_assignment a
join tiers_scheme s on s.id = a.scheme_id and s.is_primary
join customers_customer c on c.id = a.customer_id and s.customer_kind in ('', c.kind)
where a.tier_run_id = %(tier_run)s
"""
YOUNGEST = 14  # no marketing to children below this age
PLACED = ("deposit", "wealth")
# How long a contact's next date is still waited for.
PROMISES_BACK = 60


def sql(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = db.fetchall()
        return rows


def published_before(run: Run) -> Run | None:
    """The published run before this one in business time."""
    earlier = Run.objects.filter(state=Run.State.DONE, is_published=True, as_of__lt=run.as_of)
    return earlier.order_by("-as_of", "-pk").first()


def tier_run() -> TierRun | None:
    return TierRun.objects.filter(is_current=True).first()


def tier_run_before(current: TierRun) -> TierRun | None:
    """The tier run of an earlier scoring, if its rows are still there."""
    earlier = TierRun.objects.filter(as_of__lt=current.as_of).exclude(run=current.run_id)
    for found in earlier.order_by("-as_of", "-pk")[:3]:
        if sql("select 1 from tiers_assignment where tier_run_id = %s limit 1", [found.pk]):
            return found
    return None


def subjects(ids: Iterable[int], morning: Morning, run: Run | None) -> dict[int, Subject]:
    """Tier, stake and consent of these customers; closed files are left out."""
    tiered = tier_run()
    found = sql(
        f"""
        select c.id, c.book_id, coalesce(a.level, {UNTIERED}), coalesce(s.stake, 0),
               c.consents::text, c.blocked_channels, c.birth_date, c.do_not_contact
        from unnest(%(ids)s::bigint[]) as wanted(id)
        join customers_customer c on c.id = wanted.id
        left join ({TIER_OF}) a on a.customer_id = c.id
        left join scoring_score s on s.run_id = %(run)s and s.customer_id = c.id
        -- What stops everything, whatever was agreed: see channels' policy.
        where c.state not in ('closed', 'merged', 'erased')
          and c.deceased_on is null and c.legal_block = ''
        """,
        {
            "ids": list(ids),
            "tier_run": tiered.pk if tiered else None,
            "run": run.pk if run else None,
        },
    )
    # A handful of answers repeats over everybody: read each JSON text once.
    known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
    grown = _years_before(morning.day, YOUNGEST)
    return {
        customer: Subject(
            customer_id=customer,
            book_id=book,
            level=level,
            stake=stake,
            marketing=()
            if (born is not None and born > grown) or unwanted
            else _marketing(known, consents, tuple(blocked), morning),
        )
        for customer, book, level, stake, consents, blocked, born, unwanted in found
    }


def birthdays(morning: Morning, books: list[int] | None = None) -> list[tuple[int, date, str]]:
    """Customers whose birthday lies within the longest lead: (customer, day, lunar "8-15")."""
    return birthdays_within(morning.day, morning.policy.longest_lead + 3, books)


def birthdays_within(
    day: date, days: int, books: list[int] | None = None
) -> list[tuple[int, date, str]]:
    """Customers who have a birthday in the days ahead, the lunar one where it is kept."""
    keys = birthday_keys(day, days)
    found = sql(
        """
        select c.id, k.day, c.lunar_birthday from (
            select id, book_id, state, lunar_birthday,
                   case when lunar_birthday <> '' then 'L' || lunar_birthday
                        else 'S' || to_char(birth_date, 'FMMM-FMDD') end as key
            from customers_customer
            where birth_date is not null or lunar_birthday <> ''
        ) c join unnest(%s::text[], %s::date[]) as k(key, day) on k.key = c.key
        where c.state <> 'closed' and (%s::bigint[] is null or c.book_id = any (%s::bigint[]))
        order by k.day, c.id
        """,
        [list(keys), list(keys.values()), books, books],
    )
    return [(customer, when, lunar) for customer, when, lunar in found]


def birthday_keys(day: date, days: int) -> dict[str, date]:
    """Each solar ("S12-8") and lunar ("L8-15") birthday that falls into the days ahead."""
    found: dict[str, date] = {}
    leap_year = 2000  # holds all 366 birthdays
    for offset in range(366):
        born = date(leap_year, 1, 1) + timedelta(days=offset)
        when = next_birthday(day, born=born)
        if when is not None and (when - day).days <= days:
            found[f"S{born.month}-{born.day}"] = when
    for month in range(1, 13):
        for lunar_day in range(1, 31):
            kept = LunarBirthday(month, lunar_day)
            when = next_birthday(day, born=None, lunar_birthday=kept)
            if when is not None and (when - day).days <= days:
                found[f"L{kept}"] = when
    return found


def overdue(morning: Morning) -> list[tuple[int, date | None, date]]:
    """Customers beyond their tier's interval: (customer, last answer, known since)."""
    tiered = tier_run()
    every = {
        level: standard.contact_every
        for level, standard in morning.policy.standards.items()
        if standard.contact_every
    }
    if tiered is None or not every:
        return []
    found = sql(
        f"""
        select c.id, t.last, coalesce(c.since, c.created_at::date)
        from ({TIER_OF}) a
        join unnest(%(levels)s::int[], %(every)s::int[]) as e(level, days) on e.level = a.level
        join customers_customer c on c.id = a.customer_id and c.state <> 'closed'
        left join (
            select customer_id, (max(at) at time zone %(zone)s)::date as last
            from channels_touch where two_way and reversed_at is null
            group by customer_id
        ) t on t.customer_id = c.id
        where coalesce(t.last, c.since, c.created_at::date) < %(day)s::date - e.days
        order by c.id
        """,
        {
            "tier_run": tiered.pk,
            "levels": list(every),
            "every": list(every.values()),
            "zone": _zone(),
            "day": morning.day,
        },
    )
    return [(customer, last, known) for customer, last, known in found]


def outflows(run: Run) -> list[Movement]:
    """Large movements out of a run's frame, without those told within the last days."""
    if "large_movement" not in _columns(run):
        return []
    found = lake.rows(
        f"select customer_id, flow_5, adb_90, flow_low, flow_high "
        f"from {scoring.table_of(run)} where large_movement = 'out' order by customer_id"
    )
    quiet = run.as_of - timedelta(days=OUTFLOW_QUIET_DAYS)
    told = {
        row[0]
        for row in sql(
            "select customer_id from care_task where trigger = 'large_outflow' "
            "and cycle > %s and cycle <> %s",
            [quiet.isoformat(), run.as_of.isoformat()],
        )
    }
    return [
        Movement(
            customer_id=customer,
            as_of=run.as_of,
            flow_5=_money(flow),
            adb_90=_money(mean),
            low=_money(low),
            high=_money(high),
        )
        for customer, flow, mean, low, high in found
        if customer not in told
    ]


def turned_dormant(run: Run, before: Run | None) -> list[tuple[int, str, date | None]]:
    """Customers dormant in `run` and not in `before`: (customer, stage before, last active)."""
    if before is None or not (scoring.frame(run).exists() and scoring.frame(before).exists()):
        return []
    found = lake.rows(
        f"select now.customer_id, was.stage, now.last_on "
        f"from {scoring.table_of(run)} now "
        f"join {scoring.table_of(before)} was on was.customer_id = now.customer_id "
        f"where now.stage = 'dormant' and was.stage <> 'dormant' order by 1"
    )
    gone = set(scoring.refusing())
    return [(who, stage, _date(last)) for who, stage, last in found if who not in gone]


def near_next_tier(
    current: TierRun, before: TierRun | None, share: float
) -> list[tuple[Standing, Standing | None]]:
    """Customers near the next tier, with where they stood in the tier run before."""
    found = sql(
        f"""
        select a.customer_id, a.tier, a.measure, a.next_at,
               b.tier, b.measure, b.next_at
        from ({TIER_OF}) a
        left join ({TIER_OF.replace("%(tier_run)s", "%(before)s")}) b
          on b.customer_id = a.customer_id
        join customers_customer c on c.id = a.customer_id and not c.no_profiling
        where a.level > 1 and a.next_at > 0
          and a.measure >= a.next_at * %(share)s and a.measure < a.next_at
        order by a.customer_id
        """,
        {
            "tier_run": current.pk,
            "before": before.pk if before else None,
            "share": Decimal(str(share)),
        },
    )
    return [
        (
            Standing(customer, tier, measure, next_at),
            None if was is None or had is None else Standing(customer, was, had, asked),
        )
        for customer, tier, measure, next_at, was, had, asked in found
    ]


def maturing(morning: Morning) -> list[Maturing]:
    """Deposits and wealth products that mature soon, or did and lie idle."""
    policy = morning.policy
    ahead = max(policy.maturity_stages) + 5  # a reminder on a free day begins before it
    start = morning.day - timedelta(days=policy.idle_days + 2)
    pairs = [
        (key, holding)
        for key, holding in facts.maturing(start, morning.day + timedelta(days=ahead))
        if holding.closed_on is None
        or holding.matures_on is None
        or holding.closed_on >= holding.matures_on
    ]
    others = _other_products()
    pairs = [(key, held) for key, held in pairs if held.product not in others]
    owners = customers_of({key for key, _ in pairs})
    matured = {key for key, held in pairs if held.matures_on and held.matures_on < morning.day}
    placed = placed_again(matured, start)
    return [
        Maturing(
            customer_id=owners[key],
            holding=held.holding_id,
            product=held.product,
            amount=held.amount,
            matures_on=held.matures_on,
            idle=not any(day >= held.matures_on for _holding, day in placed.get(key, ())),
        )
        for key, held in pairs
        if key in owners
        and held.matures_on is not None
        and (held.closed_on is None or held.matures_on < morning.day)
    ]


def placed_again(keys: Iterable[int], since: date) -> dict[int, list[tuple[str, date]]]:
    """Holdings that these pseudonyms opened since a day: key -> [(holding, opened on)]."""
    wanted = sorted(keys)
    if not wanted:
        return {}
    table = lake.source(facts.living("holdings"), "holdings")
    rows = lake.rows(
        f"select distinct fact_key, holding_id, opened_on from {table} "
        f"where opened_on >= ? and fact_key in ({', '.join(map(str, wanted))}) order by 1, 2",
        [since],
    )
    found: dict[int, list[tuple[str, date]]] = {}
    for key, holding, opened in rows:
        found.setdefault(key, []).append((holding, opened))
    return found


def customers_of(keys: Iterable[int]) -> dict[int, int]:
    """Whose pseudonyms these are: fact key -> customer."""
    return dict(
        sql(
            "select fact_key, customer_id from customers_factkey where fact_key = any (%s)",
            [list(keys)],
        )
    )


def promises(day: date) -> list[tuple[int, int, str, date, bool]]:
    """Contacts whose next date has come: (customer, touch, step, on, agreed).

    Left out: steps after an unanswered call from a card, whose own tasks come back; and
    dates that a later answer of the customer has overtaken.
    """
    return [
        (customer, touch, step, on, agreed)
        for customer, touch, step, on, agreed in sql(
            """
            select t.customer_id, t.id, t.next_step, t.next_on, t.two_way
            from channels_touch t
            where t.reversed_at is null and t.next_on between %s and %s
              and not exists (select 1 from care_card k
                              where k.touch_id = t.id and k.outcome = 'no_answer')
              and not exists (select 1 from channels_touch later
                              where later.customer_id = t.customer_id and later.at > t.at
                                and later.two_way and later.reversed_at is null)
            order by t.customer_id, t.id
            """,
            [day - timedelta(days=PROMISES_BACK), day],
        )
    ]


def life_actions(day: date) -> list[LifeAction]:
    """What is to be done about events of customers' lives, and its day has come."""
    return [
        LifeAction(*row)
        for row in sql(
            """
            select customer_id, id, kind, happens_on, action, due_on, product_code, words
            from customers_lifeevent
            where done_at is null and due_on between %s and %s
            order by customer_id, id
            """,
            [day - timedelta(days=PROMISES_BACK), day],
        )
    ]


def existing(customers: Iterable[int]) -> Iterator[tuple[str, int, str, str, int]]:
    """Tasks these customers ever had: (trigger, customer, cycle, state, id)."""
    yield from sql(
        "select trigger, customer_id, cycle, state, id from care_task "
        "where customer_id = any (%s) order by id",
        [list(customers)],
    )


def _other_products() -> frozenset[str]:
    """Codes of products that are neither deposits nor wealth products."""
    rows = sql("select code from products_product where kind <> all (%s)", [list(PLACED)])
    return frozenset(row[0] for row in rows)


def _columns(run: Run) -> frozenset[str]:
    return frozenset(scoring.columns(run)) if scoring.frame(run).exists() else frozenset()


def _marketing(
    known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]],
    consents: str,
    blocked: tuple[str, ...],
    morning: Morning,
) -> tuple[str, ...]:

    if (consents, blocked) not in known:
        known[consents, blocked] = marketing_channels(
            json.loads(consents), blocked, unknown=morning.policy.unknown_consent
        )
    return known[consents, blocked]


def _years_before(day: date, years: int) -> date:
    for _ in range(years):
        day = year_before(day)
    return day


def _zone() -> str:

    return str(core.time_zone())


def _money(value: float | None) -> Decimal:
    return Decimal(str(round(value or 0.0, 2)))


def _date(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value
