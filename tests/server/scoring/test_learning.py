"""What is learned lies beside the scores; what the data cannot teach is said."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from regulars.server.core.models import Job
from regulars.server.facts.models import FactFile
from regulars.server.scoring import actions, bridge, queries
from regulars.server.scoring.models import Run
from regulars.testing.cast import NOON, TESTS, Cast, bought, has_balance

pytestmark = pytest.mark.django_db
START = date(2025, 6, 2)
WEEKLY = [START + timedelta(weeks=n) for n in range(70)]


@pytest.fixture
def scored_town(as_system: Cast) -> Run:
    """Li and Zhou bought every week; Qian stopped in spring."""
    bought(as_system, as_system.li, *WEEKLY)
    bought(as_system, as_system.zhou, *WEEKLY, amount=900_00, source="zhou")
    bought(as_system, as_system.qian, *WEEKLY[:40], source="qian")
    has_balance(as_system, as_system.li, (START, 500_000_00))
    return actions.run_scoring(by=TESTS, at=NOON, as_of=date(2026, 10, 1))


def test_columns_are_laid_beside_the_scores_and_what_cannot_be_taught_is_said(
    scored_town: Run, as_system: Cast
) -> None:
    """One learning for all of it: each costs seconds."""
    plain = queries.columns(scored_town)
    before = queries.figures(as_system.ana, as_system.qian, scored_town)
    job = actions.ask_learning(scored_town, by=TESTS, at=NOON)
    again = actions.ask_learning(scored_town, by=TESTS, at=NOON)

    actions.perform_learning(job, clock=lambda: NOON)

    job.refresh_from_db()
    assert again.pk == job.pk
    assert (job.state, job.message) == (Job.State.DONE, "")
    assert queries.learning(scored_town) is None
    run = Run.objects.get(pk=scored_town.pk)
    added = set(queries.columns(run)) - set(plain)
    assert {"churn_probability", "rank_next", "dormancy_step", "value_class"} <= added
    learned = run.result["learned"]
    assert {"churn", "ranking", "quarter"} <= set(learned["cards"])
    assert set(learned["seconds"]) == set(bridge.LESSONS)
    # Three customers teach no ranking and no product; both say why.
    assert learned["cards"]["ranking"]["quality"]["skipped"]
    assert learned["skipped"]["next"]
    after = queries.figures(as_system.ana, as_system.qian, run)
    assert {name: after[name] for name in before} == before
    assert after["dormancy_step"] == "lost"
    assert queries.figures(as_system.ana, as_system.li, run)["dormancy_step"] is None


@pytest.mark.drill
def test_learning_again_replaces_what_was_learned(scored_town: Run) -> None:
    first = actions.learn(scored_town, by=TESTS, at=NOON).result["frame_file"]

    run = actions.learn(scored_town, by=TESTS, at=NOON)

    assert run.result["frame_file"] != first
    assert list(run.result["parts"]) == ["learned"]
    assert len(queries.columns(run)) == len(set(queries.columns(run)))


def test_a_run_reads_each_fact_file_once_for_its_sums(
    scored_town: Run, as_system: Cast
) -> None:
    sums = settings.HOME.sums / bridge.SUMS_VERSION
    first = {path.name: path.stat().st_mtime_ns for path in sums.iterdir()}
    bought(as_system, as_system.li, date(2026, 10, 2), source="a new day")

    run = actions.run_scoring(by=TESTS, at=NOON, as_of=date(2026, 10, 2))

    second = {path.name: path.stat().st_mtime_ns for path in sums.iterdir()}
    assert len(second) == len(first) + 1
    assert {name: second[name] for name in first} == first
    orders = queries.figures(as_system.ana, as_system.li, run)["purchase_count"]
    assert orders == len(WEEKLY) + 1


def test_sums_of_files_that_are_gone_are_swept(scored_town: Run) -> None:
    sums: Path = settings.HOME.sums / bridge.SUMS_VERSION
    assert sums.exists()
    gone = FactFile.objects.filter(kind="transactions").order_by("pk")[0]
    gone.delete()

    assert actions.sweep_sums() >= 1
    assert gone.path.rpartition("/")[2] not in {path.name for path in sums.iterdir()}
