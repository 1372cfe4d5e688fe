"""What a marketer sees while planning: how many, who, what can be shown, what it costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from regulars.base.errors import RegularsError
from regulars.server.campaigns.models import Campaign
from regulars.server.campaigns.queries.audience import ids as asked_ids
from regulars.server.content import queries as content
from regulars.server.content.queries import Sendable
from regulars.server.content.queries.previewing import Shown, some_customers
from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.delivery import queries as delivery
from regulars.server.experiments import queries as experiments
from regulars.server.experiments.queries import saying
from regulars.server.experiments.rules import History, sight
from regulars.server.experiments.rules.judging import RATES
from regulars.server.facts import queries as facts
from regulars.server.tiers import queries as tiers

SHARES = (0.05, 0.10, 0.20, 0.30)
BEFORE = 90


@dataclass(frozen=True)
class Part:
    """One tier or branch of an audience."""

    name: str
    people: int
    share: float
    code: str = ""


@dataclass(frozen=True)
class Sight:
    """What a share that is left alone can show."""

    share: float
    alone: int
    words: str
    is_this: bool


@dataclass(frozen=True)
class Outlook:
    """An audience as it is now."""

    people: int
    problem: str = ""
    tiers: Sequence[Part] = ()
    branches: Sequence[Part] = ()
    ways: Sequence[tuple[str, int]] = ()
    alone: int = 0
    sights: Sequence[Sight] = ()
    usual: str = ""

    @property
    def meant(self) -> int:
        return self.people - self.alone


def outlook(viewer: Person, campaign: Campaign, at: datetime) -> Outlook:
    """Ask the audience, and what can be seen of so many people."""
    try:
        ids = asked_ids(viewer, campaign, at)
    except RegularsError as problem:
        return Outlook(0, str(problem))
    if not ids:
        return Outlook(0)
    seen, usual = _sights(viewer, campaign, ids, at)
    branches, ways = _places(ids)
    return Outlook(
        len(ids), "", _tiers(ids), branches, ways,
        round(len(ids) * campaign.holdout), seen, usual,
    )  # fmt: skip


def _tiers(ids: Sequence[int]) -> list[Part]:
    counted: dict[tuple[int, str, str], int] = {}
    for mark, n in tiers.count_tiers(ids):
        key = (mark.level, mark.code, mark.name)
        counted[key] = counted.get(key, 0) + n
    found = sorted(counted.items(), reverse=True)
    return [Part(name, n, n / len(ids), code) for (_level, code, name), n in found]


# One array, not as many parameters as people: with those the database plans for seconds.
PLACES = """
select b.org_unit_id, count(*), count(*) filter (where c.phone <> ''),
       count(*) filter (where c.email <> ''), count(*) filter (where c.wecom_id <> '')
from customers_customer c join core_book b on b.id = c.book_id
where c.id = any (%s::bigint[]) group by 1"""


def _places(ids: Sequence[int]) -> tuple[list[Part], list[tuple[str, int]]]:
    """How many each branch has, and how many have an address of each way; consent and caps
    are asked when it goes out."""
    with connection.cursor() as db:
        db.execute(PLACES, [list(ids)])
        rows = db.fetchall()
    units = OrgUnit.objects.in_bulk([row[0] for row in rows])
    parts = [Part(str(units[pk]), n, n / len(ids), units[pk].code) for pk, n, *_ways in rows]
    sms, email, wecom = (sum(row[n] for row in rows) for n in (2, 3, 4))
    ways = [("sms", sms), ("email", email), ("wecom", wecom), ("call", sms)]
    return sorted(parts, key=lambda part: (-part.people, part.code)), ways


def _sights(
    viewer: Person, campaign: Campaign, ids: Sequence[int], at: datetime
) -> tuple[list[Sight], str]:
    """The smallest effect that each share can show, by how these people were before."""
    history = history_of(viewer, campaign, ids, at)
    if history.customers < 2 or history.deviation == 0:
        return [], ""
    shares = sorted({*SHARES, *([campaign.holdout] if campaign.holdout > 0 else [])})
    is_rate = campaign.outcome in RATES
    found = []
    for share in shares:
        seen = sight(history, customers=max(len(ids), 2), share=share, is_rate=is_rate)
        words = saying.change(campaign.outcome, seen.difference)
        found.append(Sight(share, round(len(ids) * share), words, share == campaign.holdout))
    return found, saying.amount(campaign.outcome, history.mean)


def history_of(viewer: Person, campaign: Campaign, ids: Sequence[int], at: datetime) -> History:
    """How the outcome was of these people over the last whole window that facts cover."""
    today = core.local_date(at)
    return experiments.history(
        viewer, campaign.outcome, until=facts.last_day(until=today) or today,
        window_days=campaign.window_days, before_days=BEFORE, customers=ids,
        margin=float(campaign.margin or 0),
    )  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """A message as some customers would get it, and what one of them weighs."""

    shown: Sequence[Shown]
    parts: int | None
    each: Decimal | None
    is_for_people: bool


def sample(viewer: Person, code: str, at: datetime) -> Sample | None:
    """How a message reads to three customers; None where none is in force."""
    text = content.message_in_force(code) if code else None
    if text is None:
        return None
    sendable: Sendable = content.sendable(text)
    some = some_customers(viewer, sendable, on=core.local_date(at))
    weights = [each.weight for each in some.shown if each.weight]
    parts = max((weight.size.parts for weight in weights), default=None)
    costs = [weight.cost for weight in weights if weight.cost is not None]
    for_people = sendable.message.channel in ("call", "visit")
    return Sample(some.shown, parts, max(costs, default=None), for_people)


@dataclass(frozen=True)
class Estimate:
    """What it will cost about, line by line, if everybody takes the first way they have."""

    lines: Sequence[tuple[str, int, Decimal | None, Decimal | None]]
    fixed: Decimal
    each: Decimal
    total: Decimal
    budget: Decimal | None

    @property
    def is_over(self) -> bool:
        return self.budget is not None and self.total > self.budget


def estimate(campaign: Campaign, seen: Outlook, samples: Mapping[str, Any]) -> Estimate:
    """The most that the ways can cost: each of those who have the address, at its price."""
    left, lines, total = seen.meant, [], campaign.fixed_cost
    reach = dict(seen.ways)
    for step in campaign.steps.order_by("position"):
        people = min(left, reach.get(step.channel, left))
        if seen.people:
            people = min(people, round(reach.get(step.channel, seen.people)
                                       * seen.meant / seen.people))  # fmt: skip
        one = samples.get(step.message)
        price = one.each if one else None
        if price is None and not step.is_work:
            line = delivery.line_for(step.channel)
            price = line.part_price if line else None
        cost = price * people if price is not None else None
        lines.append((str(step.get_channel_display()), people, price, cost))
        total += cost or Decimal(0)
        left -= people
    each = campaign.cost_each * seen.meant
    return Estimate(lines, campaign.fixed_cost, each, total + each, campaign.budget)
