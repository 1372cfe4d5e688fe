"""When festivals are: the rules, against an independent calendar; the shipped list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from lunar_python import Solar

from regulars.base.calendar import nth_weekday, solar_term
from regulars.server.core import scope
from regulars.server.festivals import queries
from regulars.server.festivals.rules import Rule, Wrong, days, next_day
from regulars.server.festivals.rules.days import TERMS
from regulars.testing.cast import TODAY, Cast


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2033])
def test_solar_terms_fall_as_another_calendar_says(year: int) -> None:
    every = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    known = {
        Solar.fromYmd(day.year, day.month, day.day).getLunar().getJieQi(): day for day in every
    }
    assert {term: solar_term(term, year) for term in TERMS} == {
        term: known[term] for term in TERMS
    }


def test_the_nth_weekday_is_counted_by_hand() -> None:
    for year in (2026, 2027, 2028):
        for month in range(1, 13):
            for weekday in range(7):
                day, found = date(year, month, 1), []
                while day.month == month:
                    if day.weekday() == weekday:
                        found.append(day)
                    day += timedelta(days=1)
                assert [nth_weekday(year, month, weekday, n) for n in (1, 2, 3, 4)] == found[:4]
                assert nth_weekday(year, month, weekday, -1) == found[-1]


def test_a_rule_that_gives_no_day_is_refused() -> None:
    for wrong in (
        Rule("solar", 2, 30), Rule("solar", 13, 1), Rule("lunar", 1, 31),
        Rule("term", term="夏天"), Rule("weekday", 5, weekday=6, nth=5),
        Rule("weekday", 0, nth=1), Rule("moon", 1, 1),
    ):  # fmt: skip
        with pytest.raises(Wrong):
            wrong.check()
    Rule("solar", 2, 29).check()
    assert days(Rule("solar", 2, 29), 2027) == [date(2027, 2, 28)]
    assert next_day(Rule("lunar", 1, 1), date(2026, 11, 23)) == date(2027, 2, 6)


@pytest.mark.django_db
def test_the_shipped_festivals_stand_on_the_list_for_two_years(as_system: Cast) -> None:
    found = queries.coming(as_system.max, TODAY, every=True)
    first = {one.festival.code: one for one in reversed(found)}

    assert first["spring"].on == date(2027, 2, 6)
    assert first["lantern"].on == date(2027, 2, 20)
    assert first["qingming"].on == date(2027, 4, 5)
    assert not first["qingming"].festival.wish, "nobody is wished well among the graves"
    assert first["mothers"].on == date(2027, 5, 9)
    assert first["fathers"].on == date(2027, 6, 20)
    assert first["dragon_boat"].on == date(2027, 6, 9)
    assert first["mid_autumn"].on == date(2027, 9, 15)
    assert first["double_ninth"].on == date(2027, 10, 8)
    assert first["winter"].on == date(2026, 12, 22)
    assert first["spring"].lunar == "正月初一"
    on = {one.festival.code for one in queries.coming(as_system.max, TODAY)}
    assert {"christmas", "mothers", "fathers"}.isdisjoint(on)
    assert {"new_year", "spring", "lantern", "qingming", "teachers", "national"} <= on
    assert all(sum(one.festival.code == code for one in found) == 2 for code in first)
    scope.set_scope(scope.EVERYBODY)
