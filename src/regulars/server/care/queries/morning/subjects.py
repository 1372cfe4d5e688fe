"""Whom the reasons are about: tier, stake, consent; and which reasons they ever had."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import sql
from regulars.server.care.rules.detect import Morning, Subject
from regulars.server.care.rules.gain import Tally
from regulars.server.care.rules.policy import UNTIERED
from regulars.server.channels.rules import marketing_channels
from regulars.server.standards import queries as standards


def subjects(ids: Iterable[int], sight: Sight) -> dict[int, Subject]:
    """Tier, stake and consent of these customers; closed files are left out.

    While a complaint is open nothing is open to marketing.
    """
    morning = sight.morning
    found = sql(
        f"""
        select c.id, c.book_id, coalesce(c.level, {UNTIERED}), c.stake, c.consents::text,
               c.blocked_channels, c.unwanted, c.kind, u.path, c.business_class,
               h.customer_id is not null
        from unnest(%(ids)s::bigint[]) as wanted(id)
        join {sight.whom} c on c.id = wanted.id and c.living
        join core_book b on b.id = c.book_id
        join core_orgunit u on u.id = b.org_unit_id
        left join ({standards.HOLDING}) h on h.customer_id = c.id
        """,
        {"ids": list(ids), "day": morning.day},
    )
    # A handful of answers repeats over everybody: read each JSON text once.
    known: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
    return {
        customer: Subject(
            customer_id=customer,
            book_id=book,
            level=level,
            stake=stake,
            marketing=() if unwanted else _marketing(known, consents, tuple(blocked), morning),
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
            unwanted,
            kind,
            path,
            klass,
            steered,
        ) in found
    }


def refused(codes: Iterable[str], sight: Sight) -> list[int]:
    """Open tasks that must not stand: marketing (these triggers) to who said no since, and
    anything to who died or whom a legal block stops.

    A handful of answers repeats over everybody: judged once each, in groups.
    """
    morning = sight.morning
    groups = sql(
        f"""
        select array_agg(t.id), c.consents::text, c.blocked_channels,
               not c.living or c.unwanted as refuses
        from care_task t join {sight.whom} c on c.id = t.customer_id
        where t.state = 'open' and (t.trigger = any (%(codes)s) or not c.living)
        group by c.consents, c.blocked_channels, refuses
        """,
        {"codes": list(codes)},
    )
    return [
        task
        for tasks, consents, blocked, refuses in groups
        if refuses or not _agreed(consents, blocked, morning)
        for task in tasks
    ]


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
        known[consents, blocked] = _agreed(consents, blocked, morning)
    return known[consents, blocked]


def _agreed(consents: str, blocked: Iterable[str], morning: Morning) -> tuple[str, ...]:
    return marketing_channels(
        json.loads(consents), tuple(blocked), unknown=morning.policy.unknown_consent
    )
