"""Whom the reasons are about: tier, stake, consent; and which reasons they ever had."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date

from regulars.base.periods import year_before
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import TIER_OF, sql
from regulars.server.care.rules.detect import Morning, Subject
from regulars.server.care.rules.gain import Tally
from regulars.server.care.rules.policy import UNTIERED
from regulars.server.channels.rules import marketing_channels
from regulars.server.standards import queries as standards

YOUNGEST = 14  # no marketing to children below this age


def subjects(ids: Iterable[int], sight: Sight) -> dict[int, Subject]:
    """Tier, stake and consent of these customers; closed files are left out."""
    morning, run, tiered = sight.morning, sight.run, sight.tiered
    found = sql(
        f"""
        select c.id, c.book_id, coalesce(a.level, {UNTIERED}), coalesce(s.stake, 0),
               c.consents::text, c.blocked_channels, c.birth_date, c.do_not_contact,
               c.kind, u.path, c.business_class, h.customer_id is not null
        from unnest(%(ids)s::bigint[]) as wanted(id)
        join customers_customer c on c.id = wanted.id
        join core_book b on b.id = c.book_id
        join core_orgunit u on u.id = b.org_unit_id
        left join ({standards.HOLDING}) h on h.customer_id = c.id
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
            "day": morning.day,
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
            kind=kind,
            unit=path,
            business_class=klass,
            self_service=steered,
        )
        for (
            customer,
            book,
            level,
            stake,
            consents,
            blocked,
            born,
            unwanted,
            kind,
            path,
            klass,
            steered,
        ) in found
    }


def existing(asked: Iterable[tuple[str, int]]) -> Iterator[tuple[str, int, str, str, int]]:
    """Tasks these customers ever had for these triggers: with cycle, state and id.

    Pairs of both: what a customer had for other reasons in years is not read.
    """
    pairs = set(asked)
    yield from sql(
        "select t.trigger, t.customer_id, t.cycle, t.state, t.id "
        "from unnest(%s::text[], %s::bigint[]) as k(trigger, customer) "
        "join care_task t on t.trigger = k.trigger and t.customer_id = k.customer "
        "order by t.id",
        [[trigger for trigger, _ in pairs], [customer for _, customer in pairs]],
    )


def tallies(day: date) -> dict[str, Tally]:
    """What a year's contacts came to, by the reason they were made for."""
    return {
        trigger: Tally(made, won)
        for trigger, made, won in sql(
            """
            select t.trigger, count(*),
                   count(*) filter (where k.outcome in ('interested', 'done'))
            from care_task t join care_card k on k.id = t.card_id
            where k.state = 'done' and k.outcome <> '' and k.outcome <> 'wrong_number'
              and k.day > %s::date - 365 and k.day < %s
            group by t.trigger order by 1
            """,
            [day, day],
        )
    }


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
