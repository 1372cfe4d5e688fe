"""What knows the outcome is refused; what only forecasts it well is not."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from regulars.engine.learning import Leak, Sheet, find_leaks, refuse_leaks, train


def _asked(table: pa.Table, outcome: str, value: str) -> tuple[Sheet, np.ndarray]:
    hit = np.array([each == value for each in table[outcome].to_pylist()], dtype=np.int64)
    return Sheet.of(table.drop_columns([outcome])), hit


def _planted(telco: pa.Table, name: str, values: object) -> tuple[Sheet, np.ndarray]:
    return _asked(telco.append_column(name, pa.array(values)), "Churn", "Yes")


@pytest.fixture
def left(telco: pa.Table) -> np.ndarray:
    return np.array(telco["Churn"].to_pylist()) == "Yes"


def test_the_length_of_the_call_is_refused_and_nothing_else(bank_marketing: pa.Table) -> None:
    sheet, hit = _asked(bank_marketing, "deposit", "yes")

    found = find_leaks(sheet, hit)

    assert [each.feature for each in found] == ["duration"]
    assert found[0].rule == "beyond_others"
    assert found[0].figure == pytest.approx(0.90, abs=0.015)
    assert "Drop duration, or declare it known before" in found[0].message


def test_without_it_every_feature_is_accepted(bank_marketing: pa.Table) -> None:
    sheet, hit = _asked(bank_marketing.drop_columns(["duration"]), "deposit", "yes")

    assert not find_leaks(sheet, hit)


def test_every_feature_of_telco_is_accepted(telco: pa.Table) -> None:
    assert not find_leaks(*_asked(telco, "Churn", "Yes"))


@pytest.mark.drill
def test_every_feature_of_caravan_is_accepted(caravan: pa.Table) -> None:
    outcome = "Purchase" if "Purchase" in caravan.column_names else caravan.column_names[-1]
    value = min(set(caravan[outcome].to_pylist()), key=caravan[outcome].to_pylist().count)

    assert not find_leaks(*_asked(caravan, outcome, value))


def test_a_copy_of_the_outcome_is_refused(telco: pa.Table, left: np.ndarray) -> None:
    found = find_leaks(*_planted(telco, "status", np.where(left, "gone", "here")))

    assert [(each.feature, each.rule) for each in found] == [("status", "mark")]
    assert found[0].figure == 1.0


def test_a_copy_in_numbers_is_refused(telco: pa.Table, left: np.ndarray) -> None:
    found = find_leaks(*_planted(telco, "status", left.astype(float)))

    assert [(each.feature, each.rule) for each in found] == [("status", "alone")]


@pytest.mark.parametrize("wrong", [0.05, 0.20])
def test_the_outcome_with_errors_is_refused(
    telco: pa.Table, left: np.ndarray, wrong: float
) -> None:
    off = np.random.default_rng(1).random(len(left)) < wrong

    found = find_leaks(*_planted(telco, "status", (left ^ off).astype(float)))

    assert [(each.feature, each.rule) for each in found] == [("status", "beyond_others")]


def test_two_leaks_that_say_the_same_do_not_hide_each_other(
    telco: pa.Table, left: np.ndarray
) -> None:
    random = np.random.default_rng(2)
    noisy = left + 0.7 * random.normal(size=len(left))
    table = telco.append_column("minutes", pa.array(noisy))
    table = table.append_column("seconds", pa.array(noisy * 60 + random.random(len(left))))

    found = find_leaks(*_asked(table, "Churn", "Yes"))

    assert {each.feature for each in found} == {"minutes", "seconds"}


def test_a_closing_date_only_of_those_who_left_is_refused(
    telco: pa.Table, left: np.ndarray
) -> None:
    random = np.random.default_rng(3)
    written = left & (random.random(len(left)) < 0.5)
    days = [date(2025, 1, 1 + int(each)) for each in random.integers(0, 28, len(left))]
    closed = [day if known else None for day, known in zip(days, written, strict=True)]

    found = find_leaks(*_planted(telco, "closed_on", closed))

    assert [(each.feature, each.rule) for each in found] == [("closed_on", "mark")]
    assert "is filled in" in found[0].message


def test_a_gap_that_equals_the_outcome_is_refused(telco: pa.Table, left: np.ndarray) -> None:
    score = np.random.default_rng(4).random(len(left))
    values = [None if gone else each for gone, each in zip(left, score, strict=True)]

    found = find_leaks(*_planted(telco, "satisfaction", values))

    assert [(each.feature, each.rule) for each in found] == [("satisfaction", "mark")]
    assert "is empty" in found[0].message


def test_what_is_declared_after_the_outcome_is_refused_unseen(telco: pa.Table) -> None:
    sheet, hit = _asked(telco, "Churn", "Yes")

    found = find_leaks(sheet, hit, known_at={"tenure": "after"})

    assert [(each.feature, each.rule) for each in found] == [("tenure", "declared")]


def test_what_was_recorded_after_the_day_of_the_forecast_is_refused(telco: pa.Table) -> None:
    sheet, hit = _asked(telco, "Churn", "Yes")
    known = {"tenure": date(2025, 3, 1), "Contract": date(2025, 1, 1)}

    with pytest.raises(Leak, match="tenure is declared as recorded on 2025-03-01"):
        refuse_leaks(sheet, hit, known_at=known, as_of=date(2025, 2, 1))


def test_what_is_declared_known_before_is_let_through(
    telco: pa.Table, left: np.ndarray
) -> None:
    sheet, hit = _planted(telco, "status", left.astype(float))

    assert not find_leaks(sheet, hit, known_at={"status": "before"})


def test_the_refusal_comes_before_the_training(bank_marketing: pa.Table) -> None:
    with pytest.raises(Leak, match="duration knows more than all other features together"):
        train(bank_marketing, outcome="deposit", happened="yes")
