"""Numbers, money and dates read the same on every page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.web import rules

ZH, EN = "zh-hans", "en"


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (0, "0 元", "¥0"),
        (4350, "4,350 元", "¥4,350"),
        (-386, "−386 元", "−¥386"),
        (Decimal("480.76"), "480.76 元", "¥480.76"),
        (Decimal("2480.76"), "2,481 元", "¥2,481"),
        (720_000, "72.0 万", "¥720K"),
        (2_184_000, "218.4 万", "¥2.18M"),
        (12_345_678, "1,234.6 万", "¥12.3M"),
        (310_000_000, "3.1 亿", "¥310M"),
        (20_960_000_000, "209.6 亿", "¥21.0B"),
        (None, "—", "—"),
    ],
)
def test_money_counts_in_wan_and_yi_or_in_thousands_and_millions(
    amount: rules.Number | None, zh: str, en: str
) -> None:
    assert str(rules.money(amount, language=ZH)) == zh
    assert str(rules.money(amount, language=EN)) == en


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (9_999.5, "1.0 万", "¥10K"),
        (99_999_999, "1.0 亿", "¥100M"),
        (999_600, "100.0 万", "¥1.00M"),
        (999_600_000, "10.0 亿", "¥1.00B"),
    ],
)
def test_rounding_up_moves_on_to_the_next_unit(amount: float, zh: str, en: str) -> None:
    assert str(rules.money(amount, language=ZH)) == zh
    assert str(rules.money(amount, language=EN)) == en


def test_nothing_left_after_rounding_has_no_minus() -> None:
    assert str(rules.money(Decimal("-0.001"), language=ZH)) == "0.00 元"


def test_another_currency_is_named_in_both_languages() -> None:
    assert str(rules.money(8_310_477, language=ZH, currency="GBP")) == "£831.0 万"
    assert str(rules.money(8_310_477, language=EN, currency="GBP")) == "£8.31M"
    assert str(rules.money(500, language=EN, currency="CHF")) == "CHF 500"


def test_a_gain_shows_its_sign_only_when_asked() -> None:
    assert str(rules.money(720_000, language=ZH, signed=True)) == "+72.0 万"
    assert str(rules.money(720_000, language=ZH)) == "72.0 万"


def test_a_range_is_written_in_the_unit_of_its_larger_end() -> None:
    assert str(rules.money_range(31_000, 69_000, language=ZH)) == "3.1–6.9 万"
    assert str(rules.money_range(9_000, 69_000, language=ZH)) == "0.9–6.9 万"
    assert str(rules.money_range(-9_000, 69_000, language=ZH)) == "−0.9–6.9 万"
    assert str(rules.money_range(31_000, 69_000, language=EN)) == "¥31–69K"
    assert str(rules.money_range(900_000, 1_690_000, language=EN)) == "¥0.90–1.69M"


@given(st.integers(-(10**14), 10**14))
def test_the_shortened_amount_is_within_its_last_digit(amount: int) -> None:
    figure = rules.money(amount, language=ZH)
    scale = {"元": 1, "万": 10_000, "亿": 100_000_000}[figure.unit]

    shown = Decimal(figure.number.replace(",", "")) * scale

    assert abs(shown - abs(amount)) <= scale * Decimal("0.05")
    assert (figure.sign == "−") == (amount < 0)


def test_counts_are_grouped_and_carry_the_true_minus() -> None:
    assert rules.count(186_420) == "186,420"
    assert rules.count(-1_114) == "−1,114"
    assert rules.count(476, signed=True) == "+476"
    assert rules.count(0, signed=True) == "0"
    assert rules.count(None) == "—"


def test_large_counts_are_shortened() -> None:
    assert str(rules.compact(186_420, language=ZH)) == "18.6 万"
    assert str(rules.compact(186_420, language=EN)) == "186K"
    assert str(rules.compact(9_999, language=ZH)) == "9,999"


def test_shares_are_per_cent_and_differences_are_points() -> None:
    assert rules.percent(0.836) == "83.6%"
    assert rules.percent(-0.0561, signed=True) == "−5.6%"
    assert rules.percent(0.5, digits=0) == "50%"
    assert rules.points(0.026, language=ZH) == "+2.6 点"
    assert rules.points(-0.026, language=EN) == "−2.6 pt"


@pytest.mark.parametrize(
    ("form", "zh", "en"),
    [
        ("short", "11-20", "20 Nov"),
        ("long", "11 月 20 日", "20 November"),
        ("full", "2026-11-20", "20 Nov 2026"),
        ("month", "2026-11", "Nov 2026"),
        ("weekday", "11-20 周五", "Fri 20 Nov"),
        ("page", "11 月 20 日 星期五", "Friday 20 November"),
    ],
)
def test_dates_follow_the_language(form: str, zh: str, en: str) -> None:
    assert rules.day(date(2026, 11, 20), form, language=ZH) == zh
    assert rules.day(date(2026, 11, 20), form, language=EN) == en


def test_lengths_of_time_are_hours_and_minutes_then_days() -> None:
    assert rules.minutes(125, language=ZH) == "2 时 5 分"
    assert rules.minutes(120, language=EN) == "2 h"
    assert rules.minutes(0, language=ZH) == "0 分"
    assert rules.minutes(3 * 24 * 60 + 5, language=ZH) == "3 天"


NOW = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due", "state"),
    [
        (NOW - timedelta(minutes=1), rules.Due.LATE),
        (NOW + timedelta(minutes=119), rules.Due.LATE),
        (NOW + timedelta(minutes=120), rules.Due.SOON),
        (NOW.replace(hour=23), rules.Due.SOON),
        (NOW + timedelta(days=1), rules.Due.LATER),
    ],
)
def test_a_deadline_presses_two_hours_before(due: datetime, state: rules.Due) -> None:
    assert rules.clock(due, at=NOW).state is state
    assert rules.clock(due, at=NOW, done=True).state is rules.Due.DONE


def test_a_day_without_an_hour_is_late_only_on_the_next_day() -> None:
    today = NOW.date()

    assert rules.due_day(today, today=today) is rules.Due.SOON
    assert rules.due_day(today - timedelta(days=1), today=today) is rules.Due.LATE
    assert rules.due_day(today + timedelta(days=1), today=today) is rules.Due.LATER


def test_heat_spreads_over_six_steps() -> None:
    assert [rules.heat(x) for x in (0, 0.2, 0.5, 0.99, 1)] == ["q0", "q1", "q3", "q5", "q5"]
    assert rules.heat(None) == ""


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=8))
def test_slices_never_overlap_nor_leave_the_bar(values: list[int]) -> None:
    found = rules.slices([(str(i), v) for i, v in enumerate(values)])

    ends = [s.start + s.width for s in found]
    assert all(a <= b.start + 0.002 for a, b in zip(ends, found[1:], strict=False))
    assert all(end <= 100.01 for end in ends)
    assert len(found) == sum(v > 0 and 100 * v / sum(values) > 0 for v in values)


def test_a_range_bar_puts_the_estimate_between_its_ends() -> None:
    placed = rules.spread(3.1, 4.8, 6.9)

    assert placed is not None
    assert placed.low < placed.middle < placed.high
    assert rules.spread(5, 5, 5) is None
    assert rules.spread(5, 4, 6) is None
