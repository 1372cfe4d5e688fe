"""Forecasts of churn come true as often as they say, and rest on the past alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engine.churn.conftest import AS_OF, HORIZON, UNTIL, ledger_of

from regulars import engine
from regulars.engine import synthetic
from regulars.engine.churn import Churn, ChurnModel, explain_churn, predict_churn
from regulars.engine.learning import judge
from regulars.engine.ledger import facts


@pytest.fixture(scope="module")
def forecast(shop_ledger: engine.Ledger) -> Churn:
    return predict_churn(
        shop_ledger, as_of=AS_OF, horizon_days=HORIZON, basis=engine.RETAIL, among="everybody"
    )


def _table(found: Churn) -> pa.Table:
    return found.customers.order_by("customer_id").to_pyarrow()


def _scored(found: Churn) -> tuple[list[Any], np.ndarray]:
    table = _table(found)
    table = table.filter(table["churn_probability"].is_valid())
    return table["customer_id"].to_pylist(), table["churn_probability"].to_numpy()


def _silent(ledger: engine.Ledger, ids: list[Any]) -> np.ndarray:
    rows = facts(ledger, until=UNTIL).filter(ibis._.kind == "purchase")
    rows = rows.filter(rows.day > (AS_OF - date(1970, 1, 1)).days)
    came = set(rows.select("customer_id").distinct().to_pyarrow()["customer_id"].to_pylist())
    return np.array([each not in came for each in ids], dtype=np.int64)


def test_of_the_customers_with_a_probability_as_many_leave(
    forecast: Churn, shop_ledger: engine.Ledger
) -> None:
    """The future was never seen. It is the shop's best season, which three earlier ones do
    not tell, so a few more come than were forecast.
    """
    ids, chance = _scored(forecast)

    came_true = judge(chance, _silent(shop_ledger, ids))

    assert chance.mean() == pytest.approx(came_true.base_rate, abs=0.06)
    assert came_true.log_loss < came_true.log_loss_naive - 0.05
    for tenth in came_true.calibration:
        assert tenth.rate_low - 0.06 <= tenth.forecast <= tenth.rate_high + 0.06


def test_probabilities_agree_with_the_true_ones(
    forecast: Churn, shop: synthetic.Company
) -> None:
    """The truth knows who has stopped and at which rate the others buy."""
    ids, chance = _scored(forecast)
    rows = {row["customer"]: row for row in shop.truth.to_pylist()}
    true = np.array([_true_silence(rows[each]) for each in ids])

    assert chance.mean() == pytest.approx(true.mean(), abs=0.03)
    for low, high in ((0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.0)):
        here = (chance > low) & (chance <= high)
        if here.sum() >= 100:
            assert chance[here].mean() == pytest.approx(true[here].mean(), abs=0.07)


def _true_silence(row: dict[str, Any]) -> float:
    dropped = row["dropped_at"]
    if dropped is not None and dropped.date() <= AS_OF:
        return 1.0
    return float(np.exp(-row["lambda_"] * HORIZON / 7.0))


def test_the_card_promises_what_the_future_keeps(
    forecast: Churn, shop_ledger: engine.Ledger
) -> None:
    ids, chance = _scored(forecast)
    came_true = judge(chance, _silent(shop_ledger, ids))
    card = forecast.card

    assert card.quality is not None
    assert card.quality.auc == pytest.approx(came_true.auc, abs=0.03)
    assert card.judged_on == AS_OF - timedelta(days=HORIZON)
    assert card.out_of_time
    assert max(card.learned_on) + timedelta(days=HORIZON) <= card.judged_on
    risky = card.of_hundred(0.95)
    assert risky is not None
    assert risky.rate > 0.85
    assert json.loads(json.dumps(card.to_dict()))["chosen"] == card.chosen


def test_every_customer_has_one_row_and_at_most_three_reasons(forecast: Churn) -> None:
    table = _table(forecast)

    assert len(set(table["customer_id"].to_pylist())) == table.num_rows
    why = table["why"].to_pylist()
    assert all(len(each) <= 3 for each in why)
    points = [reason["points"] for each in why for reason in each]
    assert min(points) < -5.0
    assert max(points) > 5.0
    assert {reason["code"] for each in why for reason in each} >= {"silence", "frequency"}


def test_silence_is_told_against_the_own_rhythm(forecast: Churn) -> None:
    reasons = [reason for each in _table(forecast)["why"].to_pylist() for reason in each]

    silent = [each for each in reasons if each["code"] == "silence" and each["points"] > 10]

    assert len(silent) > 50
    assert np.median([each["value"] / each["usual"] for each in silent]) > 1.5


def test_one_customer_is_explained_as_in_the_table(
    forecast: Churn, shop_ledger: engine.Ledger
) -> None:
    table = _table(forecast)
    ids = table["customer_id"].to_pylist()[:25]
    assert forecast.model is not None
    stored = ChurnModel.from_dict(json.loads(json.dumps(forecast.model.to_dict())))

    found = explain_churn(shop_ledger, stored, ids, as_of=AS_OF, basis=engine.RETAIL, most=3)

    assert list(found) == ids
    for each, row in zip(ids, table["why"].to_pylist()[:25], strict=True):
        assert [reason.code for reason in found[each]] == [reason["code"] for reason in row]
        assert [reason.points for reason in found[each]] == pytest.approx(
            [reason["points"] for reason in row], abs=0.01
        )


def test_the_future_and_the_order_of_rows_change_nothing(
    forecast: Churn, shop: synthetic.Company, shop_ledger: engine.Ledger, connection: Any
) -> None:
    """All that came later is turned round, and the rest is shuffled."""
    rows = shop_ledger.transactions.to_pyarrow()
    late = np.array([each.date() > AS_OF for each in rows["occurred_at"].to_pylist()])
    future = rows.filter(pa.array(late))
    amounts = future["amount"].to_numpy() * -7
    place = future.column_names.index("amount")
    future = future.set_column(place, "amount", pa.array(amounts))
    future = future.slice(0, len(future) // 2)
    past = rows.filter(pa.array(~late))
    past = past.take(pa.array(np.random.default_rng(1).permutation(len(past))))
    name = ibis.util.gen_name("altered")
    table = connection.create_table(name, pa.concat_tables([future, past]), temp=True)
    altered = replace(shop_ledger, transactions=table)

    found = predict_churn(
        altered, as_of=AS_OF, horizon_days=HORIZON, basis=engine.RETAIL, among="everybody"
    )

    assert _table(found).equals(_table(forecast))
    assert found.card.to_dict() == forecast.card.to_dict()


def test_what_is_written_can_be_read(forecast: Churn, tmp_path: Path) -> None:
    forecast.write(tmp_path)

    table = pq.read_table(tmp_path / "churn.parquet")
    assert table.column_names == ["customer_id", "churn_probability", "churn_band", "why"]
    back = engine.connect().read_parquet(tmp_path / "churn.parquet")
    first = back.filter(back.why.length() > 0).select(code=back.why[0].code).limit(1)
    assert first.to_pyarrow()["code"][0].as_py() in {"silence", "frequency", "spend"}
    model = json.loads((tmp_path / "churn_model.json").read_text("utf-8"))
    assert ChurnModel.from_dict(model).question.horizon_days == HORIZON


def test_cdnow_is_told_apart_as_well_as_the_goals(cdnow_master: engine.Ledger) -> None:
    """Thirteen weeks from 1997-09-30, all 23,570 customers."""
    found = predict_churn(
        cdnow_master,
        as_of=date(1997, 12, 30),
        horizon_days=91,
        basis=engine.RETAIL,
        among="everybody",
    )

    auc = {name: judged.auc for name, judged in found.card.methods.items()}
    assert found.card.judged_on == date(1997, 9, 30)
    assert found.card.customers == 23_570
    assert auc["recency"] == pytest.approx(0.763, abs=0.001)
    assert auc["p_alive"] >= 0.7705
    assert auc["boosting"] >= 0.773
    assert auc["blend"] >= auc["p_alive"] + 0.006
    assert found.card.chosen == "blend"


def test_a_short_history_uses_p_alive_and_says_so(shop_ledger: engine.Ledger) -> None:
    found = predict_churn(
        shop_ledger, as_of=date(2024, 4, 30), horizon_days=90, basis=engine.RETAIL
    )

    assert found.card.chosen == "p_alive"
    assert "days; " in found.card.verdict
    assert "more are needed to learn a horizon of 90 days" in found.card.verdict
    assert found.card.methods == {}
    assert found.card.customers > 0
    reasons = [reason for each in _table(found)["why"].to_pylist() for reason in each or []]
    assert {reason["code"] for reason in reasons} == {"silence"}


def test_with_a_little_more_history_p_alive_is_judged(shop_ledger: engine.Ledger) -> None:
    found = predict_churn(
        shop_ledger,
        as_of=date(2024, 8, 31),
        horizon_days=90,
        basis=engine.RETAIL,
        among="everybody",
    )

    assert found.card.chosen == "p_alive"
    assert list(found.card.methods) == ["p_alive"]
    assert found.card.quality is not None
    assert found.card.quality.auc > 0.6


def test_without_leavers_no_probability_is_given(make_ledger: Any, make_balances: Any) -> None:
    balances = make_balances([(each, "a", date(2023, 1, 1), 900.0) for each in range(30)])
    ledger = make_ledger([(1, date(2023, 1, 1), 5.0)], balances=balances)

    found = predict_churn(ledger, as_of=date(2025, 6, 30), basis=engine.BANK, outcome="closed")

    assert found.card.chosen == "none"
    assert found.card.verdict.startswith("Not enough data: 50 more customers of the rarer")
    assert _table(found)["churn_probability"].null_count == 30
    assert found.model is None


def test_coming_by_dice_gives_no_signal(make_ledger: Any) -> None:
    """Everybody comes with the same chance every month: nobody can be told from anybody."""
    random = np.random.default_rng(3)
    months = [date(2024, 1, 15) + timedelta(days=30 * step) for step in range(18)]
    rows = [
        (customer, day, 10.0)
        for customer in range(700)
        for day in months
        if day == months[0] or random.random() < 0.5
    ]

    found = predict_churn(
        make_ledger(rows),
        as_of=months[-1] + timedelta(days=29),
        horizon_days=30,
        basis=engine.RETAIL,
        among="everybody",
    )

    assert found.card.chosen == "base_rate"
    assert found.card.verdict.startswith("No signal: ")
    chances = set(_table(found)["churn_probability"].to_pylist())
    assert len(chances) == 1
    assert chances.pop() == pytest.approx(0.5, abs=0.06)


def test_a_method_that_could_not_be_settled_does_not_compete(make_ledger: Any) -> None:
    """All buy at one rate: MBG/NBD says the same of everybody on some dates, not on others."""
    random = np.random.default_rng(0)
    start, days = date(2024, 1, 1), 540
    counts = random.poisson(days / 40, 2000)
    when = (random.random(counts.sum()) * days).astype(int).tolist()
    who = np.repeat(np.arange(2000), counts).tolist()
    rows = [(c, start + timedelta(days=d), 10.0) for c, d in zip(who, when, strict=True)]

    found = predict_churn(
        make_ledger(rows),
        as_of=start + timedelta(days=days - 1),
        horizon_days=90,
        basis=engine.RETAIL,
    )

    assert found.card.chosen == "base_rate"
    assert found.card.verdict.startswith("No signal: ")


@pytest.mark.drill
@pytest.mark.parametrize("outcome", ["assets", "silence"])
def test_a_bank_is_forecast_as_it_comes(connection: Any, outcome: Any) -> None:
    company = synthetic.bank(customers=4_000, seed=3, until=UNTIL)
    ledger = ledger_of(company, connection)

    found = predict_churn(
        ledger, as_of=AS_OF, horizon_days=HORIZON, basis=engine.BANK, outcome=outcome
    )

    ids, chance = _scored(found)
    came_true = judge(chance, _left(ledger, found, ids))
    assert came_true.auc > 0.8
    assert chance.mean() == pytest.approx(came_true.base_rate, abs=0.03)
    assert came_true.log_loss < came_true.log_loss_naive - 0.04
    # The bank's stories (who became dormant, who took the money) lie at its end, so that the
    # quarter forecast is not quite like those before.
    for tenth in came_true.calibration:
        assert tenth.rate_low - 0.10 <= tenth.forecast <= tenth.rate_high + 0.10


def _left(ledger: engine.Ledger, found: Churn, ids: list[Any]) -> np.ndarray:
    from regulars.engine.churn.columns import known_of
    from regulars.engine.churn.outcomes import with_outcome

    question = found.card.question
    known = known_of(ledger, question, on=AS_OF, basis=engine.BANK)
    rows = with_outcome(ledger, known, question, on=AS_OF, basis=engine.BANK).to_pyarrow()
    left = dict(zip(rows["customer_id"].to_pylist(), rows["happened"].to_pylist(), strict=True))
    return np.array([left[each] for each in ids], dtype=np.int64)
