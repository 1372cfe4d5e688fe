"""A company tightens a pack, never loosens it: by age, purpose, hours and caps of a tier."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.channels import actions, queries
from regulars.server.channels.models import PolicyVersion
from regulars.server.channels.rules.consents import Standing
from regulars.server.channels.rules.hours import Quiet, never_open, opens_at
from regulars.server.channels.rules.packs import (
    BadPack,
    Pack,
    Policy,
    choices,
    loosened,
    read_policy,
    shut,
)
from regulars.server.channels.rules.policy import Allow, Ask, Context, Deny, Known, Word, decide
from regulars.server.core import queries as core
from regulars.server.core.models import AuditEntry
from regulars.server.customers.queries import measuring
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
YES = Word(Standing.GIVEN, "form")


def pack(code: str = "cn") -> Pack:
    found = queries.pack(code)
    assert found
    return found


def reason(policy: Policy, ask: Ask, **known: Any) -> str:
    words = {("marketing", "sms"): YES, ("marketing", "call"): YES}
    who = Known(**({"zone": SHANGHAI, "consents": words} | known))
    verdict = decide(Context(ask, who, policy.over(pack()), policy))
    return verdict.reason if isinstance(verdict, Deny) else ""


def test_what_the_company_asks_for_beside_the_pack_is_asked() -> None:
    marketing, greeting = Ask("sms", "marketing", NOON), Ask("sms", "greeting", NOON)
    asks = (marketing, greeting, replace(marketing, product_risk=5),
            replace(marketing, approved=False))  # fmt: skip
    strict = Policy(
        minor_age=18, express=("greeting",), needs_approval=True, needs_suitability=True
    )

    loose, tight = ([reason(policy, one) for one in asks] for policy in (Policy(), strict))
    young = [reason(p, marketing, born=date(2010, 1, 1)) for p in (Policy(), strict)]

    assert loose == ["", "", "", ""]
    assert tight == ["", "unasked", "no_risk_result", "not_approved"]
    assert young == ["", "minor"]


def test_a_refusal_may_close_the_way_for_every_purpose_outside_banks_too() -> None:
    words = {("marketing", "sms"): Word(Standing.REFUSED), ("survey", "sms"): YES}
    survey = Ask("sms", "survey", NOON)

    said = [
        reason(Policy(refusal_covers_channel=on), survey, consents=words)
        for on in (False, True)
    ]

    assert said == ["", "channel_refused"]


@given(
    age=st.integers(0, 25),
    switch=st.booleans(),
    express=st.sets(st.sampled_from(["survey", "greeting"])),
)
def test_no_policy_makes_less_of_any_pack(age: int, switch: bool, express: set[str]) -> None:
    policy = Policy(minor_age=age, express=tuple(express), needs_approval=switch)

    for law in queries.all_packs():
        ours = policy.over(law)
        assert ours.minor_age >= law.minor_age
        assert ours.needs_approval >= law.needs_approval
        assert ours.refusal_covers_channel >= law.refusal_covers_channel
        for purpose in ("marketing", "survey", "greeting"):
            for channel in ("sms", "email", "call"):
                if law.basis_of(purpose, channel) == "express":
                    assert ours.basis_of(purpose, channel) == "express"


HOURS = st.builds(
    Quiet,
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 30])),
)
MINUTE = st.integers(0, 24 * 60 - 1)
MIDNIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)


@given(own=HOURS, minute=MINUTE)
def test_no_hours_of_ours_open_what_the_pack_keeps_quiet(own: Quiet, minute: int) -> None:
    at = MIDNIGHT + timedelta(minutes=minute)
    policy = Policy(quiet={"default": own})

    for channel in ("sms", "call"):
        if pack().quiet_of(channel).holds(at.astimezone(SHANGHAI).time()):
            assert reason(policy, Ask(channel, "marketing", at)) != ""


@given(hours=st.lists(HOURS, max_size=3), minute=MINUTE)
def test_when_hours_let_go_none_of_them_holds(hours: list[Quiet], minute: int) -> None:
    at = MIDNIGHT + timedelta(minutes=minute)

    opens = opens_at(hours, at=at, zone=SHANGHAI)

    assert (opens is None) == never_open(hours)
    if opens is not None:
        local = opens.astimezone(SHANGHAI).time()
        assert not any(one.holds(local) for one in hours)
        assert at <= opens < at + timedelta(days=2)


def test_what_is_less_than_the_pack_asks_for_is_named() -> None:
    quiet = {"sms": ["21:00", "08:00"], "default": ["20:00", "10:00"]}
    policy = read_policy({"minor_age": 12, "quiet": quiet}, 1)

    assert loosened(policy, pack()) == {"minor_age": "14", "sms": "20:00–09:00"}


def test_hours_that_leave_none_are_named_with_the_pack() -> None:
    policy = read_policy({"quiet": {"default": ["08:00", "21:00"]}}, 1)

    assert shut(policy, queries.all_packs()) is not None
    assert shut(Policy(), queries.all_packs()) is None


def test_a_bank_does_not_choose_the_rules_of_shops() -> None:
    bank, shop = (
        {one.code for one in choices(queries.all_packs(), trade=trade)}
        for trade in ("bank", "retail")
    )

    assert bank == {"cn-bank", "eu", "uk", "us"}
    assert shop == {"cn", "eu", "uk", "us"}


# ---- with the database -------------------------------------------------------------------


@pytest.mark.django_db
def test_a_policy_waits_for_its_day(as_system: Cast) -> None:
    later = TODAY + timedelta(days=7)
    actions.set_policy({"caps": {"day": 3}}, by=TESTS, at=NOON)
    actions.set_policy({"caps": {"day": 0}}, by=TESTS, at=NOON, effective_on=later)

    days = [queries.company_policy(on=day).caps.day for day in (TODAY, later)]
    states = [state for _one, state in queries.policy_versions(on=TODAY)]
    soon = queries.context(as_system.li, Ask("call", "marketing", NOON + timedelta(days=7)))

    assert days == [3, 0]
    assert states == ["planned", "in_force"]
    assert soon.policy.version == 2
    entry = AuditEntry.objects.filter(action="channels.policy.set").latest("pk")
    assert entry.details["effective_on"] == later.isoformat()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "effective_on", "words"),
    [
        ({"minor_age": 10}, TODAY, "minor_age: 14"),
        ({"quiet": {"default": ["22:00", "07:00"]}}, TODAY, "21:00–09:00"),
        ({}, TODAY - timedelta(days=1), "2026-11-22"),
    ],
)
def test_a_policy_below_the_pack_or_of_the_past_is_refused(
    as_system: Cast, body: dict[str, Any], effective_on: date, words: str
) -> None:
    with pytest.raises(BadPack, match=words):
        actions.set_policy(body, by=TESTS, at=NOON, effective_on=effective_on)

    assert not PolicyVersion.objects.exists()


@pytest.mark.django_db
def test_the_caps_of_a_tier_are_those_of_its_customers(as_system: Cast) -> None:
    none = {"day": 0, "week": 0, "month": 0}
    actions.set_policy({"caps_by_level": {"5": none}}, by=TESTS, at=NOON)
    for customer in (as_system.li, as_system.qian):
        actions.record_consent(
            customer, purpose="marketing", channel="call", said="given", source="form",
            evidence="e", by=TESTS, at=NOON,
        )  # fmt: skip
    known = measuring.levels()
    measuring.know_levels(f"select {as_system.li.pk}::bigint as customer_id, 5 as level")
    try:
        top, other = (
            decide(queries.context(who, Ask("call", "marketing", NOON)))
            for who in (as_system.li, as_system.qian)
        )
    finally:
        measuring.know_levels(known)

    assert getattr(top, "reason", "") == "cap_none"
    assert isinstance(other, Allow)


@pytest.mark.django_db
def test_head_office_tightens_and_sets_caps_by_tier_on_the_page(
    cast: Cast, client: Client
) -> None:
    client.force_login(cast.ada)
    soon = core.local_date(timezone.now()) + timedelta(days=3)
    given = {
        "day": 1, "week": 2, "month": 4, "minor_age": 18, "express": ["greeting"],
        "week_5": 6, "effective_on": soon,
    }  # fmt: skip
    less = {"minor_age": 9, "quiet_from": "22:00", "quiet_to": "08:00"}

    loose, done = (client.post("/policy/", one) for one in (given | less, given))
    page = client.get("/policy/").content.decode()

    assert (loose.status_code, done.status_code) == (422, 302)
    assert "规则包要求 14，只能更严。" in loose.content.decode()
    assert "规则包要求 21:00–09:00，只能更严。" in loose.content.decode()
    body = PolicyVersion.objects.get().body
    assert body["caps_by_level"] == {"5": {"day": 1, "week": 6, "month": 4}}
    assert (body["minor_age"], body["express"]) == (18, ["greeting"])
    assert "待生效" in page


@pytest.mark.django_db
def test_the_page_says_what_the_pack_in_force_asks_for(cast: Cast, client: Client) -> None:
    client.force_login(cast.ada)

    page = client.get("/policy/").content.decode()

    assert "中国内地（银行与保险）" in page
    assert "20:00–09:00" in page
    # A bank's pack asks for it already.
    assert 'name="needs_suitability"' not in page
