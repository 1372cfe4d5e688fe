"""Answers, ends and late cases on Today: a card of the day, or beside the list; never both."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.care import actions as care
from regulars.server.care import queries as lists
from regulars.server.care.models import Card, Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.complaints import actions, bricks, queries
from regulars.server.complaints.models import Case
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.testing.cast import NOON, TESTS, Cast, customer

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
WEEKEND = 3 * DAY  # from Friday to Monday, when the answer is due


def plan(at: datetime) -> date:
    day = core.local_date(at)
    care.plan(day=day, by=TESTS, at=at)
    return day


def told(state: str = "open") -> list[tuple[str, str]]:
    """The cards' reasons of that state: which step, on which desk."""
    found = Task.objects.filter(trigger="complaint_due", state=state).order_by("pk")
    return [(task.facts["what"], task.card.desk) for task in found.select_related("card")]


def beside(who: Person, at: datetime) -> list[tuple[str, str]]:
    """What stands beside somebody's list: case and step, as they see it."""
    scope.set_scope(who.scope)
    found = bricks.today(who, who, at)
    scope.set_scope(scope.EVERYBODY)
    return [(row.case.number, row.step.value) for row in found["rows"]] if found else []


def on_list(who: Person, at: datetime) -> list[Card]:
    scope.set_scope(who.scope)
    found = list(lists.waiting(who, at))
    scope.set_scope(scope.EVERYBODY)
    return found


@pytest.fixture
def handled(as_system: Cast, complain: Open) -> Case:
    """Lob acknowledged it; the answer is owed."""
    case = complain(handler=as_system.lob)
    return actions.acknowledge(case, by=as_system.lob, at=NOON)


def test_an_answer_that_is_near_is_a_card_of_the_handlers_list_and_nowhere_else(
    as_system: Cast, handled: Case
) -> None:
    near = handled.answer_by - WEEKEND
    plan(NOON)
    assert told() == [], "not due for days"
    plan(near)

    assert told() == [("answer", "service")]
    (card,) = on_list(as_system.lob, near)
    assert (card.priority, card.due_on) == (1, core.local_date(handled.answer_by))
    assert card.minutes >= 20, "it takes its part of the day"
    assert beside(as_system.lob, near) == []
    plan(near)
    assert told() == [("answer", "service")], "planned twice it is one"


def test_before_a_list_was_made_it_stands_beside_it(as_system: Cast, handled: Case) -> None:
    assert beside(as_system.lob, handled.answer_by - DAY) == [(handled.number, "answer")]


def test_answered_on_its_page_the_card_goes_at_once_and_the_end_comes_when_it_is_near(
    as_system: Cast, handled: Case
) -> None:
    near = handled.answer_by - WEEKEND
    plan(near)

    case = actions.answer(handled, text=ANSWER, by=as_system.lob, at=near)
    assert told() == []
    assert (told("gone"), on_list(as_system.lob, near)) == ([("answer", "service")], [])

    plan(case.resolve_by - DAY)
    assert told() == [("resolve", "service")]
    withdrawn = {"result": "withdrawn", "by": as_system.lob, "at": case.resolve_by - DAY}
    actions.close(case, **withdrawn)
    assert told() == []


def test_a_talk_does_not_answer_a_complaint_and_undoing_it_changes_nothing(
    as_system: Cast, handled: Case
) -> None:
    near = handled.answer_by - WEEKEND
    plan(near)
    (card,) = on_list(as_system.lob, near)

    care.record_outcome(card, outcome="reached", step="done", by=as_system.lob, at=near)
    assert told() == [("answer", "service")], "the case still waits"
    assert beside(as_system.lob, near) == [(handled.number, "answer")], "not lost for today"
    card.refresh_from_db()
    assert card.next_on == core.local_date(near) + WEEKEND

    care.undo(card, by=as_system.lob, at=near + SECOND)
    assert told() == [("answer", "service")]
    assert beside(as_system.lob, near) == []
    actions.answer(handled, text=ANSWER, by=as_system.lob, at=near)
    assert on_list(as_system.lob, near) == []


def test_while_the_customer_is_waited_for_there_is_no_card_and_then_there_is_again(
    as_system: Cast, handled: Case
) -> None:
    near = handled.answer_by - WEEKEND
    plan(near)
    ask = {"reason": "papers", "note": "The receipt.", "until": near + 5 * DAY}
    case = actions.wait(handled, by=as_system.lob, at=near, **ask)
    assert told() == []

    actions.go_on(case, by=as_system.lob, at=near + timedelta(hours=2))
    care.hear(by=TESTS, at=near + timedelta(hours=2))
    assert told() == [("answer", "service")]
    assert Task.objects.filter(trigger="complaint_due").count() == 2


def test_what_was_late_before_the_wait_stays_on_the_handlers_list_with_its_reason(
    as_system: Cast, handled: Case
) -> None:
    late = handled.answer_by + DAY
    plan(late)
    (card,) = on_list(as_system.lob, late)
    ask = {"reason": "papers", "note": "The receipt.", "until": late + 5 * DAY}
    case = actions.wait(handled, by=as_system.lob, at=late, **ask)

    assert on_list(as_system.lob, late) == [card]
    assert beside(as_system.lob, late) == []
    tomorrow = late + DAY
    Task.objects.filter(trigger="complaint_due").delete()  # as if it had waited already
    plan(tomorrow)
    assert told() == [("waits", "service")]
    task = Task.objects.get(trigger="complaint_due")
    said = wording.chip(task, Reader("en", "CNY", core.local_date(tomorrow))).text
    assert "waits for the customer" in said

    actions.answer(case, text=ANSWER, by=as_system.lob, at=tomorrow)
    assert told() == []


def test_late_and_waiting_in_another_branch_it_stands_beside_the_handlers_list(
    as_system: Cast, complain: Open
) -> None:
    case = actions.hand_to(complain(), as_system.tao, by=as_system.wei, at=NOON)
    case = actions.acknowledge(case, by=as_system.tao, at=NOON)
    late = case.answer_by + DAY
    ask = {"reason": "papers", "note": "The receipt.", "until": late + 5 * DAY}
    actions.wait(case, by=as_system.tao, at=late, **ask)
    plan(late)

    assert beside(as_system.tao, late + DAY) == [(case.number, "answer")]


def test_handed_to_somebody_else_the_card_changes_the_list(
    as_system: Cast, handled: Case
) -> None:
    near = handled.answer_by - WEEKEND
    plan(near)

    actions.hand_to(handled, as_system.mei, by=as_system.wei, at=near)
    care.hear(by=TESTS, at=near)

    assert (told(), told("gone")) == ([("answer", "rm")], [("answer", "service")])
    assert len(on_list(as_system.mei, near)) == 1


def test_of_another_branch_the_handler_has_it_beside_the_list(
    as_system: Cast, complain: Open
) -> None:
    case = actions.hand_to(complain(), as_system.tao, by=as_system.wei, at=NOON)
    plan(NOON)

    assert beside(as_system.tao, NOON) == [(case.number, "acknowledge")]
    case = actions.acknowledge(case, by=as_system.tao, at=NOON)
    plan(case.answer_by)
    assert told() == []
    assert beside(as_system.tao, case.answer_by) == [(case.number, "answer")]


def test_what_rose_is_a_card_of_whom_it_rose_to_within_the_day(
    as_system: Cast, complain: Open
) -> None:
    case = complain(handler=as_system.lob)
    late = case.acknowledge_by
    plan(late - timedelta(hours=1))

    actions.rise(by=TESTS, at=late)
    care.hear(by=TESTS, at=late)

    assert told() == [("rose", "manager")]
    assert beside(as_system.wei, late) == []
    actions.acknowledge(case, by=as_system.lob, at=late)
    assert told() == []


def test_whom_a_complaint_names_has_no_card_about_it(as_system: Cast, complain: Open) -> None:
    case = complain(about=as_system.lob, handler=as_system.wei)
    case = actions.acknowledge(case, by=as_system.wei, at=NOON)
    plan(case.answer_by)

    assert told() == [("answer", "manager")]
    assert on_list(as_system.lob, case.answer_by) == []


def test_the_clock_that_runs_out_first_stands_first_then_the_key_customer(
    as_system: Cast, complain: Open
) -> None:
    cast, sun = as_system, customer("0004", "孙立", as_system.mei_book)
    later = actions.acknowledge(
        complain(customer=cast.zhou, handler=cast.lob), by=cast.lob, at=NOON
    )
    sooner = actions.acknowledge(
        complain(customer=sun, handler=cast.lob, at=NOON - 2 * DAY), by=cast.lob, at=NOON
    )
    assert sooner.answer_by < later.answer_by
    at = sooner.answer_by
    plan(at)
    Card.objects.filter(customer=cast.zhou).update(gain=9_000_000, stake=90_000_000)
    first = [card.customer for card in on_list(cast.wei, at) + on_list(cast.lob, at)]
    assert first[:2] == [sun, cast.zhou]

    Card.objects.update(due_on=core.local_date(at))
    same = [card.customer for card in on_list(cast.lob, at)]
    assert same[:2] == [cast.zhou, sun], "on one day what is at stake decides"


def test_the_api_pages_through_the_list_in_its_order(as_system: Cast, complain: Open) -> None:
    cast = as_system
    for n, who in enumerate((cast.li, cast.zhou)):
        actions.acknowledge(
            complain(customer=who, handler=cast.lob, at=NOON - n * DAY),
            by=cast.lob,
            at=NOON,
        )
    at = NOON + 4 * DAY
    plan(at)
    scope.set_scope(cast.lob.scope)
    whole = [card.public_id for card in lists.listed(cast.lob, at, most=9) or ()]
    paged, after = [], ""
    while found := lists.listed(cast.lob, at, after=after, most=1):
        after = found[0].public_id
        paged.append(after)

    assert len(whole) >= 2
    assert paged == whole


def test_todays_page_shows_the_card_with_the_way_to_the_case_in_both_languages(
    as_system: Cast, handled: Case
) -> None:
    near = handled.answer_by - WEEKEND
    plan(near)
    pages = {}
    with time_machine.travel(near, tick=False):
        for language in ("en", "zh-hans"):
            client = Client(headers={"Accept-Language": language})
            client.force_login(as_system.lob)
            pages[language] = client.get("/today/").content.decode()
    scope.set_scope(scope.EVERYBODY)

    assert f"Complaint {handled.number}: answer by" in pages["en"]
    assert f"投诉 {handled.number}：11-30 09:30 前答复" in pages["zh-hans"]
    for page in pages.values():
        assert f"/complaints/{handled.public_id}/" in page
        assert 'id="complaints-today"' not in page


def test_the_queries_of_today_do_not_grow_with_the_complaints(
    as_system: Cast, complain: Open
) -> None:
    cast = as_system

    def asked(at: datetime) -> int:
        client = Client()
        client.force_login(cast.lob)
        with time_machine.travel(at, tick=False):
            client.get("/today/")
            with CaptureQueriesContext(connection) as found:
                page = client.get("/today/").content.decode()
        scope.set_scope(scope.EVERYBODY)
        assert "/complaints/" in page
        return len(found)

    case = actions.acknowledge(complain(handler=cast.lob), by=cast.lob, at=NOON)
    plan(case.answer_by)
    one = asked(case.answer_by)
    for who in (customer("0004", "孙立", cast.mei_book), cast.zhou):
        for words in ("one", "two"):
            more = complain(customer=who, handler=cast.lob, words=words)
            actions.acknowledge(more, by=cast.lob, at=NOON)
    plan(case.answer_by)

    assert len(queries.due(core.local_date(case.answer_by))) > 3
    assert asked(case.answer_by) <= one
