"""Complaints on Today: marketing waits, the first word and the call are cards, said once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.alerts.models import Alert
from regulars.server.care import actions as care
from regulars.server.care.models import Card, Task
from regulars.server.channels import actions as channels
from regulars.server.channels.models import MarketingHold
from regulars.server.channels.rules.policy import Ask, Deny
from regulars.server.complaints import actions
from regulars.server.complaints.models import Case, Entry
from regulars.server.customers import actions as customers
from regulars.server.customers.models import FactKey
from regulars.server.facts import actions as facts
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Lists = Callable[[str], Entry]


@pytest.fixture
def morning(as_system: Cast) -> Cast:
    """Li has a birthday today and agreed to calls."""
    born = {"birth_date": date(1980, TODAY.month, TODAY.day), "consents": {"call": True}}
    customers.change_customer(as_system.li, by=TESTS, at=NOON, **born)
    return as_system


def plan(day: date = TODAY, at: datetime = NOON) -> None:
    care.plan(day=day, by=TESTS, at=at)


def waits(trigger: str) -> list[str]:
    found = Task.objects.filter(trigger=trigger).order_by("pk")
    return [f"{task.state}/{task.gone}" if task.gone else task.state for task in found]


def told(cast: Cast, kind: str, ref: str, at: datetime = NOON - HOUR) -> None:
    """Another system tells by a file what Li complained of."""
    key = FactKey.objects.get(customer=cast.li).pk
    moment = at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    rows = (
        f"select {key}::bigint as fact_key, timestamp '{moment}' as occurred_at, "
        f"'{kind}' as kind, '{ref}' as ref, null::double as value, "
        f"'{kind}-{ref}' as row_key, timestamp '{moment}' as known_at"
    )
    facts.add("events", rows, source=f"told-{kind}-{ref}", by=TESTS, at=NOON)


def test_a_marketing_reason_waits_while_a_complaint_is_open(
    morning: Cast, complain: Open
) -> None:
    plan()
    assert waits("birthday") == ["open"]

    case = complain()
    assert waits("birthday") == ["gone/held"]
    plan()
    assert waits("birthday") == ["gone/held"]

    actions.close(case, result="withdrawn", by=morning.lob, at=NOON + HOUR)
    assert waits("birthday") == ["open"]
    task = Task.objects.get(trigger="birthday")
    assert task.card.state == Card.State.OPEN


def test_a_marketing_reason_that_would_come_is_not_made_while_a_complaint_is_open(
    morning: Cast, complain: Open
) -> None:
    case = complain()
    plan()
    assert waits("birthday") == []

    actions.close(case, result="withdrawn", by=morning.lob, at=NOON + HOUR)
    plan()
    assert waits("birthday") == ["open"]


def test_of_two_complaints_the_last_one_lets_marketing_go_on(
    morning: Cast, complain: Open
) -> None:
    plan()
    first, second = complain(), complain(words="and another thing")

    actions.close(first, result="withdrawn", by=morning.lob, at=NOON + HOUR)
    assert waits("birthday") == ["gone/held"]
    actions.close(second, result="withdrawn", by=morning.lob, at=NOON + HOUR)
    assert waits("birthday") == ["open"]


def test_the_policy_says_no_to_marketing_and_yes_to_service_while_a_complaint_is_open(
    morning: Cast, complain: Open
) -> None:
    ask = {"channel": "visit", "at": NOON}
    allowed = channels.check(morning.li, Ask(purpose="marketing", **ask), by=TESTS, at=NOON)
    complain()

    found = channels.check(morning.li, Ask(purpose="marketing", **ask), by=TESTS, at=NOON)
    service = channels.check(morning.li, Ask(purpose="service", **ask), by=TESTS, at=NOON)

    assert isinstance(found.verdict, Deny)
    assert (found.verdict.rule_id, found.verdict.reason) == ("refusal", "on_hold")
    assert service.allowed
    assert allowed.allowed
    assert not channels.begin(allowed.decision, at=NOON + HOUR)  # it was allowed before


def test_the_first_word_is_a_card_of_the_first_class_for_the_service_desk(
    morning: Cast, complain: Open
) -> None:
    complain()
    plan()

    task = Task.objects.get(trigger="complaint_opened")
    assert (task.card.desk, task.priority) == ("service", 1)
    assert task.happens_on == TODAY
    assert not Alert.objects.filter(kind="complaint").exists()  # the case has its own clock


def test_whoever_looks_after_the_customer_has_it_on_the_own_list(
    morning: Cast, complain: Open
) -> None:
    complain(handler=morning.mei)
    plan()

    assert Task.objects.get(trigger="complaint_opened").card.desk == "rm"


def test_the_contact_of_the_card_acknowledges_the_case_and_undoing_it_takes_that_back(
    morning: Cast, complain: Open
) -> None:
    case = complain()
    plan()
    card = Task.objects.get(trigger="complaint_opened").card

    care.record_outcome(card, outcome="reached", step="done", by=morning.lob, at=NOON + HOUR)
    case.refresh_from_db()
    assert (case.acknowledged_at, case.handler) == (NOON + HOUR, morning.lob)

    care.undo(card, by=morning.lob, at=NOON + HOUR + timedelta(seconds=5))
    case.refresh_from_db()
    assert case.acknowledged_at is None


def test_a_contact_of_whom_it_is_about_leaves_the_case_as_it_is(
    morning: Cast, complain: Open
) -> None:
    case = complain(about=morning.mei)
    plan()

    care.record_contact(
        morning.li, channel="call", outcome="reached", by=morning.mei, at=NOON + HOUR
    )

    case.refresh_from_db()
    assert case.acknowledged_at is None
    assert waits("complaint_opened") == ["open"]


def test_acknowledged_on_its_page_the_card_goes(morning: Cast, complain: Open) -> None:
    case = complain()
    plan()
    actions.acknowledge(case, by=morning.lob, at=NOON + HOUR)
    plan(at=NOON + 2 * HOUR)

    assert waits("complaint_opened") == ["gone/settled"]


def test_the_call_back_is_the_managers_and_not_of_who_handled_it(
    morning: Cast, complain: Open, lists: Lists
) -> None:
    case = complain()
    actions.answer(case, text=ANSWER, by=morning.lob, at=NOON)
    actions.close(
        case, result="not_upheld", cause=lists("none"), by=morning.lob, at=NOON + HOUR
    )
    plan()
    task = Task.objects.get(trigger="complaint_closed")
    assert (task.card.desk, task.due_on) == ("manager", date(2026, 11, 26))

    care.record_contact(
        morning.li, channel="call", outcome="reached", by=morning.lob, at=NOON + 2 * HOUR
    )
    assert waits("complaint_closed") == ["open"]  # Lob handled it

    care.record_contact(
        morning.li, channel="call", outcome="reached", note="content", by=morning.wei,
        at=NOON + 3 * HOUR,
    )  # fmt: skip
    case.refresh_from_db()
    assert (case.called_by, waits("complaint_closed")) == (morning.wei, ["done"])


def test_a_complaint_that_a_file_tells_and_the_register_knows_is_one_card(
    morning: Cast, complain: Open
) -> None:
    told(morning, "complaint_opened", "T-17")
    complain(reference="T-17")
    plan()
    plan(day=TODAY + DAY, at=NOON + DAY)

    assert waits("complaint_opened") == ["open"]


def test_what_the_file_said_first_stays_the_card_of_the_case(
    morning: Cast, complain: Open
) -> None:
    told(morning, "complaint_opened", "T-17")
    plan()
    assert waits("complaint_opened") == ["open"]
    assert Alert.objects.filter(kind="complaint").exclude(state="closed").count() == 1

    actions.take_up(by=TESTS, at=NOON)
    plan()
    case = Case.objects.get(reference="T-17")
    assert waits("complaint_opened") == ["open"]
    assert not Alert.objects.filter(kind="complaint").exclude(state="closed").exists()

    actions.acknowledge(case, by=morning.lob, at=NOON + HOUR)
    plan()
    assert waits("complaint_opened") == ["gone/settled"]


def test_a_closing_that_a_file_tells_of_a_case_is_no_second_call(
    morning: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(reference="T-17")
    actions.answer(case, text=ANSWER, by=morning.lob, at=NOON)
    actions.close(
        case, result="not_upheld", cause=lists("none"), by=morning.lob, at=NOON + HOUR
    )
    told(morning, "complaint_closed", "T-17")
    plan()

    assert waits("complaint_closed") == ["open"]


def test_files_open_cases_once_and_only_of_what_is_fresh_and_not_settled(
    morning: Cast, lists: Lists
) -> None:
    told(morning, "complaint_opened", "NEW")
    told(morning, "complaint", "OLD", at=NOON - 40 * DAY)
    told(morning, "complaint_opened", "DONE", at=NOON - 2 * DAY)
    told(morning, "complaint_closed", "DONE", at=NOON - DAY)

    assert actions.take_up(by=TESTS, at=NOON) == 1
    assert actions.take_up(by=TESTS, at=NOON) == 0
    case = Case.objects.get()
    assert (case.reference, case.customer, case.received_at) == (
        "NEW", morning.li, NOON - HOUR,
    )  # fmt: skip


def test_the_card_says_what_not_to_say(morning: Cast, complain: Open) -> None:
    from regulars.server.care.queries import advice
    from regulars.server.core import queries as core

    def avoided() -> Any:
        return advice.ground(
            morning.mei, [morning.li], company=core.company(), today=TODAY
        ).held

    assert avoided() == frozenset()
    case = complain()
    assert avoided() == {morning.li.pk}
    actions.close(case, result="withdrawn", by=morning.lob, at=NOON)
    assert avoided() == frozenset()
    assert MarketingHold.objects.get().lifted_at == NOON
