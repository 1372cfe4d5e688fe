"""Opportunities of the demo: two years of them, and what stands around the open ones.

The years are written at once; bundles, rules, proposals and strategies go through the same
doors as those of people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zlib import crc32

from regulars.server.core import queries as core
from regulars.server.core.audit import System
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities import actions, loading
from regulars.server.opportunities.loading import stories
from regulars.server.opportunities.models import Opportunity, Part
from regulars.server.plans import actions as plans
from regulars.server.plans.models import Plan
from regulars.server.products.models import Product
from regulars.server.tiers.models import Assignment
from regulars.server.trade.models import ContactPerson

DEMO = System("demo")
PROPOSED, ACCOUNTS = 24, 12
# Signals that the demo bank lets make opportunities by themselves, and from which sum on.
RULES = (("deposit_maturity", "trade_in", 800_000), ("idle_balance", "add_on", 600_000))


def live(*, kind: str, today: date, at: datetime) -> None:
    """Two years of opportunities, and what people do with those that are open."""
    actions.install_stages()
    if kind == "bank":
        _bundles(at)
    loading.bring_invented(today=today, by=DEMO, at=at)
    actions.prove(by=DEMO, at=at)
    actions.measure_stages(by=DEMO, at=at)
    actions.mark_forecast(today, by=DEMO, at=at)
    _proposals(today, at)
    _accounts(today)
    for signal, what, least in RULES if kind == "bank" else ():
        actions.save_rule(
            signal=signal, kind=what, product=None, least=Decimal(least), share=Decimal(0),
            is_on=True, by=DEMO, at=at,
        )  # fmt: skip


def _bundles(at: datetime) -> None:
    for name, name_en, words, price, kinds, levels, whom in stories.BUNDLES:
        found = [
            product
            for each in kinds
            if (product := Product.objects.filter(kind=each).order_by("code").first())
        ]
        if len(found) > 1:
            actions.save_bundle(
                None, parts=[(each, "") for each in found], name=name, name_en=name_en,
                words=words, price=price, levels=list(levels), kind=whom, by=DEMO, at=at,
            )  # fmt: skip


def _proposals(today: date, at: datetime) -> None:
    """Those far enough have a proposal; most went out, some came back in a new version."""
    far = Opportunity.objects.open().filter(
        stage__code__in=["proposal", "negotiation"], product__isnull=False
    )
    rows = far.select_related("customer__book__owner", "product").order_by("pk")
    for n, deal in enumerate(rows[:PROPOSED]):
        owner = deal.customer.book.owner
        if owner is None:
            continue
        then = max(deal.moved_at, at - timedelta(days=20))
        made = actions.start_proposal(deal, by=owner, at=then)
        actions.change_proposal(
            made, title=made.title, opening=stories.OPENING, closing=stories.CLOSING,
            valid_until=today + timedelta(days=30), by=owner, at=then,
        )  # fmt: skip
        if not made.parts.filter(kind=Part.Kind.NEED).exists():
            actions.put_part(
                made, kind="need", text=deal.because or "把钱安排得更稳一些。",
                evidence="客户自己说的", by=owner, at=then,
            )  # fmt: skip
        if made.parts.filter(kind=Part.Kind.OFFER).exists() and n % 4:
            actions.send(made, how="当面递交", by=owner, at=then + timedelta(hours=2))
        if n % 4 == 2:
            again = actions.start_proposal(deal, by=owner, at=then + timedelta(days=1))
            actions.put_part(
                again, kind="words", text="按您上次的意见，期限改短了一档。", by=owner,
                at=then + timedelta(days=1),
            )  # fmt: skip


def _accounts(today: date) -> None:
    """Where we stand with the firms that have a plan."""
    for n, plan in enumerate(_plans(today)):
        owner = plan.customer.book.owner or Person()
        phase, why = stories.WHYS[n % len(stories.WHYS)]
        begun = _when(today, -44)
        before = stories.WHYS[n % len(stories.WHYS) - 1]
        made = actions.begin_strategy(
            plan, phase=before[0], why=before[1], rivals=stories.RIVALS[n % 3],
            strengths="办得快，有人管", by=owner, at=begun,
        )  # fmt: skip
        actions.turn(made, phase=phase, why=why, by=owner, at=_when(today, -12))
        _people(plan, owner, today)
        text, move = stories.OBSTACLES[n % len(stories.OBSTACLES)]
        actions.add_obstacle(
            plan, text=text, move=move, due_on=today + timedelta(days=4 + n), by=owner,
            at=_when(today, -6),
        )  # fmt: skip


def _people(plan: Plan, owner: Person, today: date) -> None:
    found = ContactPerson.objects.filter(customer=plan.customer).order_by("pk")
    weight = {"decides": 3, "opponent": 2, "influences": 2, "champion": 2}
    for contact in found[:3]:
        if _dice(contact.name, 4):
            actions.set_stance(
                contact, influence=weight.get(contact.role, 1), wants=contact.note[:200],
                keeper=owner, by=owner, at=_when(today, -10),
            )  # fmt: skip


def _plans(today: date) -> Iterator[Plan]:
    """Plans of firms; the largest firms without one are given one, as their owner would."""
    found = Plan.objects.filter(state=Plan.State.IN_FORCE, customer__kind="organization")
    known = list(found.select_related("customer__book__owner").order_by("pk")[:ACCOUNTS])
    yield from known
    firms = Assignment.objects.standing().filter(
        customer__kind="organization", customer__book__owner__is_active=True
    )
    largest = firms.order_by("-value", "customer").values_list("customer", flat=True)
    bare = Customer.objects.filter(pk__in=largest[: 3 * ACCOUNTS]).exclude(
        care_plans__state__in=["draft", "in_force"]
    )
    rows = bare.select_related("book__owner").order_by("pk")
    yield from (_drawn(each, today) for each in rows[: ACCOUNTS - len(known)])


def _drawn(firm: Customer, today: date) -> Plan:
    owner, then = firm.book.owner or Person(), _when(today, -46)
    made = plans.draft(firm, aim="成为主办行：先稳住结算，再谈代发和授信。", by=owner, at=then)
    plans.add_goal(
        made, text="与财务负责人见面", measure="own", unit="次", start=Decimal(0),
        target=Decimal(3), by_on=today + timedelta(days=120), by=owner, at=then,
    )  # fmt: skip
    plans.add_step(
        made, text="约总经理当面谈一次", due_on=today + timedelta(days=9), by=owner, at=then
    )
    review = today + timedelta(days=30)
    return plans.begin(made, review_on=review, by=owner, at=then)


def _when(day: date, days: int) -> datetime:
    """Eleven in the morning so many days from a day."""
    return datetime.combine(day + timedelta(days=days), time(11), core.time_zone())


def _dice(what: str, sides: int) -> int:
    return crc32(what.encode()) % sides
