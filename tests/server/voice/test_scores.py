"""Figures with their intervals: published values, and what they must do at the edges."""

from __future__ import annotations

import math

import pytest
from django.utils import translation

from regulars.server.voice.rules import scores, topics
from regulars.server.voice.rules.gaps import Said, disappointed, gaps
from regulars.server.voice.rules.sampling import is_drawn, panel_quarter, rests
from regulars.server.voice.templatetags.voice import figure, moved
from regulars.testing.cast import TODAY


@pytest.mark.parametrize(
    ("told", "value", "margin"),
    [((120, 60, 20), 50.0, 9.30), ((7, 2, 1), 60.0, 41.0)],
)
def test_the_net_promoter_score_has_its_interval(
    told: tuple[int, int, int], value: float, margin: float
) -> None:
    found = scores.nps(*told)

    assert found is not None
    assert 100 * found.value == pytest.approx(value)
    assert 100 * found.margin == pytest.approx(margin, abs=0.005 if margin < 10 else 0.5)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"), [(80, 100, 0.7112, 0.8666), (9, 10, 0.5958, 0.9821)]
)
def test_content_customers_are_a_share_with_wilsons_interval(
    hits: int, n: int, low: float, high: float
) -> None:
    found = scores.share(hits, n)

    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def test_of_nobody_there_is_no_score() -> None:
    assert scores.nps(0, 0, 0) is None
    assert scores.share(0, 0) is None
    assert scores.mean([]) is None
    assert scores.of_kind("csat", []) is None


def test_waves_are_compared_by_their_difference_not_by_overlap() -> None:
    before, after = scores.nps(120, 60, 20), scores.nps(100, 60, 40)
    assert before is not None
    assert after is not None
    assert after.high > before.low, "the intervals overlap"

    found = scores.change(before, after)

    assert found.is_clear
    half = math.hypot(before.margin, after.margin)
    assert (found.value - found.low, found.high - found.value) == pytest.approx((half, half))


@pytest.mark.parametrize("promoters", [1, 9, 40])
def test_a_few_answers_or_answers_all_alike_are_never_a_clear_change(promoters: int) -> None:
    """Forty times ten has no spread, but is not 100.0 ± 0.0 either."""
    before, after = scores.nps(0, 0, promoters), scores.nps(promoters, 0, 0)
    assert before is not None
    assert after is not None

    assert not scores.change(before, after).is_clear
    translation.activate("en")
    assert "±" not in figure(after, "nps")
    assert "clear" not in moved(scores.change(before, after))


def test_one_answer_has_a_mean_that_can_be_drawn_and_weighed() -> None:
    one = scores.mean([8])
    assert one is not None
    assert not one.enough

    whole = scores.weighted({5: one, 1: scores.mean([6.0, 7.0] * 10)}, {5: 1, 1: 1})

    assert whole is not None
    assert math.isfinite(whole.low + whole.high)
    assert not whole.enough
    translation.activate("en")
    assert "one answer" in figure(one, "experience")
    assert "inf" not in moved(scores.change(one, one), "experience")


def test_weights_undo_that_one_tier_answered_more() -> None:
    """Tier 5 was asked as often as tier 1 but answered nine times as often."""
    high, low = scores.share(90, 90), scores.share(0, 10)

    found = scores.weighted({5: high, 1: low}, {5: 100, 1: 100})

    assert found is not None
    assert found.value == pytest.approx(0.5)
    assert found.n == 100


@pytest.mark.parametrize(
    ("kind", "value", "verdict"),
    [
        ("nps", 6, "detractor"), ("nps", 7, ""), ("nps", 9, "promoter"),
        ("csat", 2, "detractor"), ("csat", 3, ""), ("ces", 1, ""),
    ],
)  # fmt: skip
def test_low_and_high_scores_open_a_loop(kind: str, value: int, verdict: str) -> None:
    assert scores.verdict(kind, value) == verdict


def test_satisfaction_is_the_difference_of_one_answer_at_one_point() -> None:
    said = [
        Said(1, "counter", "experience", 6), Said(1, "counter", "expectation", 8),
        Said(2, "counter", "experience", 9), Said(2, "counter", "expectation", 9),
        Said(3, "counter", "experience", 10),  # the other half is missing
        Said(1, "app", "compared", 1), Said(2, "app", "compared", 2),
    ]  # fmt: skip

    counter, app = gaps(said)

    assert (counter.point, counter.gap.value, counter.gap.n) == ("counter", -1.0, 2)
    assert (counter.experience, counter.expectation) == (7.5, 8.5)
    assert counter.classes == {"below": 1, "equal": 1, "above": 0}
    assert (app.scale, app.gap.value, app.classes["above"]) == ("compared", 1.5, 2)


@pytest.mark.parametrize(
    ("had", "hoped", "worst"), [(4, 8, -4), (5, 8, -3), (6, 8, None), (9, 2, None)]
)
def test_of_one_answer_the_worst_point_decides(had: int, hoped: int, worst: int) -> None:
    said = [
        Said(1, "counter", "experience", had), Said(1, "counter", "expectation", hoped),
        Said(1, "app", "compared", -1),
    ]  # fmt: skip

    found = disappointed(said)

    assert (found and found.gap.value) == worst


def test_chance_draws_the_same_people_again_and_about_the_share() -> None:
    drawn = [n for n in range(10_000) if is_drawn(n, "wave", 0.2)]

    assert drawn == [n for n in range(10_000) if is_drawn(n, "wave", 0.2)]
    assert 1_850 < len(drawn) < 2_150
    assert drawn != [n for n in range(10_000) if is_drawn(n, "another", 0.2)]


def test_each_of_the_panel_has_a_quarter_of_their_own() -> None:
    quarters = [TODAY.replace(year=2026, month=month) for month in (2, 5, 8, 11)]

    asked = [[n for n in range(1_000) if panel_quarter(n, day, 180)] for day in quarters]

    assert set(asked[0]) | set(asked[1]) == set(range(1_000)), "within two quarters everybody"
    assert not set(asked[0]) & set(asked[1])
    assert asked[0] == asked[2]


def test_who_was_asked_rests() -> None:
    assert rests(TODAY, TODAY, 90)
    assert not rests(TODAY.replace(month=8), TODAY, 90)
    assert not rests(None, TODAY, 90)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("I am happy", []), ("Disappointed", []), ("The app crashes", ["app"]),
        ("手机银行APP闪退", ["app"]), ("用app转账很快", ["app"]), ("online", ["app"]),
        ("贵宾厅很舒服", ["gifts"]), ("贵行的宝贵意见", []), ("收费太贵", ["fees"]),
        ("手续费高", ["fees"]), ("手续麻烦", ["process"]), ("优惠券没到", ["gifts"]),
    ],
)  # fmt: skip
def test_a_word_within_another_is_not_the_topic(text: str, codes: list[str]) -> None:
    assert topics.topics(text) == codes
