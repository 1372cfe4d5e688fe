"""The morning run: from scores, contacts and dates to the cards of a day.

One transaction, set-wise. A lock lets one run at a time through and the database's keys
make each reason once per cycle, so the same day planned twice creates nothing new.

    1  what is past its end expires; marketing that is no longer allowed is dropped
    2  each trigger names its reasons (queries narrow down, rules decide)
    3  reasons that exist move to their next reminder; the new ones become tasks
    4  open cards move to today; put-off and unanswered ones come back
    5  each owner's list is cut to what a day holds; the rest is kept and counted
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from time import perf_counter
from typing import Any

from django.db import connection

from regulars.server.care.models import PlanRun
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import (
    Morning,
    Policy,
    Reason,
    Subject,
    catalogue,
    detect,
    summarise,
)
from regulars.server.care.rules.cards import Part
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.channels.loading import public_ids
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import SchemeVersion

LOCK = 0x0CA2E  # one morning run at a time; any number that nobody else locks
MARKETING = tuple(code for code, trigger in TRIGGERS.items() if trigger.marketing)


@dataclass
class Found:
    """Reasons of one morning, with those that consent held back."""

    subjects: Mapping[int, Subject]
    reasons: list[Reason] = field(default_factory=list)
    held_back: int = 0

    def add(self, reason: Reason | None, *, off: Collection[str]) -> None:
        if reason is None or reason.trigger.code in off:
            return
        if reason.trigger.marketing and not self.subjects[reason.customer_id].marketing:
            self.held_back += 1
        else:
            self.reasons.append(reason)


def plan(*, day: date, by: Actor, at: datetime) -> PlanRun:
    """Make the cards of a day; of a day that was planned already, add what is new only."""
    began = perf_counter()
    with scope.everything():
        _one_at_a_time()
        company = core.company()
        morning = Morning(
            day=day,
            calendar=core.work_calendar(),
            policy=Policy.of(company.settings if company else {}),
        )
        run = scoring.current_run()
        counts: Counter[str] = Counter()
        counts["expired"] = _expire(day, at)
        counts["withdrawn"] = _drop_refused(morning, run, at)
        found = _detect(morning, run)
        counts["held_back"] = found.held_back
        counts["carried"] = _carry_over(day)
        counts["returned"] = _bring_back(morning)
        new = _settle(found, day)
        counts["tasks"], counts["cards"] = _write(new, found.subjects, day, at)
        by_trigger = Counter(reason.trigger.code for reason in new)
        counts["over_capacity"] = _cut(day, morning.policy.cards_a_day)
        made = PlanRun.objects.create(
            day=day,
            run=run,
            made_at=at,
            counts={**counts, "by_trigger": dict(by_trigger)},
            seconds=round(perf_counter() - began, 3),
        )
        audit.record("care.day.planned", made, by=by, at=at, **counts)
    return made


def _one_at_a_time() -> None:
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(%s)", [LOCK])


def _change(statement: str, parameters: Any) -> int:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        changed: int = db.rowcount
    return max(changed, 0)


def _stage(columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Lay rows beside the tables, as `staged`: COPY is many times faster than parameters."""
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    with connection.cursor() as db:
        db.execute("drop table if exists pg_temp.staged")
        db.execute(f"create temp table staged ({typed}) on commit drop")
        with db.copy(f"copy staged ({', '.join(columns)}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)


# ---- 1: what ends --------------------------------------------------------------------


def _expire(day: date, at: datetime) -> int:
    """Close tasks past their last day, then the cards that have nothing left.

    What was put off waits for its day, however long that is.
    """
    _change(
        """
        update care_task t set state = 'expired', closed_at = %(at)s
        from care_card k
        where k.id = t.card_id and k.state = 'open' and t.state = 'open'
          and t.expires_on < %(day)s
        """,
        {"at": at, "day": day},
    )
    return _close_empty(at)


def _close_empty(at: datetime) -> int:
    return _change(
        """
        update care_card k set state = 'expired', closed_at = %s
        where k.state = 'open'
          and not exists (select 1 from care_task t where t.card_id = k.id and t.state = 'open')
        """,
        [at],
    )


def _drop_refused(morning: Morning, run: Run | None, at: datetime) -> int:
    """Take back open marketing reasons of customers who have said no since."""
    waiting = reads.sql(
        "select id, customer_id from care_task where state = 'open' and trigger = any (%s)",
        [list(MARKETING)],
    )
    known = reads.subjects({customer for _task, customer in waiting}, morning, run)
    refused = [
        task
        for task, customer in waiting
        if customer not in known or not known[customer].marketing
    ]
    if not refused:
        return 0
    dropped = reads.sql(
        "update care_task set state = 'expired', closed_at = %s where id = any (%s) "
        "returning card_id",
        [at, refused],
    )
    _close_empty(at)
    _summarise({row[0] for row in dropped})
    return len(refused)


# ---- 2: what is found ----------------------------------------------------------------


def _detect(morning: Morning, run: Run | None) -> Found:
    day, policy = morning.day, morning.policy
    birthdays = reads.birthdays(morning)
    overdue = reads.overdue(morning)
    maturing = reads.maturing(morning)
    promises = reads.promises(day)
    outflows = reads.outflows(run) if run else []
    dormant = reads.turned_dormant(run, reads.published_before(run)) if run else []
    tiered = reads.tier_run()
    before = reads.tier_run_before(tiered) if tiered else None
    near = reads.near_next_tier(tiered, before, policy.threshold_from) if tiered else []
    ids: set[int] = {
        *(customer for customer, *_row in birthdays),
        *(customer for customer, *_row in overdue),
        *(customer for customer, *_row in promises),
        *(customer for customer, *_row in dormant),
        *(row.customer_id for row in maturing),
        *(row.customer_id for row in outflows),
        *(standing.customer_id for standing, _ in near),
    }
    found = Found(reads.subjects(ids, morning, run))
    one = found.subjects.get
    gone = {row.customer_id for row in outflows}

    def add(reason: Reason | None) -> None:
        found.add(reason, off=policy.off)

    for customer, touch, step, on, agreed in promises:
        if subject := one(customer):
            add(
                detect.promise_due(
                    subject, touch=touch, step=step, on=on, agreed=agreed, morning=morning
                )
            )
    for movement in outflows:
        if subject := one(movement.customer_id):
            add(detect.large_outflow(subject, movement, morning))
    for held in maturing:
        if subject := one(held.customer_id):
            # Money that left in these days does not lie idle; the outflow has its own reason.
            still = replace(held, idle=held.idle and held.customer_id not in gone)
            add(detect.deposit_maturity(subject, still, morning))
    for customer, was, last_on in dormant:
        if run and (subject := one(customer)):
            add(
                detect.became_dormant(
                    subject,
                    was=was,
                    now="dormant",
                    as_of=run.as_of,
                    last_on=last_on,
                    morning=morning,
                )
            )
    for now, was_standing in near:
        if subject := one(now.customer_id):
            add(
                detect.tier_threshold(
                    subject, now, morning, before=was_standing, had_before=before is not None
                )
            )
    for customer, when, lunar in birthdays:
        if subject := one(customer):
            add(detect.birthday(subject, when, morning, lunar=lunar))
    for customer, last, known in overdue:
        if subject := one(customer):
            add(detect.contact_overdue(subject, last, known, morning))
    found.reasons = _named(found.reasons)
    return found


def _named(reasons: list[Reason]) -> list[Reason]:
    """Give reasons the names of products and tiers, so that a card needs no look-up."""
    products = {p.code: (p.name, p.name_en) for p in Product.objects.all()}
    tiers = _better_tiers()
    named = []
    for reason in reasons:
        facts = dict(reason.facts)
        if reason.trigger is catalogue.DEPOSIT_MATURITY:
            zh, en = products.get(facts["product"], ("", ""))
            facts |= {"product_zh": zh, "product_en": en or zh}
        if reason.trigger is catalogue.TIER_THRESHOLD:
            zh, en = tiers.get(facts["tier"], ("", ""))
            facts |= {"next_zh": zh, "next_en": en or zh}
        named.append(replace(reason, facts=facts) if facts != reason.facts else reason)
    return named


def _better_tiers() -> dict[str, tuple[str, str]]:
    """Tier code -> the names of the next better one, under the primary schemes in force."""
    found: dict[str, tuple[str, str]] = {}
    active = SchemeVersion.objects.filter(
        scheme__is_primary=True, state=SchemeVersion.State.ACTIVE
    ).order_by("scheme")
    for version in active:
        for better, tier in zip(version.tiers, version.tiers[1:], strict=False):
            found[tier["code"]] = (better.get("name", ""), better.get("name_en", ""))
    return found


# ---- 3: what is new ------------------------------------------------------------------


def _settle(found: Found, day: date) -> list[Reason]:
    """Keep the reasons that never were; move open ones of the same series to their new cycle.

    A holding whose reminder was closed stays closed until its money lies idle.
    """
    customers = {reason.customer_id for reason in found.reasons}
    known: set[tuple[str, int, str]] = set()
    open_series: dict[tuple[str, int, str], int] = {}
    done_series: set[tuple[str, int, str]] = set()
    for trigger, customer, cycle, state, task in reads.existing(customers):
        known.add((trigger, customer, cycle))
        series = trigger, customer, cycle.rpartition(":")[0]
        if state == "open":
            open_series[series] = task
        elif state == "done":
            done_series.add(series)
    resting = _closed_today(day)
    new: list[Reason] = []
    moved: list[tuple[int, Reason]] = []
    for reason in found.reasons:
        if reason.key in known:
            continue
        series = reason.trigger.code, reason.customer_id, reason.series
        if reason.series and series in open_series:
            moved.append((open_series[series], reason))
        elif _is_settled(reason, series in done_series) or reason.customer_id in resting:
            continue
        else:
            known.add(reason.key)
            new.append(reason)
    _move(moved)
    return new


def _is_settled(reason: Reason, done: bool) -> bool:
    """A maturity once arranged is arranged, unless the money was seen lying idle."""
    maturity = reason.trigger is catalogue.DEPOSIT_MATURITY
    return maturity and done and reason.facts.get("stage") != "-1"


def _closed_today(day: date) -> set[int]:
    """Customers whose card of today is closed: nothing nags twice on one day."""
    rows = reads.sql(
        "select customer_id from care_card where day = %s and state <> 'open'", [day]
    )
    return {row[0] for row in rows}


def _move(moved: list[tuple[int, Reason]]) -> None:
    if not moved:
        return
    _stage(
        {
            "id": "bigint",
            "cycle": "text",
            "due_on": "date",
            "stake": "numeric",
            "expires_on": "date",
            "facts": "jsonb",
        },
        (
            (task, reason.cycle, reason.due_on, reason.stake, reason.expires_on, _json(reason))
            for task, reason in moved
        ),
    )
    cards = reads.sql(
        """
        update care_task t set cycle = n.cycle, due_on = n.due_on, stake = n.stake,
               expires_on = n.expires_on, facts = n.facts
        from staged n where t.id = n.id returning t.card_id
        """
    )
    _summarise({row[0] for row in cards})


def _write(
    new: list[Reason], subjects: Mapping[int, Subject], day: date, at: datetime
) -> tuple[int, int]:
    """Put new tasks on the customer's card of today, or on a new card."""
    by_customer: dict[int, list[Reason]] = defaultdict(list)
    for reason in new:
        by_customer[reason.customer_id].append(reason)
    standing = dict(
        reads.sql(
            "select customer_id, id from care_card "
            "where day = %s and state = 'open' and customer_id = any (%s)",
            [day, list(by_customer)],
        )
    )
    without = [customer for customer in by_customer if customer not in standing]
    made = _new_cards(without, by_customer, subjects, day)
    cards = standing | made
    tasks = _new_tasks(new, cards, at)
    _summarise({standing[customer] for customer in by_customer if customer in standing})
    return tasks, len(made)


def _new_cards(
    customers: list[int],
    reasons: Mapping[int, list[Reason]],
    subjects: Mapping[int, Subject],
    day: date,
) -> dict[int, int]:
    def row(customer: int, key: str) -> tuple[Any, ...]:
        found = summarise(_parts(reasons[customer]))
        book = subjects[customer].book_id
        return key, customer, book, found.priority, found.stake, found.minutes, found.due_on

    _stage(
        {
            "public_id": "text",
            "customer_id": "bigint",
            "book_id": "bigint",
            "priority": "int",
            "stake": "numeric",
            "minutes": "int",
            "due_on": "date",
        },
        (row(customer, key) for customer, key in zip(customers, public_ids(), strict=False)),
    )
    rows = reads.sql(
        """
        insert into care_card (public_id, customer_id, book_id, day, state, priority, stake,
                               minutes, due_on, over_capacity, outcome, next_step,
                               snooze_reason)
        select public_id, customer_id, book_id, %s, 'open', priority, stake, minutes, due_on,
               false, '', '', ''
        from staged on conflict do nothing returning customer_id, id
        """,
        [day],
    )
    return dict(rows)


def _new_tasks(new: list[Reason], cards: Mapping[int, int], at: datetime) -> int:
    _stage(
        {
            "card_id": "bigint",
            "customer_id": "bigint",
            "trigger": "text",
            "cycle": "text",
            "priority": "int",
            "stake": "numeric",
            "due_on": "date",
            "expires_on": "date",
            "happens_on": "date",
            "facts": "jsonb",
        },
        (
            (
                cards[reason.customer_id],
                reason.customer_id,
                reason.trigger.code,
                reason.cycle,
                int(reason.priority),
                reason.stake,
                reason.due_on,
                reason.expires_on,
                reason.happens_on,
                _json(reason),
            )
            for reason in new
            if reason.customer_id in cards
        ),
    )
    return _change(
        """
        insert into care_task (card_id, customer_id, trigger, cycle, state, priority, stake,
                               due_on, expires_on, happens_on, facts, made_at)
        select card_id, customer_id, trigger, cycle, 'open', priority, stake, due_on,
               expires_on, happens_on, facts, %s
        from staged on conflict do nothing
        """,
        [at],
    )


# ---- 4: what comes along -------------------------------------------------------------


def _carry_over(day: date) -> int:
    """Move the open cards of earlier days to today; they keep their address."""
    return _change(
        """
        update care_card k set day = %(day)s, book_id = c.book_id
        from customers_customer c
        where c.id = k.customer_id and k.state = 'open' and k.day < %(day)s
          and not exists (select 1 from care_card other
                          where other.customer_id = k.customer_id and other.day = %(day)s)
        """,
        {"day": day},
    )


def _bring_back(morning: Morning) -> int:
    """Lay the open tasks of put-off and unanswered cards on cards of today.

    Their deadline moved with them; they live two working days more at least.
    """
    day = morning.day
    waiting = reads.sql(
        """
        select distinct k.id, k.customer_id, c.book_id
        from care_card k join customers_customer c on c.id = k.customer_id
        join care_task t on t.card_id = k.id and t.state = 'open'
        where k.state in ('snoozed', 'done') and k.next_on <= %(day)s and k.day < %(day)s
          and not exists (select 1 from care_card closed where closed.day = %(day)s
                          and closed.customer_id = k.customer_id and closed.state <> 'open')
        order by k.id
        """,
        {"day": day},
    )
    if not waiting:
        return 0
    old = [card for card, _customer, _book in waiting]
    books = {customer: book for _card, customer, book in waiting}
    _change(
        """
        insert into care_card (public_id, customer_id, book_id, day, state, priority, stake,
                               minutes, due_on, over_capacity, outcome, next_step,
                               snooze_reason)
        select public_id, customer_id, book_id, %s, 'open', 5, 0, 0, %s, false, '', '', ''
        from unnest(%s::text[], %s::bigint[], %s::bigint[])
             as n(public_id, customer_id, book_id)
        on conflict do nothing
        """,
        [
            day,
            day,
            [key for key, _ in zip(public_ids(), books, strict=False)],
            list(books),
            list(books.values()),
        ],
    )
    cards = reads.sql(
        """
        update care_task t set card_id = k.id, due_on = greatest(t.due_on, %(due)s),
               expires_on = greatest(t.expires_on, %(last)s)
        from care_card k, care_card old
        where old.id = any (%(old)s) and t.card_id = old.id and t.state = 'open'
          and k.customer_id = old.customer_id and k.day = %(day)s
        returning k.id
        """,
        {"old": old, "day": day, "due": morning.after(0), "last": morning.after(2)},
    )
    _summarise({row[0] for row in cards})
    return len(books)


def _summarise(cards: Iterable[int]) -> None:
    """Write rank, stake, deadline and time of cards anew from their open tasks."""
    rows = reads.sql(
        "select card_id, trigger, priority, stake, due_on from care_task "
        "where state = 'open' and card_id = any (%s)",
        [list(cards)],
    )
    parts: dict[int, list[Part]] = defaultdict(list)
    for card, trigger, priority, stake, due_on in rows:
        parts[card].append(Part(trigger, priority, stake, due_on))
    if not parts:
        return
    found = {card: summarise(inside) for card, inside in parts.items()}
    _stage(
        {
            "id": "bigint",
            "priority": "int",
            "stake": "numeric",
            "minutes": "int",
            "due_on": "date",
        },
        ((card, s.priority, s.stake, s.minutes, s.due_on) for card, s in found.items()),
    )
    _change(
        """
        update care_card k set priority = n.priority, stake = n.stake, minutes = n.minutes,
               due_on = n.due_on
        from staged n where k.id = n.id and k.state = 'open'
        """,
        [],
    )


# ---- 5: what fits into the day -------------------------------------------------------


def _cut(day: date, most: int) -> int:
    """Mark what is beyond a day's work of each owner; promises always stay on the list."""
    _change(
        """
        update care_card k set over_capacity = r.place > %(most)s and k.priority > 1
        from (
            select card.id, row_number() over (
                partition by coalesce(book.owner_id, -book.id)
                order by card.state = 'open', card.priority, card.stake desc, card.id) as place
            from care_card card join core_book book on book.id = card.book_id
            where card.day = %(day)s
        ) r
        where r.id = k.id and k.day = %(day)s and k.state = 'open'
          and k.over_capacity is distinct from (r.place > %(most)s and k.priority > 1)
        """,
        {"day": day, "most": most},
    )
    return int(
        reads.sql(
            "select count(*) from care_card "
            "where day = %s and over_capacity and state = 'open'",
            [day],
        )[0][0]
    )


def _parts(reasons: list[Reason]) -> list[Part]:
    return [
        Part(reason.trigger.code, reason.priority, reason.stake, reason.due_on)
        for reason in reasons
    ]


def _json(reason: Reason) -> str:
    return json.dumps(reason.facts, ensure_ascii=False)
