"""A scoring run: versions side by side, one flip, and what each viewer reads of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from tests.server.scoring.telling import tell

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.scoring import actions, queries
from regulars.server.scoring.models import Run, Score
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, scored

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


@pytest.fixture
def told(as_system: Cast) -> Cast:
    return tell(as_system)


def test_without_facts_there_is_nothing_to_score(as_system: Cast) -> None:
    with pytest.raises(actions.NothingToScore, match="regulars import"):
        actions.run_scoring(by=TESTS, at=NOON)


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
    runs = [scored(told) for _ in range(4)]

    assert Score.objects.filter(run__in=runs).values("run_id").distinct().count() == 3
    assert all(queries.frame(run).exists() for run in runs)


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
