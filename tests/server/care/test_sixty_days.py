"""A bank lives through sixty days: its people work their lists, and everything is recounted.

The people are simulated with known behaviour: who answers, who is talked into staying, who
wants no marketing ever. The recount knows nothing of how cards are made: it goes through
every task, contact and tier one by one.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyarrow.compute as pc
import pytest
from django.db import transaction
from django.db.models.functions import Mod
from tests.server.care import recounts

from regulars.engine import synthetic
from regulars.server.alerts import actions as alerts
from regulars.server.alerts.models import Alert
from regulars.server.care import actions
from regulars.server.care.models import Card, Task
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.team import in_time
from regulars.server.care.rules import Morning
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.policy import Policy
from regulars.server.core import actions as people
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.scoring import actions as scoring
from regulars.server.scoring.models import Run
from regulars.server.site import demo
from regulars.server.tiers import actions as tiers
from regulars.server.tiers.models import TierRun
from regulars.testing.cast import TESTS

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
FIRST, DAYS, EVERY = date(2026, 9, 1), 60, 6
LAST = FIRST + timedelta(days=DAYS - 1)
CUSTOMERS, SEED = 2_000, 7
SPLIT = 3  # each book of the synthetic bank becomes so many, each with somebody of its own
# When the clock of alerts runs on a working day (UTC; the wall says eight hours more).
TICKS = tuple(time(hour, 30) for hour in range(1, 10))
MINUTES = 40  # a day's time for cards: too short for everything, so that order matters
# What a talk really changes, by its strongest reason; the system is not told.
TRUTH = {
    "deposit_maturity": 0.45,
    "wealth_maturity": 0.30,
    "large_outflow": 0.12,
    "became_dormant": 0.02,
    "tier_threshold": 0.15,
    "aum_drop": 0.05,
    "churn_risk_up": 0.04,
    "large_inflow": 0.20,
}
USUAL = 0.01


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@dataclass
class Bank:
    """The company of the drill, and what happened to it on the way."""

    kept: Decimal = Decimal(0)
    worked: Counter[str] = field(default_factory=Counter)
    refused: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    ticks: list[datetime] = field(default_factory=list)  # when the clock of alerts ran

    def settle(self) -> None:
        """Open the bank: two months of facts lie ahead of it, unseen."""
        company = synthetic.bank(customers=CUSTOMERS, seed=SEED, until=LAST)
        at = noon(FIRST - timedelta(days=1))
        demo._company(company, at=at)
        demo._people(company, at=at)
        demo._customers(company, at=at)
        tiers.install_presets(by=TESTS, at=at)
        for name in demo.FACTS:
            demo._facts(name, company, at=at)
        past = pc.less(company.interactions.column("occurred_at"), noon(FIRST))
        before = replace(company, interactions=company.interactions.filter(past))
        demo._touches(before, at=at)
        self._staff(at)

    def _staff(self, at: datetime) -> None:
        """Give every place more people, and deal the customers of each book among them."""
        for book in Book.objects.filter(owner__isnull=False).select_related("org_unit"):
            for n in range(1, SPLIT):
                rm = people.add_person(
                    username=f"{book.code.lower()}-{n}", name=f"{book.code}-{n}", role="rm",
                    org_unit=book.org_unit, by=TESTS, at=at,
                )  # fmt: skip
                beside = people.add_book(
                    code=f"{book.code}-{n}", name=rm.name, org_unit=book.org_unit, owner=rm,
                    by=TESTS, at=at,
                )  # fmt: skip
                dealt = Customer.objects.filter(book=book).annotate(n=Mod("pk", SPLIT))
                dealt.filter(n=n).update(book=beside)

    def score(self, day: date) -> Run:
        run = scoring.run_scoring(by=TESTS, at=noon(day), as_of=day - timedelta(days=1))
        tiers.assign(run, by=TESTS, at=noon(day))
        return run


@contextmanager
def tried() -> Iterator[None]:
    """Live through something, and let it never have been."""
    with transaction.atomic():
        mark = transaction.savepoint()
        yield
        transaction.savepoint_rollback(mark)


def flip(runs: dict[date, Run], day: date) -> None:
    """Make the newest scores of a day current."""
    newest = max(on for on in runs if on <= day)
    run = runs[newest]
    Run.objects.filter(is_current=True).exclude(pk=run.pk).update(is_current=False)
    Run.objects.filter(pk=run.pk).update(is_current=True)
    TierRun.objects.filter(is_current=True).exclude(run=run).update(is_current=False)
    TierRun.objects.filter(run=run).update(is_current=True)


Order = Callable[[list[Card], random.Random], list[Card]]


def by_page(cards: list[Card], luck: random.Random) -> list[Card]:
    """As Today shows them: the listed ones, class first, then the gain of a minute."""
    listed = [card for card in cards if not card.over_capacity]
    return sorted(listed, key=lambda c: (c.priority, -c.gain / max(c.minutes, 1), -c.stake))


def by_gain(cards: list[Card], luck: random.Random) -> list[Card]:
    return sorted(cards, key=lambda c: (-c.gain / max(c.minutes, 1), -c.stake, c.pk))


def by_value(cards: list[Card], luck: random.Random) -> list[Card]:
    return sorted(cards, key=lambda c: (-c.stake, c.pk))


def at_random(cards: list[Card], luck: random.Random) -> list[Card]:
    cards = sorted(cards, key=lambda c: c.pk)
    luck.shuffle(cards)
    return cards


def work(bank: Bank, day: date, order: Order) -> None:
    """Everybody works the list until the day's minutes are over."""
    at = noon(day)
    for rm in Person.objects.filter(role="rm", books__isnull=False).distinct().order_by("pk"):
        luck = random.Random(f"{SEED}:{day}:{rm.username}")
        cards = Card.objects.filter(
            book__owner=rm, day__lte=day, state="open", desk="rm"
        ).prefetch_related("tasks")
        left = MINUTES
        for card in order(list(cards), luck):
            if left < card.minutes:
                break
            left -= card.minutes
            talk(bank, card, rm, at)


def talk(bank: Bank, card: Card, rm: Person, at: datetime) -> None:
    """What comes of a call depends on the customer, the day and the reason, on nothing else."""
    luck = random.Random(f"{SEED}:{card.customer_id}:{at:%Y%m%d}")
    roll = luck.random()
    if roll < 0.25:
        actions.record_outcome(card, outcome="no_answer", step="call_3", by=rm, at=at)
        bank.worked["no answer"] += 1
        return
    if roll < 0.28:
        until = at.date() + timedelta(days=4)
        actions.snooze(card, until=until, reason="asked", by=rm, at=at)
        bank.worked["put off"] += 1
        return
    if roll < 0.29:
        actions.record_outcome(card, outcome="reached", step="refused_all", by=rm, at=at)
        bank.refused.add(card.customer_id)
        bank.worked["refused"] += 1
        return
    open_tasks = [task for task in card.tasks.all() if task.state == "open"]
    won = Decimal(0)
    for task in open_tasks:
        if luck.random() < TRUTH.get(task.trigger, USUAL):
            won = max(won, task.stake)
    bank.kept += won
    outcome, step = ("interested", "done") if won else ("reached", "done")
    actions.record_outcome(card, outcome=outcome, step=step, by=rm, at=at)
    bank.worked[outcome] += 1


def live(bank: Bank, runs: dict[date, Run], order: Order, *, check: bool) -> Bank:
    """Sixty mornings and what people make of them."""
    work_days = core.work_calendar()
    for offset in range(DAYS):
        day = FIRST + timedelta(days=offset)
        flip(runs, day)
        morning = noon(day) - timedelta(hours=7)
        actions.plan(day=day, by=TESTS, at=morning)
        if check:
            again(bank, day, morning)
            nothing_lost(bank, day)
        if work_days.is_workday(day):
            if check:
                tick(bank, day, before_noon=True)
            work(bank, day, order)
            if check:
                tick(bank, day, before_noon=False)
    return bank


def tick(bank: Bank, day: date, *, before_noon: bool) -> None:
    """The clock of alerts runs, then people take note of some and close some."""
    for clock in TICKS:
        at = datetime.combine(day, clock, UTC)
        if (at < noon(day)) is not before_noon:
            continue
        bank.ticks.append(at)
        while alerts.escalate(by=TESTS, at=at):
            pass
        for alert in Alert.objects.live().filter(holder__isnull=False).order_by("pk"):
            luck = random.Random(f"{SEED}:{alert.key}:{at}").random()
            assert alert.holder is not None
            if alert.state == Alert.State.OPEN and luck < 0.12:
                alerts.acknowledge(alert, by=alert.holder, at=at)
            elif alert.state == Alert.State.ACKNOWLEDGED and luck < 0.05:
                alerts.close(alert, outcome="handled", by=alert.holder, at=at)


def again(bank: Bank, day: date, at: datetime) -> None:
    """The same morning once more creates nothing."""
    before = list(Task.objects.order_by("pk").values_list("pk", "state", "cycle", "card"))
    made = actions.plan(day=day, by=TESTS, at=at)
    after = list(Task.objects.order_by("pk").values_list("pk", "state", "cycle", "card"))
    if before != after or made.counts["tasks"] or made.counts["cards"]:
        bank.problems.append(f"{day}: the second run changed something")


def nothing_lost(bank: Bank, day: date) -> None:
    """Every open task lies on a card that somebody sees today, or waits for a named day."""
    series: Counter[tuple[str, int, str]] = Counter()
    for task in Task.objects.filter(state="open").select_related("card", "customer"):
        card = task.card
        seen = card.state == "open" and card.day <= day
        waits = card.state in ("snoozed", "done") and card.next_on and card.next_on > day
        # What came due on a day whose card is closed already comes back the next morning.
        rests = card.state in ("snoozed", "done") and card.next_on and card.next_on <= day
        if not (seen or waits or rests):
            bank.problems.append(f"{day}: {task.trigger} of {task.customer_id} is lost")
        refused = task.customer_id in bank.refused
        if refused and TRIGGERS[task.trigger].marketing and seen:
            bank.problems.append(f"{day}: marketing to {task.customer_id}, who refused")
        of = task.cycle.rpartition(":")[0] or task.cycle
        series[task.trigger, task.customer_id, of] += 1
    twice = [key for key, count in series.items() if count > 1]
    if twice:
        bank.problems.append(f"{day}: twice on a list: {twice[:3]}")
    cards = Counter(
        Card.objects.of_day(day)
        .exclude(state__in=["expired", "gone"])
        .values_list("customer_id", "desk")
    )
    if max(cards.values(), default=0) > 1:
        bank.problems.append(f"{day}: two cards of one customer")


def test_a_bank_lives_through_sixty_days() -> None:
    scope.set_scope(scope.EVERYBODY)
    bank = Bank()
    bank.settle()
    days = range(-30, DAYS, EVERY)
    runs = {
        FIRST + timedelta(days=n): bank.score(FIRST + timedelta(days=n))
        for n in days
        if n == -30 or n >= 0
    }
    company = core.company()
    assert company is not None
    company.settings = company.settings | {"minutes_a_day": MINUTES}
    company.save()

    kept: dict[str, Decimal] = {}
    for name, order in (
        ("the page", by_page),
        ("gain", by_gain),
        ("value", by_value),
        ("random", at_random),
    ):
        with tried():
            one = live(Bank(), runs, order, check=name == "the page")
            kept[name] = one.kept
            if name == "the page":
                by_standard = recounts.standing(LAST)
                report(one, by_standard)
                told = overdue_told(by_standard)
                bank.problems = one.problems + disagreements(by_standard) + on_time(one)
    shares = {name: f"{value / kept['random']:.2f}" for name, value in kept.items()}
    print(f"kept, of what random order keeps: {shares}")  # noqa: T201

    assert bank.problems == [], "\n".join(bank.problems)
    assert told == []
    assert kept["gain"] > kept["value"]
    assert kept["gain"] > kept["random"]
    assert kept["the page"] > kept["random"]


def overdue_told(by_standard: recounts.Standing) -> list[int]:
    """Customers who are overdue by the recount and of whom no list ever spoke."""
    told = Task.objects.filter(trigger="contact_overdue")
    spoken = set(told.values_list("customer_id", flat=True))
    closed = set(Customer.objects.exclude(state="active").values_list("pk", flat=True))
    return sorted(by_standard.overdue - spoken - closed)


def disagreements(by_standard: recounts.Standing) -> list[str]:
    """What the morning and the pages say of the standard, where the recount says otherwise."""
    company = core.company()
    assert company is not None
    policy = Policy.of(company.settings, kind=company.kind)
    morning = Morning(LAST, core.work_calendar(), policy)
    sight = reads.Sight(morning, None, datetime.now(UTC))
    found = {row.customer_id for row in reads.overdue(sight)}  # and those told of before
    told = Task.objects.filter(trigger="contact_overdue", customer__in=by_standard.overdue)
    overdue = found | set(told.values_list("customer_id", flat=True))
    kept = in_time(
        list(Book.objects.values_list("pk", flat=True)), LAST, viewer=Person.objects.all()[0]
    )
    met, due = (sum(part) for part in zip(*kept.values(), strict=True))
    problems = []
    if overdue != by_standard.overdue:
        problems.append(f"overdue: {len(overdue ^ by_standard.overdue)} customers differ")
    if (met, due) != (len(by_standard.met), len(by_standard.due)):
        problems.append(
            f"the page says {met} of {due} in time, the recount "
            f"{len(by_standard.met)} of {len(by_standard.due)}"
        )
    return problems


def on_time(bank: Bank) -> list[str]:
    """Escalations as a slow clock and a line read off the tree would have them."""
    counted, problems = recounts.escalations(bank.ticks)
    print(  # noqa: T201
        f"{Alert.objects.count():,} alerts, the clock ran {len(bank.ticks)} times: "
        f"{dict(counted)}, {len(problems)} steps out of time or out of line"
    )
    return problems[:20]


def report(bank: Bank, by_standard: recounts.Standing) -> None:
    tasks = Counter(Task.objects.values_list("state", flat=True))
    by_trigger = Counter(Task.objects.values_list("trigger", flat=True))
    print(  # noqa: T201
        f"\n{CUSTOMERS:,} customers, {DAYS} days, {Person.objects.filter(role='rm').count()} "
        f"people: {sum(tasks.values()):,} tasks {dict(tasks)}, {Card.objects.count():,} cards; "
        f"results {dict(bank.worked)}; problems {len(bank.problems)}\n"
        f"by the standard {len(by_standard.due):,} due, {len(by_standard.met):,} met, "
        f"{len(by_standard.overdue):,} overdue\n{dict(by_trigger)}"
    )
