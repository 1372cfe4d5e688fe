"""The next quarter of the base: chosen by tries, honest about errors, blind to what follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import ibis
import numpy as np
import pytest

from regulars import engine
from regulars.engine.basis import BANK
from regulars.engine.value.quarter import QUARTER, forecast_quarter, quarter_came

END = date(2025, 12, 31)
MakeLedger = Callable[..., engine.Ledger]
Rows = list[tuple[int, date, float]]


def weekly(customers: int, weeks: int, amount: float = 100.0) -> Rows:
    """Everybody buys once a week, back from the date."""
    return [
        (who, END - timedelta(days=7 * week + who % 7), amount)
        for who in range(customers)
        for week in range(weeks)
    ]


def poisson(seed: int, *, quarters: int, fade: float = 0.0, season: float = 0.0) -> Rows:
    """A base of 400 known from the start; `fade` leave each quarter; the fourth quarter of a
    year brings `season` more."""
    random = np.random.default_rng(seed)
    first = END - timedelta(days=QUARTER * quarters - 1)
    rows: Rows = []
    for who in range(400):
        rows.append((who, first, 50.0))
        stays = random.geometric(fade) if fade else quarters + 2
        for quarter in range(min(quarters + 1, stays)):
            busy = 1.0 + season * (quarter % 4 == 3)
            for _ in range(random.poisson(3.0 * busy)):
                day = first + timedelta(days=int(random.integers(QUARTER)) + QUARTER * quarter)
                rows.append((who, day, float(random.gamma(4.0, 12.5))))
    return rows


def up_to(rows: Rows, last: date) -> Rows:
    return [row for row in rows if row[1] <= last]


def test_a_base_that_never_changes_brings_the_same_again(make_ledger: MakeLedger) -> None:
    found = forecast_quarter(make_ledger(weekly(30, 13 * 9)), as_of=END)

    assert found.before == 30 * 13 * 100.0
    assert found.revenue == pytest.approx(39_000.0, rel=0.01)
    assert found.low is not None
    assert found.low <= found.revenue <= (found.high or 0.0)
    assert (found.start, (found.stop - found.start).days) == (date(2026, 1, 1), 91)


def test_customers_who_came_later_do_not_count_as_the_base_of_an_earlier_cut(
    make_ledger: MakeLedger,
) -> None:
    old = weekly(20, 13 * 9)
    fresh = [(100 + who, END - timedelta(days=who), 9_999.0) for who in range(50)]

    found = forecast_quarter(make_ledger(old + fresh), as_of=END)

    latest = [each for each in found.tries if each.cutoff == END - timedelta(days=QUARTER)]
    assert {each.actual for each in latest} == {20 * 13 * 100.0}


def test_a_season_is_found_where_a_year_repeats(make_ledger: MakeLedger) -> None:
    rows = poisson(3, quarters=11, season=1.5)  # the quarter to come is a fourth one

    found = forecast_quarter(make_ledger(up_to(rows, END)), as_of=END)

    came = quarter_came(make_ledger(rows), found.start, found.stop)
    assert found.way == "year_ago"
    assert found.revenue == pytest.approx(came, rel=0.10)
    assert came / found.before > 2.0


def test_a_base_that_fades_is_not_taken_for_one_that_stays(make_ledger: MakeLedger) -> None:
    rows = poisson(5, quarters=9, fade=0.15)

    found = forecast_quarter(make_ledger(up_to(rows, END)), as_of=END)

    came = quarter_came(make_ledger(rows), found.start, found.stop)
    assert found.way in {"retained", "model", "year_ago"}
    assert found.revenue == pytest.approx(came, rel=0.15)


@pytest.mark.drill
def test_what_came_lies_in_the_interval_about_as_often_as_it_says(
    make_ledger: MakeLedger,
) -> None:
    inside = 0
    for seed in range(30):
        rows = poisson(seed, quarters=8, fade=0.10)
        found = forecast_quarter(make_ledger(up_to(rows, END)), as_of=END)
        came = quarter_came(make_ledger(rows), found.start, found.stop)
        inside += (found.low or 0.0) <= came <= (found.high or 0.0)

    # 80 % of 30 is 24; fewer than 19 would come by chance once in 160 times.
    assert inside >= 19


def test_facts_after_the_date_change_nothing(make_ledger: MakeLedger) -> None:
    rows = poisson(1, quarters=6)
    later = [(who, END + timedelta(days=9), 1e6) for who in range(400)]

    before = forecast_quarter(make_ledger(up_to(rows, END)), as_of=END)
    after = forecast_quarter(make_ledger(up_to(rows, END) + later), as_of=END)

    assert before == after


def test_little_history_gives_an_amount_without_an_interval(make_ledger: MakeLedger) -> None:
    found = forecast_quarter(make_ledger(weekly(30, 20)), as_of=END)

    assert found.revenue is not None
    assert found.low is None
    assert found.high is None


def test_nobody_gives_nothing(make_ledger: MakeLedger) -> None:
    found = forecast_quarter(make_ledger(weekly(3, 4)), as_of=date(2020, 1, 1))

    assert found.revenue is None
    assert found.customers == 0


def test_groups_sum_to_the_company(
    make_ledger: MakeLedger, connection: engine.Connection
) -> None:
    import pyarrow as pa

    ledger = make_ledger(weekly(30, 13 * 9))
    of = pa.table(
        {"customer_id": list(range(30)), "group": ["A" if n % 3 else "B" for n in range(30)]}
    )
    table = connection.create_table(ibis.util.gen_name("branches_of_test"), of, temp=True)

    found = forecast_quarter(ledger, as_of=END, groups=table)

    assert set(found.groups) == {"A", "B"}
    assert sum(each[0] for each in found.groups.values()) == pytest.approx(found.before)
    assert sum(each[1] for each in found.groups.values()) == pytest.approx(found.revenue)


def test_a_bank_earns_the_margin_on_balances_by_the_day(
    make_ledger: MakeLedger, make_balances: Callable[..., Any]
) -> None:
    opened = END - timedelta(days=QUARTER * 9)
    half = END - timedelta(days=45)  # 46 days at the new balance, the day itself included
    table = make_balances([(1, "a", opened, 36_500.0), (1, "a", half, 73_000.0)])
    ledger = make_ledger([(1, opened, -5.0, "fee")], balances=table)

    found = forecast_quarter(ledger, as_of=END, basis=BANK)

    # 2 % a year on 36,500 is 2 a day, on 73,000 4 a day.
    assert found.before == pytest.approx(2 * 45 + 4 * 46)


def test_a_forecast_is_checked_with_those_it_was_about(make_ledger: MakeLedger) -> None:
    ledger = make_ledger(
        [
            (1, date(2025, 1, 1), 10.0),
            (1, date(2025, 2, 1), 30.0),
            (2, date(2025, 2, 2), 500.0),  # came after the date of the forecast
        ]
    )

    assert quarter_came(ledger, date(2025, 1, 15), date(2025, 4, 16)) == 30.0
