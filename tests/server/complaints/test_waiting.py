"""The clocks of a case that waits stand where they stood: what was late stays late, no more."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.complaints import actions, bricks, queries
from regulars.server.complaints.models import Case
from regulars.server.core.models import Person
from regulars.testing.cast import NOON, TESTS, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def put_to_wait(case: Case, cast: Cast, at: datetime) -> Case:
    """Lob waits for papers for three weeks."""
    told: Any = {"reason": "papers", "until": at + 21 * DAY, "note": "a receipt"}
    return actions.wait(case, **told, by=cast.lob, at=at)


def late_ones(viewer: Person, at: datetime) -> list[Case]:
    rows, _more = queries.listed(viewer, at, queries.Wanted(show="late"))
    assert queries.tallies(viewer, at).late == len(rows)
    assert all(row.is_late for row in rows)
    return [row.case for row in rows]


def test_a_case_that_was_late_before_it_waits_stays_late_and_rises(
    as_system: Cast, complain: Open
) -> None:
    case = actions.acknowledge(complain(), by=as_system.lob, at=NOON)
    actions.answer(case, text=ANSWER, by=as_system.lob, at=NOON)
    late = case.resolve_by + DAY
    assert late_ones(as_system.wei, late) == [case]

    put_to_wait(case, as_system, late)

    assert late_ones(as_system.wei, late) == [case]
    assert queries.figures(as_system.lin, late, 3).total.late == 1
    assert actions.rise(by=TESTS, at=late) == 1
    count = bricks.count(as_system.wei, late)
    assert count is not None
    assert count.late


def test_an_answer_that_was_late_before_the_wait_stays_late(
    as_system: Cast, complain: Open
) -> None:
    case = actions.acknowledge(complain(), by=as_system.lob, at=NOON)
    late = case.answer_by + HOUR
    put_to_wait(case, as_system, late)

    assert late_ones(as_system.wei, late + DAY) == [case]
    answered = queries.figures(as_system.lin, late + DAY, 3).total.answered
    assert (answered.met, answered.due) == (0, 1)


def test_a_case_that_waits_in_time_is_never_late_however_long_it_waits(
    as_system: Cast, complain: Open
) -> None:
    case = actions.acknowledge(complain(), by=as_system.lob, at=NOON)
    put_to_wait(case, as_system, NOON)
    after = case.resolve_by + DAY

    assert late_ones(as_system.wei, after) == []
    assert actions.rise(by=TESTS, at=after) == 0
    total = queries.figures(as_system.lin, after, 3).total
    assert total.late == 0
    assert (total.answered.met, total.answered.due) == (0, 0)
    measured = queries.of(as_system.lin, after, months=3, measure="answered_late")
    assert list(measured) == []


def test_the_pages_say_of_a_late_case_that_waits_how_long_it_is_over(
    as_system: Cast, complain: Open
) -> None:
    case = actions.acknowledge(complain(received_at=NOON - 40 * DAY), by=as_system.lob, at=NOON)
    actions.answer(case, text=ANSWER, by=as_system.lob, at=NOON)
    put_to_wait(case, as_system, NOON)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(as_system.lob)

    for address in ("/complaints/?show=late", f"/complaints/{case.public_id}/"):
        page = client.get(address).content.decode()
        assert "stands still" in page
        assert " over" in page
