"""A scoring run: versions side by side, one flip, and what each viewer reads of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.scoring import actions, queries
from regulars.server.scoring.models import Run, Score
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(46)]


@pytest.fixture
def told(as_system: Cast) -> Cast:
    """Li comes weekly and keeps much, Zhou stopped in spring, Qian came twice."""
    bought(as_system, as_system.li, *WEEKLY, amount=300_00)
    bought(as_system, as_system.zhou, *WEEKLY[:12])
    bought(as_system, as_system.qian, WEEKLY[0], WEEKLY[30])
    has_balance(as_system, as_system.li, (date(2026, 1, 1), 900_000_00))
    has_balance(as_system, as_system.zhou, (date(2026, 1, 1), 1_000_00))
    return as_system


def test_without_facts_there_is_nothing_to_score(as_system: Cast) -> None:
    with pytest.raises(actions.NothingToScore, match="regulars import"):
        actions.run_scoring(by=TESTS, at=NOON)


def test_a_run_publishes_one_row_per_customer(told: Cast) -> None:
    run = scored(told)

    scores = {s.customer_id: s for s in Score.objects.filter(run=run)}
    assert set(scores) == {told.li.pk, told.zhou.pk, told.qian.pk}
    assert scores[told.li.pk].value == Decimal("900000.00")
    assert queries.current_run() == run
    assert run.result["customers"] == 3


def test_of_two_runs_the_newer_is_current_and_the_older_stays(told: Cast) -> None:
    first, second = scored(told), scored(told)

    assert queries.current_run() == second
    assert Score.objects.filter(run=first).count() == 3
    assert list(Run.objects.filter(is_current=True)) == [second]


def test_a_run_as_of_the_past_is_stored_and_not_shown(told: Cast) -> None:
    current = scored(told)
    past = scored(told, as_of=date(2026, 3, 1), publish=False)

    assert queries.current_run() == current
    assert Score.objects.filter(run=past).count() == 0
    assert queries.figures(told.ana, told.qian, past)["purchase_count"] == 1


def test_old_versions_leave_postgresql_and_keep_their_frames(told: Cast) -> None:
    runs = [scored(told) for _ in range(5)]

    assert Score.objects.values("run_id").distinct().count() == 3
    assert all(queries.frame(run).exists() for run in runs)


def test_figures_are_those_of_the_own_customers_only(told: Cast, look: Look) -> None:
    scored(told)
    look(told.mei)

    assert queries.figures(told.mei, told.li)["aum"] == 900_000
    assert queries.figures(told.mei, told.qian) == {}
    assert queries.score(told.mei, told.qian) is None


def test_scores_are_walled_by_the_database_too(told: Cast, look: Look) -> None:
    scored(told)
    look(told.tao)

    assert [s.customer_id for s in Score.objects.all()] == [told.qian.pk]


def test_every_count_opens_its_customers(told: Cast, look: Look) -> None:
    run = scored(told)
    look(told.ana)

    for stage, (number, value) in queries.counts(told.ana, run, "stage").items():
        ids, total, total_value = queries.rows(told.ana, run, [("stage", str(stage))])
        assert len(ids) == total == number
        assert total_value == value


def test_a_manager_counts_the_own_branch(told: Cast, look: Look) -> None:
    run = scored(told)
    look(told.wei)

    ids, total, _ = queries.rows(told.wei, run, [])

    assert set(ids) == {told.li.pk, told.zhou.pk}
    assert total == 2


def test_a_range_is_half_open(told: Cast, look: Look) -> None:
    run = scored(told)
    look(told.ana)

    assert queries.rows(told.ana, run, [("aum", "1000..900000")])[0] == [told.zhou.pk]
    assert queries.rows(told.ana, run, [("aum", "900000..")])[0] == [told.li.pk]


@pytest.mark.parametrize(
    "condition", [("name; drop table x", "1"), ("aum", "1..x"), ("nope", "")]
)
def test_an_unknown_condition_is_a_sentence(
    told: Cast, look: Look, condition: tuple[str, str]
) -> None:
    run = scored(told)
    look(told.ana)

    with pytest.raises(queries.UnknownColumn):
        queries.rows(told.ana, run, [condition])


def test_the_same_date_twice_gives_the_same_answer(told: Cast) -> None:
    first, second = scored(told), scored(told)

    kept = ("customers", "orders", "revenue", "top20_share", "lifecycle", "models", "forecast")
    assert {k: first.result[k] for k in kept} == {k: second.result[k] for k in kept}


def test_a_run_that_fails_says_so_and_changes_nothing(
    told: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    current = scored(told)
    # The disk under the frame is gone in mid run.
    monkeypatch.setattr(
        "regulars.server.scoring.bridge.keep", lambda *_: (_ for _ in ()).throw(OSError("disk"))
    )

    with pytest.raises(OSError, match="disk"):
        actions.run_scoring(by=TESTS, at=NOON, as_of=TODAY)

    scope.set_scope(scope.EVERYBODY)
    assert queries.current_run() == current
    assert Run.objects.filter(state=Run.State.FAILED).count() == 1


def test_an_earlier_run_is_scoped_too(told: Cast, look: Look) -> None:
    before = scored(told, as_of=date(2026, 3, 1), publish=False)
    run = scored(told)
    look(told.wei)

    ids, total, _ = queries.rows(told.wei, run, [("was_purchase_count", "1..")], before=before)

    assert told.qian.pk not in ids
    assert total == 2
