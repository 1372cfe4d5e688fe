"""Who is involved in the matter changes nothing of its case, on whichever way they try."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.channels.models import MarketingHold
from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.complaints.rules.policy import ACKNOWLEDGE_HOURS
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.testing.cast import NOON, TESTS, Cast, person

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Lists = Callable[[str], Entry]
REFUSED = {404, 409, 422}
STEPS: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "take": {},
    "hand": {"username": "tao"},
    "note": {"words": "Nothing happened."},
    "change": {"severity": "1"},
    "wait": {"reason": "papers", "note": "the receipt", "until": "2026-12-01"},
    "go-on": {},
    "more-time": {"days": "5", "reason": "busy"},
    "answer": {"text": ANSWER},
    "close": {"result": "withdrawn"},
    "reopen": {"reason": "again"},
    "call": {"content": "yes"},
    "link": {},
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def state(case: Case) -> tuple[Any, ...]:
    found = Case.objects.values().get(pk=case.pk)
    return found, Event.objects.filter(case=case).count()


def in_state_for(step: str, case: Case, cast: Cast) -> None:
    """Bring a case to where the step would be possible for anybody else."""
    if step in {"wait", "go-on"}:
        actions.acknowledge(case, by=cast.lob, at=NOON - HOUR)
    if step == "go-on":
        actions.wait(
            case, reason="reply", until=NOON + DAY, note="which card", by=cast.lob, at=NOON
        )
    if step in {"reopen", "call"}:
        actions.close(case, result="withdrawn", by=cast.lob, at=NOON)


def tried(who: Person, step: str, case: Case, cast: Cast) -> int:
    """Post one step of a case as somebody."""
    fields = dict(STEPS[step])
    if step == "change":
        fields["type"] = Entry.objects.get(code="fees").pk
    if step == "link":
        fields["customer"] = cast.li.public_id
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(who)
    code = client.post(reverse(f"complaints:{step}", args=[case.public_id]), fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return code


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("why", ["named", "keeps the book"])
def test_whoever_is_involved_is_refused_at_every_step(
    as_system: Cast, complain: Open, lists: Lists, step: str, why: str
) -> None:
    told: dict[str, Any] = {"about": as_system.mei, "type": lists("selling")}
    if why == "keeps the book":
        told = {"type": lists("service"), "severity": 3}
    if step == "link" and why == "named":
        told |= {"customer": None, "who": "Mr Feng", "book": as_system.mei_book}
    case = complain(received_at=NOON - HOUR, **told)
    in_state_for(step, case, as_system)
    before = state(case)

    assert tried(as_system.mei, step, case, as_system) in REFUSED
    assert state(case) == before


@pytest.mark.parametrize("step", [step for step in STEPS if step not in {"call", "link"}])
def test_somebody_else_is_not_refused(
    as_system: Cast, complain: Open, lists: Lists, step: str
) -> None:
    case = complain(received_at=NOON - HOUR, about=as_system.mei, type=lists("selling"))
    in_state_for(step, case, as_system)

    assert tried(as_system.wei, step, case, as_system) == 302


@pytest.mark.parametrize("named", ["mei", "mei_by_service"])
def test_no_action_lets_the_involved_free_themselves(
    as_system: Cast, complain: Open, lists: Lists, named: str
) -> None:
    told: dict[str, Any] = {"about": as_system.mei, "type": lists("selling")}
    if named == "mei_by_service":
        told = {"type": lists("service"), "severity": 3}
    case, mei = complain(**told), as_system.mei
    actions.acknowledge(case, by=as_system.lob, at=NOON)
    free: dict[str, Any] = {"type": lists("fees"), "severity": 1, "is_complex": False}
    until = NOON + DAY

    for act in (
        lambda: actions.change(case, **free, by=mei, at=NOON),
        lambda: actions.hand_to(case, as_system.tao, by=mei, at=NOON),
        lambda: actions.wait(case, reason="papers", note="x", until=until, by=mei, at=NOON),
        lambda: actions.go_on(case, by=mei, at=NOON),
        lambda: actions.ask(case, days=3, reason="x", by=mei, at=NOON),
        lambda: actions.note(case, words="x", by=mei, at=NOON),
        lambda: actions.reopen(
            actions.close(case, result="withdrawn", by=as_system.wei, at=NOON),
            reason="x", by=mei, at=NOON,
        ),
    ):  # fmt: skip
        with pytest.raises(actions.Involved, match="about"):
            act()


def test_who_kept_the_book_then_stays_involved_where_they_are_named(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain(type=lists("service"), about=as_system.mei)
    newcomer = person("nan", "南", "Nan", "rm", as_system.willow)
    core.assign_book(as_system.mei_book, owner=newcomer, backup=None, by=TESTS, at=NOON)

    assert queries.bar(case, as_system.mei) is not None
    with pytest.raises(actions.Involved, match="about"):
        actions.change(
            case, type=case.type, severity=2, is_complex=False, by=as_system.mei, at=NOON
        )


def test_opened_again_by_a_handler_of_another_branch_marketing_waits(
    as_system: Cast, complain: Open, eyes: Callable[[Any], Any]
) -> None:
    case = actions.hand_to(complain(), as_system.tao, by=as_system.wei, at=NOON)
    actions.close(case, result="withdrawn", by=as_system.tao, at=NOON)
    assert not MarketingHold.objects.filter(lifted_at__isnull=True).exists()

    with eyes(as_system.tao):
        actions.reopen(case, reason="it goes on", by=as_system.tao, at=NOON + HOUR)

    assert MarketingHold.objects.get(lifted_at__isnull=True).customer == as_system.li


def test_opened_again_by_a_handler_of_another_branch_the_standard_gives_its_hours(
    as_system: Cast, complain: Open, eyes: Callable[[Any], Any]
) -> None:
    case = actions.hand_to(complain(), as_system.tao, by=as_system.wei, at=NOON)
    level = next(
        n
        for n in (5, 4, 3, 2)
        if (found := queries.circumstances(as_system.li, at=NOON, level=n)).workdays
        or found.hours != ACKNOWLEDGE_HOURS[n]
    )  # of which the standard gives other hours than there are without one
    Case.objects.filter(pk=case.pk).update(level=level)
    actions.close(case, result="withdrawn", by=as_system.tao, at=NOON)
    facts = queries.circumstances(as_system.li, at=NOON + HOUR, level=level)

    with eyes(as_system.tao):
        found = actions.reopen(case, reason="it goes on", by=as_system.tao, at=NOON + HOUR)

    due = queries.clocks(NOON + HOUR, facts=facts, is_complex=case.is_complex)
    assert found.acknowledge_by == due["acknowledge_by"]


def test_who_handled_it_earlier_or_answered_it_does_not_call_back(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = actions.hand_to(complain(), as_system.mei, by=as_system.lob, at=NOON)
    actions.hand_to(case, as_system.lob, by=as_system.wei, at=NOON)
    actions.answer(case, text=ANSWER, by=as_system.tao, at=NOON)
    actions.close(
        case, result="not_upheld", cause=lists("none"), by=as_system.lob, at=NOON + HOUR
    )

    for one in (as_system.mei, as_system.tao, as_system.lob):
        with pytest.raises(actions.Involved, match="Somebody else"):
            actions.call_back(case, is_content=True, by=one, at=NOON + DAY)
    assert actions.call_back(case, is_content=True, by=as_system.wei, at=NOON + DAY)
