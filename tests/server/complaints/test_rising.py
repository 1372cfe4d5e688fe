"""What is late goes up the line, however many others are late; a call that nobody made, too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.complaints import actions, bricks, queries
from regulars.server.complaints.actions import rising
from regulars.server.complaints.models import Case, Entry, Event
from regulars.server.core import queries as core
from regulars.testing.cast import NOON, TESTS, Cast

HOUR = timedelta(hours=1)
Lists = Callable[[str], Entry]


def closed(case: Case, cast: Cast, lists: Lists) -> Case:
    actions.answer(case, text=ANSWER, by=cast.lob, at=NOON)
    return actions.close(case, result="not_upheld", cause=lists("none"), by=cast.lob, at=NOON)


def test_late_ones_that_wait_for_their_hour_keep_nobody_else_down(
    complain: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rising, "BATCH", 2)  # the size, not the work
    first = [complain() for _n in range(3)]
    at = first[0].acknowledge_by
    assert actions.rise(by=TESTS, at=at) == 3
    other = complain(received_at=NOON - 24 * HOUR)

    assert actions.rise(by=TESTS, at=at + HOUR) == 1

    other.refresh_from_db()
    assert other.risen_to is not None


def test_a_call_that_nobody_makes_goes_up_to_who_may_make_it(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = closed(complain(), as_system, lists)
    assert case.call_by is not None

    assert actions.rise(by=TESTS, at=case.call_by - HOUR) == 0
    assert actions.rise(by=TESTS, at=case.call_by) == 1
    case.refresh_from_db()
    assert case.risen_to == as_system.wei
    event = Event.objects.get(case=case, what="rose")
    assert (event.clock, event.to) == ("call", as_system.wei)
    count = bricks.count(as_system.wei, case.call_by)
    assert count is not None
    assert (count.value, count.late) == (1, True)
    rows, _more = queries.listed(as_system.wei, case.call_by, queries.Wanted(show="mine"))
    assert [row.case.pk for row in rows] == [case.pk]

    later = core.work_hours().add(case.call_by, 4 * HOUR)
    assert actions.rise(by=TESTS, at=later) == 1
    case = actions.call_back(case, is_content=True, by=as_system.lin, at=later)
    assert (case.risen_to, case.rung) == (None, 0)
    assert actions.rise(by=TESTS, at=later + 99 * HOUR) == 0


def test_a_late_call_passes_over_who_handled_the_case(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = actions.hand_to(complain(), as_system.wei, by=as_system.lob, at=NOON)
    case = closed(case, as_system, lists)
    assert case.call_by is not None

    actions.rise(by=TESTS, at=case.call_by)

    case.refresh_from_db()
    assert case.risen_to == as_system.lin


def test_opened_again_after_a_late_call_it_rises_from_the_bottom(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = closed(complain(), as_system, lists)
    assert case.call_by is not None
    late, work = case.call_by, core.work_hours()
    for _rung in range(3):  # up to the last one of the line
        actions.rise(by=TESTS, at=late)
        late = work.add(late, 4 * HOUR)
    case.refresh_from_db()
    assert case.at_top

    case = actions.reopen(case, reason="charged again", by=as_system.wei, at=late)
    assert (case.risen_to, case.risen_at, case.rung, case.at_top) == (None, None, 0, False)

    assert actions.rise(by=TESTS, at=case.acknowledge_by) == 1
    case.refresh_from_db()
    assert (case.risen_to, case.rung) == (as_system.wei, 1)
