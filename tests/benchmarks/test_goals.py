"""The table of goals: a row for each, whatever was measured and whatever died."""

from __future__ import annotations

import importlib
import math
from pathlib import Path

import pytest
from benchmarks import goals, mornings
from benchmarks.__main__ import MEASURING, load, measure, names, parts, read
from benchmarks.goals import Finding, Goal

PROMISED = [
    *("valuation from raw facts", "valuation from raw facts: peak memory"),
    *("valuation from stored aggregates", "valuation from stored aggregates: peak memory"),
    *("scores published to PostgreSQL", "RFM and ABC", "scoring, all scores"),
    *("a reader's longest wait", "segment of attributes and scores, exact count"),
    *("segment over a span of time, estimate", "segment over a span of time, exact count"),
    *("next day's run", "largest difference from lifetimes' scores"),
    *("BG/NBD fit, faster than lifetimes", "BG/NBD fit, faster than pymc-marketing MAP"),
    *("BG/NBD log-likelihood, short of lifetimes'", "same answer on DuckDB and Spark"),
    *("BG/NBD log-likelihood, short of pymc-marketing's", "bg_nbd: parameters"),
    *("cdnow_sample: holdout MAE", "cdnow_sample: revenue caught", "cdnow_sample: level"),
    *("cdnow_master: holdout MAE", "cdnow_master: revenue caught", "cdnow_master: level"),
    *("grocery: holdout MAE", "grocery: revenue caught", "grocery: level"),
    *("apparel: holdout MAE", "apparel: revenue caught"),
    *("online_retail: holdout MAE", "online_retail: revenue caught"),
    *("completejourney: holdout MAE", "completejourney: revenue caught"),
    *("rfm_reference: published scores", "Hillstrom: lifts", "telco: AUC"),
    *("A/A on rates", "A/A on spend, false alarms", "A/A on spend looked at daily"),
    *("no signal in the data", "a signal in the data"),
]


def every() -> list[Goal]:
    return [goal for part in parts().values() for goal in part]


@pytest.mark.parametrize("beginning", PROMISED)
def test_the_table_has_a_row_for_each_promised_goal(beginning: str) -> None:
    lines = goals.table(parts(), {})

    assert [line for line in lines if line.startswith(f"  {beginning}")]


def test_a_goal_is_measured_in_one_place() -> None:
    said = [goal.name for goal in every()]

    assert len(said) == len(set(said))


def test_every_goal_has_a_bound_and_a_benchmark_to_measure_it() -> None:
    assert all(goal.least is not None or goal.most is not None for goal in every())
    assert {name for name in names() if hasattr(load(name), "GOALS")} == set(MEASURING)


def test_bounds_are_inclusive_and_both_hold() -> None:
    alarms = Goal("alarms", least=4.0, most=6.0)

    assert alarms.met(4.0)
    assert alarms.met(6.0)
    assert not alarms.met(3.9)
    assert not alarms.met(6.1)
    assert not alarms.met(math.nan)


def test_a_figure_is_compared_with_the_digits_that_its_target_was_noted_with() -> None:
    assert Goal("share", least=0.644, digits=3).met(0.6436)
    assert not Goal("share", least=0.644, digits=3).met(0.6434)
    assert not Goal("share", least=0.644).met(0.6436)


def test_a_row_says_figure_target_and_verdict() -> None:
    goal = Goal("publication", most=60.0, unit="s")

    for finding, said in (
        (Finding(goal.name, 31.4), "31.40   <= 60 s"),
        (Finding(goal.name, 31.4, "the slower of two"), "met; the slower of two"),
        (Finding(goal.name, 61.0), "not met"),
        (Finding(goal.name, None, "no data"), "not measured: no data"),
        (Finding(goal.name, None, "KeyError: 'x'", failed=True), "failed: KeyError: 'x'"),
    ):
        assert said in goals.row(goal, finding)


def test_the_farthest_of_figures_speaks_for_a_range() -> None:
    assert goals.farthest([4.9, 5.6, 4.2], of=5.0) == 4.2


def test_without_public_data_every_goal_on_them_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGULARS_DATA", raising=False)

    findings = measure("holdout", [], tmp_path / "holdout")

    assert set(findings) == {goal.name for goal in load("holdout").GOALS}
    assert {each.said for each in findings.values()} == {goals.NO_DATA}
    assert all(each.figure is None and not each.failed for each in findings.values())


def test_a_benchmark_that_dies_keeps_what_it_found_and_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REGULARS_BENCH_LIFETIMES", raising=False)
    gone = f"--pymc={tmp_path / 'python'}"

    findings = measure("fit", ["--customers=200", gone], tmp_path / "fit")

    known = findings["BG/NBD fit, faster than lifetimes"]
    lost = findings["BG/NBD fit, faster than pymc-marketing MAP"]
    assert not known.failed
    assert "--rivals" in known.said
    assert lost.failed
    assert lost.said.startswith("FileNotFoundError")


def test_a_name_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--only", "valuation,fits"])

    assert "fits: not among valuation" in capsys.readouterr().err


def test_every_stage_that_the_mornings_are_timed_by_is_there() -> None:
    gone = [
        f"{place}.{name}"
        for place, names in mornings.STAGES.items()
        for name in names
        if not hasattr(importlib.import_module(place), name)
    ]

    assert gone == []
