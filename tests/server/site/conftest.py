"""A town in which every address leads somewhere."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.server.site.routes import WEEKLY

from regulars.server.alerts import actions as alerts
from regulars.server.campaigns.models import Campaign, Member, Step
from regulars.server.care import actions as care
from regulars.server.complaints import actions as complaints
from regulars.server.complaints import queries as desk
from regulars.server.core import scope
from regulars.server.evidence import actions as evidence
from regulars.server.opportunities import actions as opportunities
from regulars.server.opportunities.actions import About
from regulars.server.plans import actions as plans
from regulars.server.promises import actions as promises
from regulars.server.referrals import actions as referrals
from regulars.server.rewards import actions as rewards
from regulars.server.salons import actions as salons
from regulars.server.salons.models import Guest, Kind
from regulars.server.voice import actions as voice
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """The cast with scores, tiers and cards of a day."""
    complaints.bring_lists(by=TESTS, at=NOON)
    opportunities.install_stages()
    for who in (as_system.li, as_system.zhou, as_system.qian):
        bought(as_system, who, *WEEKLY)
        has_balance(as_system, who, (date(2026, 1, 1), 900_000_00))
        evidence.note(who, "wealth", by=TESTS, at=NOON)
        cause = {"kind": "large_movement", "key": f"town:{who.pk}", "customer": who}
        alerts.raise_(**cause, by=TESTS, at=NOON)
        promises.make(who, text="send the quote", due_on=TODAY, by=TESTS, at=NOON)
        plan = plans.draft(who, aim="grow", by=TESTS, at=NOON)
        plans.add_goal(
            plan, text="come back", measure="own", unit="visits", target=Decimal(3),
            by_on=TODAY + timedelta(days=30), by=TESTS, at=NOON,
        )  # fmt: skip
        plans.add_step(plan, text="visit them", due_on=TODAY, by=TESTS, at=NOON)
        complaints.open_case(
            words="a fee", type=desk.types()[0], channel="call", customer=who, by=TESTS, at=NOON
        )
        deal = opportunities.make(who, About(what="more"), kind="add_on", by=TESTS, at=NOON)
        opportunities.start_proposal(deal, by=as_system.ana, at=NOON)
        referrals.link_of(who, by=TESTS, at=NOON)
        friend = referrals.Friend("王芳", f"1010000010{who.pk % 10}")
        referrals.take_in(who, friend, referrals.Word("referrer"), by=as_system.ana, at=NOON)
        care.plan_visit(who, person=as_system.mei, day=TODAY, topic="review", by=TESTS, at=NOON)
    asked(as_system)
    invited(as_system)
    reached(as_system)
    scored(as_system)
    given(as_system)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    return as_system


def reached(cast: Cast) -> None:
    """Everybody is in a campaign that runs."""
    made = Campaign.objects.create(
        name="金秋", goal="留住", owner=cast.max, made_by=cast.max, made_at=NOON,
        changed_at=NOON, starts_on=TODAY, ends_on=TODAY, state="running", launched_at=NOON,
        launched_by=cast.max, approved_by=cast.lin,
    )  # fmt: skip
    Step.objects.create(campaign=made, position=1, channel="sms", message="autumn")
    for who in (cast.li, cast.zhou, cast.qian):
        Member.objects.create(
            campaign=made, customer=who, book=who.book, wave=1, state="waiting"
        )


def given(cast: Cast) -> None:
    """Everybody has a coupon and waits for a gift; who has a tier used a privilege."""
    told: dict[str, Any] = {"by": TESTS, "at": NOON}
    kind = rewards.write_kind(
        name="洗车券",
        what="thing",
        unit_cost=Decimal(20),
        condition="birthday",
        days=30,
        **told,
    )
    batch = rewards.make_batch(kind, name="2026", size=10, **told)
    tea = rewards.write_gift(
        code="G1", name="茶叶", unit_cost=Decimal(300), condition="none", **told
    )
    rewards.arrive(tea, cast.willow, 10, **told)
    rewards.arrive(tea, cast.lake, 10, **told)
    care_at_home = rewards.write_privilege(
        kind="home_service", name="上门服务", period="year", unit_cost=Decimal(50),
        quotas=dict.fromkeys((5, 4, 3, 2, 1), 9), **told,
    )  # fmt: skip
    for who in (cast.li, cast.zhou, cast.qian):
        rewards.issue(batch, who, key=f"town:{who.pk}", **told)
        rewards.ask(
            who, tea, place=who.book.org_unit, occasion="birthday", reason="60",
            key=f"town:{who.pk}", **told,
        )  # fmt: skip
        rewards.use(who, care_at_home, key=f"town:{who.pk}", **told)


def invited(cast: Cast) -> None:
    """Everybody is on the list of a salon of Willow."""
    salons.install_kinds()
    held = salons.make(
        kind=Kind.objects.all()[0], theme="开放日", branch=cast.willow,
        begins_at=NOON + timedelta(days=9), ends_at=NOON + timedelta(days=9, hours=2),
        capacity=9, by=cast.max, at=NOON,
    )  # fmt: skip
    for who in (cast.li, cast.zhou, cast.qian):
        Guest.objects.create(salon=held, customer=who, source="hand", added_at=NOON)


def asked(cast: Cast) -> None:
    """Everybody was asked whether they would recommend us, and would rather not."""
    survey = voice.make_survey("NPS", preset="nps", by=cast.max, at=NOON)
    version = survey.versions.get()
    wave = voice.launch(version, name="2026 Q4", channel="visit", by=cast.max, at=NOON)
    voice.draw(wave, by=cast.max, at=NOON)
    question = version.questions.all()[0].public_id
    for each in wave.invitations.filter(state="waiting").order_by("pk"):
        voice.answer_link(voice.token(each), {question: 2}, language="", at=NOON)
