"""May we, and why not: the order of the rules, the packs, the caps, the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.server.channels import actions, queries
from regulars.server.channels.models import Decision, Suppression
from regulars.server.channels.rules import addresses
from regulars.server.channels.rules.consents import Standing
from regulars.server.channels.rules.hours import Quiet
from regulars.server.channels.rules.packs import (
    BadPack,
    Caps,
    Policy,
    choose,
    read_pack,
    read_policy,
)
from regulars.server.channels.rules.policy import (
    ORDER,
    WINDOWS,
    Allow,
    Ask,
    Context,
    Deny,
    Known,
    Outcome,
    Word,
    decide,
    walk,
)
from regulars.testing.cast import NOON, TESTS, Cast

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEVER = Quiet(time(0), time(0))
YES = Word(Standing.GIVEN, "form")


def pack(code: str = "cn-bank") -> Any:
    found = queries.pack(code)
    assert found
    return found


def ask(channel: str = "sms", purpose: str = "marketing", **more: Any) -> Ask:
    return Ask(**({"channel": channel, "purpose": purpose, "at": NOON} | more))


def known(**more: Any) -> Known:
    words = {("marketing", channel): YES for channel in ("call", "wecom", "sms", "email")}
    return Known(**({"zone": SHANGHAI, "consents": words} | more))


def answer(
    asked: Ask | None = None,
    who: Known | None = None,
    code: str = "cn-bank",
    policy: Policy | None = None,
    touched: Sequence[datetime] = (),
    sleepless: bool = False,
) -> Allow | Deny:
    rules = replace(pack(code), quiet={"default": NEVER}) if sleepless else pack(code)
    return decide(Context(asked or ask(), who or known(), rules, policy or Policy(), touched))


def no(verdict: Allow | Deny) -> tuple[str, str]:
    assert isinstance(verdict, Deny)
    return verdict.rule_id, verdict.reason


def test_the_rules_stand_in_the_order_that_is_written() -> None:
    assert [rule for rule, _judge in ORDER] == [
        *("deceased", "legal", "minor", "jurisdiction", "consent", "refusal", "suitability"),
        *("content", "holdout", "cap", "quiet", "health"),
    ]


# What each rule objects to; every one of them at once gives the first.
WRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "deceased": ({}, {"deceased": True}),
    "legal": ({}, {"legal_block": "court order"}),
    "minor": ({}, {"born": date(2015, 1, 1)}),
    "jurisdiction": ({}, {}),
    "consent": ({}, {"consents": {}}),
    "refusal": ({}, {"do_not_contact": True}),
    "suitability": ({"product_risk": 5}, {"risk": 2}),
    "content": ({"approved": False}, {}),
    "holdout": ({"holdout": True}, {}),
    "cap": ({}, {}),
    "quiet": ({"at": datetime(2026, 11, 23, 14, 0, tzinfo=UTC)}, {}),
    "health": ({}, {"reachable": frozenset()}),
}


@given(st.sets(st.sampled_from(sorted(WRONG))))
def test_of_several_objections_the_first_in_order_decides(wrong: set[str]) -> None:
    asked, who = {}, {}
    for rule in wrong:
        asked |= WRONG[rule][0]
        who |= WRONG[rule][1]
    moment = ask(**asked)
    touched = [moment.at - timedelta(hours=1)] if "cap" in wrong else []
    rules = None if "jurisdiction" in wrong else pack()

    verdict = decide(Context(moment, known(**who), rules, Policy(), touched))

    # What a bank alone asks, and hours, are read from a pack.
    heeded = wrong - {"suitability", "content", "quiet"} if rules is None else wrong
    first = next((rule for rule, _ in ORDER if rule in heeded), None)
    assert (verdict.rule_id if isinstance(verdict, Deny) else None) == first


@given(st.sets(st.sampled_from(sorted(set(WRONG) - {"jurisdiction"}))))
def test_service_skips_consent_holdout_and_caps_and_nothing_else(wrong: set[str]) -> None:
    asked, who = {}, {}
    for rule in wrong:
        asked |= WRONG[rule][0]
        who |= WRONG[rule][1]
    moment = ask(purpose="service", **asked)

    verdict = answer(moment, known(**who), touched=[moment.at])

    heeded = wrong - {"consent", "holdout", "cap", "minor"}
    first = next((rule for rule, _ in ORDER if rule in heeded), None)
    assert (verdict.rule_id if isinstance(verdict, Deny) else None) == first


def test_urgent_service_does_not_wait_for_the_morning_and_never_reaches_the_dead() -> None:
    night = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    urgent = ask(purpose="service", at=night, urgent=True)

    assert isinstance(answer(urgent), Allow)
    assert no(answer(urgent, known(deceased=True))) == ("deceased", "deceased")


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        (Standing.UNKNOWN, "unasked"),
        (Standing.EXPIRED, "expired"),
        (Standing.STALE, "stale"),
        (Standing.REFUSED, "refused"),
        (Standing.WITHDRAWN, "withdrawn"),
    ],
)
def test_only_a_standing_yes_is_a_yes(word: Standing, reason: str) -> None:
    who = known(consents={("marketing", "sms"): Word(word, "form")})

    assert no(answer(ask(), who, "cn")) == ("consent", reason)


def test_a_bank_never_again_uses_the_means_that_was_refused() -> None:
    who = known(consents={("survey", "sms"): YES, ("marketing", "sms"): Word(Standing.REFUSED)})

    assert isinstance(answer(ask(purpose="survey"), who, "cn"), Allow)
    assert no(answer(ask(purpose="survey"), who, "cn-bank")) == ("consent", "channel_refused")


def test_an_address_from_a_sale_is_enough_in_europe_and_nowhere_else() -> None:
    who = known(consents={("marketing", "email"): Word(Standing.GIVEN, "sale")})

    assert isinstance(answer(ask("email"), who, "eu"), Allow)
    assert no(answer(ask("email"), who, "cn")) == ("consent", "only_a_sale")
    silent = known(consents={})
    assert isinstance(answer(ask("email"), silent, "us"), Allow)
    assert no(answer(ask("sms"), silent, "us")) == ("consent", "unasked")


def test_who_wants_no_profiling_gets_generic_content_only() -> None:
    who = known(no_profiling=True)

    assert no(answer(ask(personal=True), who)) == ("consent", "no_profiling")
    assert isinstance(answer(ask(), who), Allow)


def test_age_is_counted_on_the_customers_own_calendar() -> None:
    # 14 years old on 24 November in Shanghai, where it is that day already.
    moment = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    born = date(2012, 11, 24)

    here = answer(ask(at=moment), known(born=born))
    west = answer(ask(at=moment), known(born=born, zone=ZoneInfo("America/New_York")))

    assert no(here)[0] == "quiet"  # past midnight: old enough, and asleep
    assert no(west) == ("minor", "minor")


def test_quiet_hours_are_the_customers_and_end_in_the_morning() -> None:
    late = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai

    sms, call = answer(ask("sms", at=late)), answer(ask("call", at=late))
    west = answer(ask("sms", at=late), known(zone=ZoneInfo("America/New_York")))

    assert isinstance(sms, Deny)
    assert (sms.rule_id, sms.retry_at) == ("quiet", datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert isinstance(call, Allow)
    assert isinstance(west, Deny)
    assert west.retry_at == datetime(2026, 11, 23, 14, 0, tzinfo=UTC)


def test_what_is_over_by_the_morning_is_not_put_off() -> None:
    late = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    asked = ask(at=late, valid_until=late + timedelta(hours=3))

    verdict = answer(asked)

    assert no(verdict) == ("quiet", "over_before_morning")


MINUTES = st.lists(st.integers(0, 60 * 24 * 60), max_size=40)


@settings(max_examples=150)
@given(wanted=MINUTES, caps=st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 6)))
def test_no_window_ever_holds_more_than_its_cap(
    wanted: list[int], caps: tuple[int, int, int]
) -> None:
    policy = Policy(caps=Caps(*caps))
    sent: list[datetime] = []
    for minute in wanted:
        moment = NOON + timedelta(minutes=minute)
        if isinstance(
            answer(ask(at=moment), policy=policy, touched=sent, sleepless=True), Allow
        ):
            sent.append(moment)

    for (name, window), _cap in zip(WINDOWS, caps, strict=True):
        for moment in sent:
            inside = [t for t in sent if moment - window < t <= moment]
            assert len(inside) <= getattr(policy.caps, name)


@given(wanted=st.lists(st.integers(0, 60 * 24 * 10), max_size=6))
def test_when_the_cap_says_later_that_is_when_it_is_free(wanted: list[int]) -> None:
    touched = [NOON - timedelta(minutes=minute) for minute in wanted]

    verdict = answer(ask(), touched=touched, sleepless=True)

    if isinstance(verdict, Deny):
        assert verdict.retry_at
        again = answer(ask(at=verdict.retry_at), touched=touched, sleepless=True)
        assert isinstance(again, Allow)
        before = ask(at=verdict.retry_at - timedelta(minutes=1))
        assert isinstance(answer(before, touched=touched, sleepless=True), Deny)


def test_every_rule_is_shown_although_the_first_decides() -> None:
    verdicts = walk(Context(ask(), known(deceased=True, consents={}), pack()))

    said = {v.rule: v.outcome for v in verdicts}
    assert (said["deceased"], said["consent"]) == (Outcome.DENY, Outcome.DENY)
    assert said["suitability"] is Outcome.SKIPPED
    assert len(verdicts) == len(ORDER)


def test_a_yes_says_what_the_sender_must_see_to() -> None:
    verdict = answer(ask("email"))

    assert isinstance(verdict, Allow)
    assert "C-40" in {duty.rule for duty in verdict.duties}


# ---- packs and policy ------------------------------------------------------------------


def test_the_packs_that_are_delivered_can_be_read() -> None:
    assert [one.code for one in queries.all_packs()] == ["cn", "cn-bank", "eu", "uk", "us"]


@pytest.mark.parametrize(
    ("country", "trade", "home", "code"),
    [
        ("", "bank", "", "cn-bank"),
        ("", "retail", "", "cn"),
        ("", "retail", "uk", "uk"),
        ("CN", "retail", "uk", "cn"),
        ("CN", "retail", "cn-bank", "cn-bank"),
        ("DE", "bank", "", "eu"),
        ("JP", "bank", "", None),
    ],
)
def test_a_customer_falls_under_the_rules_of_their_country(
    country: str, trade: str, home: str, code: str | None
) -> None:
    found = choose(queries.all_packs(), country=country, trade=trade, home=home)

    assert (found.code if found else None) == code


def test_without_rules_for_a_country_nothing_is_sent() -> None:
    verdict = decide(Context(ask(), known(), None))

    assert no(verdict) == ("jurisdiction", "no_pack")


def test_a_pack_or_policy_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadPack, match="basis"):
        read_pack({"code": "x", "version": 1, "zh": "", "en": "", "countries": [],
                   "minor_age": 14})  # fmt: skip
    with pytest.raises(BadPack, match="below nought"):
        read_policy({"caps": {"day": -1}}, 1)


# ---- with the database -------------------------------------------------------------------


@pytest.fixture
def agreed(as_system: Cast) -> Cast:
    for channel in ("sms", "call"):
        actions.record_consent(
            as_system.li, purpose="marketing", channel=channel, said="given", source="form",
            evidence="e", by=TESTS, at=NOON - timedelta(days=60),
        )  # fmt: skip
    return as_system


@pytest.mark.django_db
def test_every_decision_is_one_row_with_the_versions_of_its_rules(agreed: Cast) -> None:
    actions.set_policy({"caps": {"day": 1, "week": 9, "month": 9}}, by=TESTS, at=NOON)

    yes = actions.check(agreed.li, ask(), by=TESTS, at=NOON)
    second = actions.check(agreed.li, ask(), by=TESTS, at=NOON)

    assert (yes.allowed, second.allowed) == (True, False)
    rows = Decision.objects.order_by("pk").values_list(
        "allowed", "reason", "pack", "pack_version", "policy_version"
    )
    assert list(rows) == [(True, "", "cn-bank", 1, 1), (False, "cap_day", "cn-bank", 1, 1)]


@pytest.mark.django_db
def test_what_is_allowed_holds_its_place_until_given_back_or_used(agreed: Cast) -> None:
    first = actions.check(agreed.li, ask(), by=TESTS, at=NOON)
    actions.give_back(first.decision, at=NOON)
    second = actions.check(agreed.li, ask("call"), by=TESTS, at=NOON)
    assert second.allowed

    actions.record_touch(
        agreed.li, channel="call", outcome="reached", two_way=True, by=agreed.mei, at=NOON,
        decision=second.decision,
    )  # fmt: skip

    assert not actions.check(agreed.li, ask(), by=TESTS, at=NOON).allowed
    later = ask(at=NOON + timedelta(days=1))
    assert actions.check(agreed.li, later, by=TESTS, at=NOON).allowed


@pytest.mark.django_db
def test_calls_and_visits_count_in_the_caps(agreed: Cast) -> None:
    actions.record_touch(
        agreed.li, channel="visit", outcome="reached", two_way=True, by=agreed.mei,
        at=NOON - timedelta(hours=2),
    )  # fmt: skip

    assert actions.check(agreed.li, ask(), by=TESTS, at=NOON).decision.reason == "cap_day"


@pytest.mark.django_db
def test_a_message_begins_once_and_not_after_a_withdrawal(agreed: Cast) -> None:
    actions.set_policy({"caps": {"day": 9, "week": 9, "month": 9}}, by=TESTS, at=NOON)
    first, second = (actions.check(agreed.li, ask(), by=TESTS, at=NOON) for _ in range(2))
    assert actions.begin(first.decision, at=NOON)
    assert not actions.begin(first.decision, at=NOON)

    actions.refuse_all(agreed.li, source="reply", by=TESTS, at=NOON)

    assert not actions.begin(second.decision, at=NOON)


STEP = st.sampled_from(["ask", "begin", "withdraw", "agree", "stop", "lift"])


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.tuples(STEP, st.sampled_from(["sms", "call"])), max_size=14))
def test_nothing_begins_while_a_no_stands_in_any_order_of_things(
    agreed: Cast, steps: list[tuple[str, str]]
) -> None:
    with transaction.atomic():
        actions.set_policy({"caps": {"day": 99, "week": 99, "month": 99}}, by=TESTS, at=NOON)
        open_, stopped, waiting = {"sms", "call"}, False, []
        for n, (step, channel) in enumerate(steps):
            at = NOON + timedelta(minutes=n)
            if step == "ask":
                asked = replace(ask(channel), at=at)
                waiting.append(actions.check(agreed.li, asked, by=TESTS, at=at).decision)
            elif step == "begin":
                for one in waiting:
                    if actions.begin(one, at=at):
                        assert one.channel in open_
                        assert not stopped
            elif step in ("withdraw", "agree"):
                said = "withdrawn" if step == "withdraw" else "given"
                actions.record_consent(
                    agreed.li, purpose="marketing", channel=channel, said=said,
                    source="form", evidence="e", by=TESTS, at=at,
                )  # fmt: skip
                (open_.discard if step == "withdraw" else open_.add)(channel)
            else:
                stopped = step == "stop"
                actions.set_stops(agreed.li, do_not_contact=stopped, by=TESTS, at=at)
        begun = Decision.objects.filter(begun_at__isnull=False)
        assert all(one.allowed and one.policy_version for one in begun)
        transaction.set_rollback(True)
    agreed.li.refresh_from_db()


@pytest.mark.django_db
def test_the_stops_of_the_file_reach_the_decision(agreed: Cast) -> None:
    for stop, value, reason in (
        ("deceased_on", date(2026, 1, 1), "deceased"),
        ("legal_block", "法院冻结", "legal_block"),
        ("do_not_contact", True, "do_not_contact"),
    ):
        actions.set_stops(agreed.li, **{stop: value}, by=TESTS, at=NOON)
        checked = actions.check(agreed.li, ask(), by=TESTS, at=NOON)
        empty = {"deceased_on": None, "legal_block": "", "do_not_contact": False}[stop]
        actions.set_stops(agreed.li, **{stop: empty}, by=TESTS, at=NOON)
        assert checked.decision.reason == reason


@pytest.mark.django_db
def test_a_number_on_the_list_is_not_reached_however_it_is_written(agreed: Cast) -> None:
    agreed.li.phone = "13800138000"
    agreed.li.save(update_fields=["phone"])

    done = actions.suppress(
        ["+86 138-0013-8000", "13800138000", "Bad.Person@Example.com", "nobody"],
        source="热线投诉", by=TESTS, at=NOON,
    )  # fmt: skip

    assert (done.added, done.unreadable) == (2, ((4, "nobody"),))
    assert actions.check(agreed.li, ask(), by=TESTS, at=NOON).decision.reason == "listed"
    stored = str(list(Suppression.objects.values()))
    assert "138001" not in stored
    assert "Bad" not in stored.replace("b***@", "")
    listed = Suppression.objects.get(kind="phone")
    actions.lift(listed, reason="本人要求", by=TESTS, at=NOON)
    assert actions.check(agreed.li, ask(), by=TESTS, at=NOON).allowed


def test_an_address_is_written_one_way() -> None:
    phones = {addresses.plainly(p) for p in ("13800138000", "+86 138 0013 8000", "０")[:2]}

    assert phones == {("phone", "8613800138000")}
    assert addresses.plainly(" A@B.com ") == ("email", "a@b.com")


@pytest.mark.django_db
def test_a_no_names_its_rule_or_the_database_refuses_it(agreed: Cast) -> None:
    with pytest.raises(IntegrityError, match="a_no_names_its_rule"), transaction.atomic():
        Decision.objects.create(
            customer=agreed.li, channel="sms", purpose="marketing", at=NOON, decided_at=NOON,
            actor="t", allowed=False, policy_version=0,
        )  # fmt: skip
