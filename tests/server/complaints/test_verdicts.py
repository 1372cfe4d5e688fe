"""What was in time and what was late stays so, whatever happens to the case afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.server.complaints.conftest import ANSWER, Open

from regulars.server.complaints import actions, queries
from regulars.server.complaints.models import Case, Entry, Event
from regulars.testing.cast import NOON, Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
Lists = Callable[[str], Entry]


def waited(case: Case, cast: Cast, days: int) -> Case:
    """The customer lets us wait from noon on."""
    actions.acknowledge(case, by=cast.lob, at=NOON)
    until = NOON + 29 * DAY
    actions.wait(case, reason="papers", until=until, note="a receipt", by=cast.lob, at=NOON)
    return actions.go_on(case, by=cast.lob, at=NOON + days * DAY)


def closed(case: Case, cast: Cast, lists: Lists, at: Any) -> Case:
    actions.answer(case, text=ANSWER, by=cast.lob, at=at)
    return actions.close(
        case, result="not_upheld", cause=lists("none"), by=cast.lob, at=at + HOUR
    )


def total(cast: Cast, at: Any) -> Any:
    return queries.figures(cast.lin, at, 3).total


def test_an_answer_after_a_wait_is_in_time_by_the_clock_that_stood_still(
    as_system: Cast, complain: Open
) -> None:
    case = complain()
    before = case.answer_by
    case = waited(case, as_system, 7)
    late = case.answer_by - HOUR
    assert before < late
    actions.answer(case, text=ANSWER, by=as_system.lob, at=late)

    found = total(as_system, late + DAY).answered

    assert (found.met, found.due) == (1, 1)
    case.refresh_from_db()
    assert case.first_resolve_by == case.resolve_by


def test_a_wait_does_not_make_a_late_answer_a_good_one(as_system: Cast, complain: Open) -> None:
    case = waited(complain(), as_system, 7)
    late = case.answer_by + HOUR
    actions.answer(case, text=ANSWER, by=as_system.lob, at=late)

    found = total(as_system, late + DAY).answered

    assert (found.met, found.due) == (0, 1)


def test_a_late_case_that_is_opened_again_and_closed_at_once_stays_late(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = complain()
    late = case.resolve_by + DAY
    case = closed(case, as_system, lists, late)
    assert total(as_system, late + DAY).late == 1

    actions.reopen(case, reason="again", by=as_system.wei, at=late + DAY)
    assert total(as_system, late + DAY).late == 1
    case = closed(case, as_system, lists, late + DAY)

    found = total(as_system, late + 2 * DAY)
    assert (found.late, found.resolved.met, found.resolved.due) == (1, 0, 1)
    verdicts = Event.objects.filter(case=case, what="closed").order_by("pk")
    assert [event.in_time for event in verdicts] == [False, True]
    story = queries.story(as_system.wei, case, late + 2 * DAY)
    assert story.on_time is False


def test_something_left_stays_counted_where_the_call_opens_the_case_again(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = closed(complain(), as_system, lists, NOON)
    actions.call_back(case, is_content=False, note="again", by=as_system.wei, at=NOON + DAY)
    actions.reopen(case, reason="again", by=as_system.wei, at=NOON + DAY)

    assert queries.figures(as_system.lin, NOON + DAY, 3).discontent == 1
    behind = queries.of(as_system.lin, NOON + DAY, months=3, measure="discontent")
    assert list(behind) == [case]
    actions.answer(case, text=ANSWER, by=as_system.lob, at=NOON + DAY)
    actions.close(
        case, result="not_upheld", cause=lists("none"), by=as_system.lob, at=NOON + DAY
    )
    found = Case.objects.get(pk=case.pk)
    actions.call_back(found, is_content=True, by=as_system.wei, at=NOON + 2 * DAY)
    figures = queries.figures(as_system.lin, NOON + 2 * DAY, 3)
    assert (figures.content, figures.discontent) == (1, 1)


@pytest.mark.parametrize("days", [1, 7])
def test_complex_and_simple_again_leave_what_was_waited_credited(
    as_system: Cast, complain: Open, days: int
) -> None:
    case = waited(complain(), as_system, days)
    before = case.resolve_by

    def weigh(is_complex: bool) -> Case:
        return actions.change(
            case, type=case.type, severity=2, is_complex=is_complex, by=as_system.lob,
            at=NOON + 8 * DAY,
        )  # fmt: skip

    assert weigh(is_complex=True).resolve_by > before
    assert weigh(is_complex=False).resolve_by == before


def test_a_case_withdrawn_before_an_answer_and_opened_again_owes_it_from_then(
    as_system: Cast, complain: Open
) -> None:
    case = actions.close(complain(), result="withdrawn", by=as_system.lob, at=NOON)
    later = NOON + 20 * DAY
    actions.reopen(case, reason="not a mistake after all", by=as_system.wei, at=later)
    actions.answer(case, text=ANSWER, by=as_system.lob, at=later + HOUR)

    found = total(as_system, later + DAY).answered

    assert (found.met, found.due) == (1, 1)


def judged(case: Case, cast: Cast, lists: Lists, cause: str, at: Any) -> Case:
    """Lob answers the case and finds it founded."""
    actions.answer(case, text=ANSWER, by=cast.lob, at=at)
    return actions.close(
        case, result="upheld", cause=lists(cause), remedy="paid back", by=cast.lob, at=at
    )


def ended(cast: Cast, at: Any, months: int = 1) -> tuple[int, int, dict[str, tuple[int, int]]]:
    """How many closed, how many founded, their causes now and before; each opens its list."""
    found = queries.figures(cast.lin, at, months)

    def behind(measure: str, code: str = "") -> int:
        group = "cause" if code else ""
        rows = queries.of(cast.lin, at, months=months, measure=measure, group=group, code=code)
        return len(set(rows))

    assert (behind("closed"), behind("upheld")) == (found.total.closed, found.total.upheld)
    assert behind("cause") == sum(line.n for line in found.causes)
    for line in found.causes:
        assert behind("cause", line.code) == line.n
        assert behind("cause_before", line.code) == line.before
    causes = {line.name: (line.n, line.before) for line in found.causes}
    return found.total.closed, found.total.upheld, causes


def test_opening_a_case_again_takes_nothing_out_of_the_figures_of_what_was_closed(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = judged(complain(), as_system, lists, "mistake", NOON + HOUR)
    before = ended(as_system, NOON + DAY)
    assert before == (1, 1, {"A mistake of ours": (1, 0)})

    actions.reopen(case, reason="charged again", by=as_system.wei, at=NOON + DAY)

    assert ended(as_system, NOON + DAY) == before


def test_of_a_case_that_was_closed_twice_in_one_time_the_last_closing_counts(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = judged(complain(), as_system, lists, "mistake", NOON + HOUR)
    actions.reopen(case, reason="charged again", by=as_system.wei, at=NOON + DAY)
    actions.answer(case, text=ANSWER, by=as_system.lob, at=NOON + DAY)
    actions.close(
        case, result="not_upheld", cause=lists("none"), by=as_system.lob, at=NOON + 2 * DAY
    )

    assert ended(as_system, NOON + 2 * DAY) == (1, 0, {"Nothing of ours": (1, 0)})


def test_a_case_closed_in_two_times_counts_in_each_with_the_cause_of_then(
    as_system: Cast, complain: Open, lists: Lists
) -> None:
    case = judged(complain(), as_system, lists, "mistake", NOON)
    later = NOON + 40 * DAY
    actions.reopen(case, reason="charged again", by=as_system.wei, at=later)
    judged(case, as_system, lists, "system", later)

    found = ended(as_system, later)

    causes = {"A failure of a system": (1, 0), "A mistake of ours": (0, 1)}
    assert found == (1, 1, causes)
