"""What an experiment says, by assignment, early and at its end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from regulars.engine.uplift import Moments
from regulars.server.customers.models import Customer
from regulars.server.experiments import actions, queries
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import Asked, History, judge, needed, sight
from regulars.server.experiments.rules.arms import usual, variants
from regulars.server.experiments.rules.looks import planned_looks
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
END = TODAY + timedelta(days=28)


def test_the_reference_campaign_looks_good_and_is_not_proved() -> None:
    asked = Asked(usual(0.1), "revenue", margin=0.40, fixed_cost=18_000)
    arms = {
        "treated": Moments.of_summary("outcome", n=9000, mean=112.0, deviation=250.0),
        "control": Moments.of_summary("outcome", n=1000, mean=100.0, deviation=240.0),
    }

    judged = judge(asked, arms)

    said = judged.body["effects"]["treated"]
    assert [round(said[name], 1) for name in ("difference", "low", "high")] == [
        12.0,
        -3.7,
        27.7,
    ]
    value = [
        round(said[name]) for name in ("incremental", "incremental_low", "incremental_high")
    ]
    assert value == [108_000, -33_716, 249_716]
    paid = judged.body["paid"]
    assert round(paid["return_on_spend"][0], 2) == 6.0
    assert round(paid["return_on_investment"][0], 2) == 1.4
    assert judged.code == "not_proved"


def test_the_reference_rates_and_what_a_spreadsheet_says_of_them() -> None:
    asked = Asked(usual(0.1), "bought")
    arms = {
        "treated": Moments.of({"outcome": [1] * 540 + [0] * 8460}),
        "control": Moments.of({"outcome": [1] * 45 + [0] * 955}),
    }

    judged = judge(asked, arms)

    said = judged.body["effects"]["treated"]
    assert round(said["difference"] * 100, 2) == 1.5
    assert round(said["incremental"]) == 135
    assert [round(100 * edge, 2) for edge in judged.body["spreadsheet"]] == [0.12, 2.88]
    assert [round(100 * said[edge], 2) for edge in ("low", "high")] == [-0.04, 2.74]
    assert judged.code == "not_proved"


@pytest.mark.parametrize(
    ("share", "customers"), [(0.05, 79_225), (0.10, 42_202), (0.20, 24_175), (0.50, 16_311)]
)
def test_sample_sizes_are_those_of_the_reference(share: float, customers: int) -> None:
    history = History(10_000, 0.05, 0.22)

    assert needed(history, difference=0.01, share=share, is_rate=True) == customers


def test_a_branch_list_of_2_000_sees_only_four_and_a_half_points() -> None:
    found = sight(History(10_000, 0.05, 0.22), customers=2_000, share=0.10, is_rate=True)

    assert found.difference is not None
    assert 0.044 < found.difference < 0.048


def test_arms_that_lost_customers_are_not_comparable() -> None:
    asked = Asked(usual(0.1), "revenue")
    arms = {
        "treated": Moments.of_summary("outcome", n=8000, mean=130.0, deviation=250.0),
        "control": Moments.of_summary("outcome", n=1000, mean=100.0, deviation=240.0),
    }

    assert judge(asked, arms).code == "not_comparable"


def test_looks_are_even_and_the_last_one_is_the_end() -> None:
    looks = planned_looks(TODAY, END)

    assert [(look - TODAY).days for look in looks] == [7, 14, 21, 28]


def _world(ids: list[int], arms: dict[int, str], spent: Any, *, extra: int, seed: int) -> None:
    """Everybody buys before and after; the treated a little more."""
    rng = np.random.default_rng(seed)
    base = rng.gamma(2.0, 50_00, len(ids))
    rows = []
    for own, pk in zip(base, ids, strict=True):
        rows.append((pk, TODAY - timedelta(days=10), own * rng.uniform(0.8, 1.2)))
        for week in range(4):
            more = extra if arms.get(pk) != "control" else 0
            day = TODAY + timedelta(days=week * 7 + 2)
            rows.append((pk, day, own * rng.uniform(0.2, 0.3) + more))
    columns = list(zip(*rows, strict=True))
    spent(columns[0], columns[1], np.array(columns[2]).astype(int))


def test_a_campaign_is_read_week_by_week_and_closed_at_its_end(
    many: Any, planned: Any, spent: Any
) -> None:
    ids = many(600)
    experiment = planned(margin=1, fixed_cost=1_000)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    _world(ids, queries.arms_of(experiment, ids), spent, extra=10_00, seed=1)

    for week in range(1, 5):
        day = TODAY + timedelta(days=7 * week)
        assert (
            actions.read(experiment, until=day - timedelta(days=1), by=TESTS, at=NOON) is None
        )
        assert actions.read(experiment, until=day, by=TESTS, at=NOON) is not None

    found = queries.readings(experiment)
    experiment.refresh_from_db()
    assert [reading.is_final for reading in found] == [False, False, False, True]
    assert [reading.body["interval"] for reading in found] == ["early"] * 3 + ["final"]
    assert experiment.state == "closed"
    last = found[-1]
    assert last.difference is not None
    assert last.low is not None
    assert last.high is not None
    assert 35 < last.difference < 45  # four times ten
    # Looked at four times it reaches a little farther than once would have.
    assert last.standard_error is not None
    assert 1.96 < (last.difference - last.low) / last.standard_error < 2.4
    effect = last.body["effects"]["treated"]
    assert effect["method"] == "cuped"
    assert effect["variance_left"] < 0.5
    assert last.code == "worked"
    assert last.body["paid"]["cost"] == 1_000
    assert last.body["balance"]["alarm"] is False


def test_who_never_bought_counts_as_nothing_and_not_as_nobody(
    many: Any, planned: Any, spent: Any
) -> None:
    ids = many(400)
    experiment = planned(outcome="bought", window_days=7)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    spent(ids[:40], [TODAY] * 40, [100_00] * 40)

    reading = actions.read(experiment, until=TODAY + timedelta(days=7), by=TESTS, at=NOON)

    assert reading is not None
    told = reading.body["arms"]
    assert told["control"]["n"] + told["treated"]["n"] == 400
    assert told["control"]["total"] + told["treated"]["total"] == 40


@pytest.mark.parametrize(
    ("outcome", "total"),
    [("revenue", 300.0), ("purchases", 3.0), ("bought", 2.0), ("active", 2.0)],
)
def test_every_outcome_counts_the_days_of_the_window_only(
    as_system: Cast, many: Any, planned: Any, spent: Any, outcome: str, total: float
) -> None:
    ids = many(40)
    experiment = planned(outcome=outcome, window_days=7, before_days=0)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    one, two = ids[:2]
    days = [TODAY, TODAY + timedelta(days=6), TODAY, TODAY - timedelta(days=1)]
    spent([one, one, two, two], days, [100_00] * 4, source="in")
    spent([one, two], [TODAY + timedelta(days=7)] * 2, [100_00] * 2, source="after")

    reading = actions.read(experiment, until=TODAY + timedelta(days=7), by=TESTS, at=NOON)

    assert reading is not None
    assert sum(arm["total"] for arm in reading.body["arms"].values()) == total


def test_assets_are_those_at_the_end_of_the_window(
    as_system: Cast, many: Any, planned: Any
) -> None:
    from regulars.testing.cast import has_balance

    ids = many(20)
    has_balance(
        as_system, Customer.objects.get(pk=ids[0]),
        (TODAY - timedelta(days=30), 500_00), (TODAY + timedelta(days=3), 800_00),
        (TODAY + timedelta(days=7), 1_00),
    )  # fmt: skip
    experiment = planned(outcome="assets", window_days=7)
    actions.assign(experiment, ids, by=TESTS, at=NOON)

    reading = actions.read(experiment, until=TODAY + timedelta(days=7), by=TESTS, at=NOON)

    assert reading is not None
    moments = reading.body["moments"].values()
    assert sum(arm["sums"][0] for arm in moments) == 800.0
    assert sum(arm["sums"][1] for arm in moments) == 500.0  # the day before it began


def test_customers_who_enter_day_by_day_count_when_their_own_window_is_over(
    many: Any, planned: Any, spent: Any
) -> None:
    ids = many(900)
    experiment = planned(
        outcome="bought", window_days=7, rolling=True, ends_on=TODAY + timedelta(days=28)
    )
    for n, part in enumerate(np.array_split(np.array(ids), 3)):
        at = NOON + timedelta(days=7 * n)
        actions.assign(experiment, [int(pk) for pk in part], by=TESTS, at=at)
    spent(ids, [TODAY + timedelta(days=15)] * 900, [100] * 900)

    counts = []
    for week in range(1, 5):
        day = TODAY + timedelta(days=7 * week)
        reading = actions.read(experiment, until=day, by=TESTS, at=NOON)
        assert reading is not None
        arms = reading.body["arms"].values()
        counts.append((sum(a["n"] for a in arms), sum(a["total"] for a in arms)))

    assert counts == [(300, 0.0), (600, 0.0), (900, 300.0), (900, 300.0)]
    assert queries.latest(experiment).is_final  # type: ignore[union-attr]


def test_without_an_end_the_interval_holds_at_any_look(
    many: Any, planned: Any, spent: Any
) -> None:
    ids = many(600)
    experiment = planned(rolling=True, window_days=7, planned_size=600)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    _world(ids, {}, spent, extra=0, seed=2)

    reading = actions.read(experiment, until=TODAY + timedelta(days=9), by=TESTS, at=NOON)

    assert reading is not None
    assert reading.body["interval"] == "always"
    assert not reading.is_final
    assert reading.difference is not None
    assert reading.low is not None
    assert reading.standard_error is not None
    assert (reading.difference - reading.low) / reading.standard_error > 3


def test_two_variants_are_read_together_and_apart(many: Any, planned: Any, spent: Any) -> None:
    ids = many(900)
    experiment = planned(arms=variants(["早", "晚"], 0.34), window_days=7)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    _world(ids, queries.arms_of(experiment, ids), spent, extra=10_00, seed=3)

    reading = actions.read(experiment, until=TODAY + timedelta(days=7), by=TESTS, at=NOON)

    assert reading is not None
    assert set(reading.body["effects"]) == {"all", "a", "b"}
    assert reading.body["effects"]["all"]["treated_n"] > 500


def test_contacts_give_the_effect_per_contact(
    as_system: Cast, many: Any, planned: Any, spent: Any
) -> None:
    from regulars.server.channels.models import Touch

    ids = many(600)
    experiment = planned(window_days=7)
    actions.assign(experiment, ids, by=TESTS, at=NOON)
    arms = queries.arms_of(experiment, ids)
    called = [pk for pk in ids if arms[pk] == "treated"][::2]
    Touch.objects.bulk_create(
        Touch(customer_id=pk, at=NOON, channel="call", outcome="reached") for pk in called
    )
    _world(
        ids, {pk: "control" for pk in ids if pk not in set(called)}, spent, extra=50_00, seed=4
    )

    reading = actions.read(experiment, until=TODAY + timedelta(days=7), by=TESTS, at=NOON)

    assert reading is not None
    per_contact = reading.body["compliers"]
    assert 0.45 < per_contact["contact_treated"] < 0.55
    assert per_contact["contact_control"] == 0
    assert 35 < per_contact["effect"] < 65
    assert per_contact["low"] < per_contact["effect"] < per_contact["high"]


def test_an_experiment_without_anybody_says_so(planned: Any) -> None:
    experiment = planned(window_days=7)
    Experiment.objects.filter(pk=experiment.pk).update(state="running")

    reading = actions.read(experiment, until=TODAY + timedelta(days=7), by=TESTS, at=NOON)

    assert reading is not None
    assert reading.code == "too_few"


def test_a_review_says_what_follows_and_why(as_system: Cast, planned: Any) -> None:
    experiment = planned()
    with pytest.raises(actions.NotOver):
        actions.review(
            experiment, decision="stop", why="nobody came", by=as_system.mei, at=NOON
        )
    actions.close(experiment, by=TESTS, at=NOON)

    actions.review(experiment, decision="stop", why="nobody came", by=as_system.mei, at=NOON)

    experiment.refresh_from_db()
    assert (experiment.decision, experiment.why) == ("stop", "nobody came")


def test_the_night_reads_those_whose_look_is_due(many: Any, planned: Any, spent: Any) -> None:
    ids = many(400)
    due, later = planned(window_days=7), planned(window_days=28)
    for each in (due, later):
        actions.assign(each, ids, by=TESTS, at=NOON)
    spent(ids, [TODAY] * 400, [100_00] * 400)

    early = actions.read_all(by=TESTS, at=NOON + timedelta(days=6))
    read = actions.read_all(by=TESTS, at=NOON + timedelta(days=7))
    again = actions.read_all(by=TESTS, at=NOON + timedelta(days=8))

    assert (early, read, again) == (0, 2, 0)
    assert [queries.latest(each).is_final for each in (due, later)] == [True, False]  # type: ignore[union-attr]
