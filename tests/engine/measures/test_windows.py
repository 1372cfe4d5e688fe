"""Point-in-time features: against a twin in plain Python, and never past their date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import mean, median
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from regulars import engine
from regulars.engine.backends import Workbench
from regulars.engine.basis import BANK, RETAIL
from regulars.engine.ledger import day_number, facts
from regulars.engine.measures.windows import FEATURES, features_of, windows, windows_on
from regulars.engine.measures.windows.features import HALF_LIVES, WINDOWS

AS_OF = date(2025, 6, 30)
Row = tuple[int, date, float, str]


def found(ledger: engine.Ledger, **given: Any) -> dict[int, dict[str, Any]]:
    table = windows(ledger, **({"as_of": AS_OF, "basis": RETAIL} | given)).to_pyarrow()
    return {row["customer_id"]: row for row in table.to_pylist()}


def history(seed: int) -> list[Row]:
    """Purchases and refunds of 40 customers over three years, some after the date."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    for customer in range(40):
        for _ in range(random.integers(1, 30)):
            on = AS_OF + timedelta(days=int(random.integers(-900, 60)))
            refund = random.random() < 0.15
            amount = round(float(random.gamma(2.0, 20.0)), 2)
            rows.append((customer, on, -amount if refund else amount, ""))
    return [(c, d, a, "refund" if a < 0 else "purchase") for c, d, a, _ in rows]


def twin(rows: Sequence[Row], customer: int) -> dict[str, Any] | None:
    known = [row for row in rows if row[0] == customer and row[1] <= AS_OF]
    bought = [row for row in known if row[3] == "purchase"]
    days = sorted({row[1] for row in bought})
    if not days:
        return None
    gaps = [(b - a).days for a, b in pairwise(days)]
    since = (AS_OF - days[-1]).days
    answer: dict[str, Any] = {
        "days_since_last": since,
        "tenure_days": (AS_OF - days[0]).days,
        "purchase_days": len(days),
        "net_spend": sum(row[2] for row in known),
        "mean_basket": sum(row[2] for row in bought) / len(days),
        "first_basket": sum(row[2] for row in bought if row[1] == days[0]),
        "silence": since / ((AS_OF - days[0]).days + 1),
        "pace": len(days) / ((AS_OF - days[0]).days + 30),
        "spend_pace": sum(row[2] for row in known) / ((AS_OF - days[0]).days + 30),
        "last_basket": sum(row[2] for row in bought if row[1] == days[-1]),
        "mean_gap": mean(gaps) if gaps else None,
        "median_gap": median(gaps) if len(gaps) >= 2 else None,
        "longest_gap": max(gaps) if gaps else None,
        "gap_ratio": since / mean(gaps) if gaps else None,
        "median_gap_ratio": since / median(gaps) if len(gaps) >= 2 else None,
    }
    for n in HALF_LIVES:
        halves = {row: 0.5 ** ((AS_OF - row[1]).days / n) for row in known}
        answer[f"spend_faded_{n}"] = sum(row[2] * half for row, half in halves.items())
        answer[f"days_faded_{n}"] = sum(0.5 ** ((AS_OF - day).days / n) for day in days)
    for n in WINDOWS:
        now = [row for row in known if (AS_OF - row[1]).days < n]
        before = [row for row in known if n <= (AS_OF - row[1]).days < 2 * n]
        spend, was = sum(row[2] for row in now), sum(row[2] for row in before)
        active = {row[1] for row in now if row[3] == "purchase"}
        were = {row[1] for row in before if row[3] == "purchase"}
        answer |= {
            f"days_active_{n}": len(active),
            f"lines_{n}": sum(row[3] == "purchase" for row in now),
            f"spend_{n}": spend,
            f"refunds_{n}": -sum(row[2] for row in now if row[3] == "refund"),
            f"recent_share_{n}": len(active) / len(days),
            f"days_active_change_{n}": change(len(active), len(were)),
            f"spend_change_{n}": change(round(spend, 4), round(was, 4)),
        }
    return answer


def change(now: float, before: float) -> float | None:
    size = abs(now) + abs(before)
    return (now - before) / size if size else None


@pytest.mark.parametrize("seed", [1, 2])
def test_every_window_equals_its_twin_in_plain_python(
    make_ledger: Callable[..., engine.Ledger], seed: int
) -> None:
    rows = history(seed)

    seen = found(make_ledger(rows))

    for customer in range(40):
        expected = twin(rows, customer)
        if expected is None:
            assert customer not in seen
        else:
            assert seen[customer] == pytest.approx(
                expected | {"customer_id": customer}, rel=1e-9, abs=5e-5
            )


def test_what_happens_later_changes_nothing(make_ledger: Callable[..., engine.Ledger]) -> None:
    rows = [row for row in history(3) if row[1] <= AS_OF]
    later = [(c, AS_OF + timedelta(days=1 + c), 1e6, "purchase") for c in range(50)]

    assert found(make_ledger(rows + later)) == found(make_ledger(rows))


def test_the_order_of_rows_changes_nothing(make_ledger: Callable[..., engine.Ledger]) -> None:
    rows = history(4)

    assert found(make_ledger(rows[::-1])) == found(make_ledger(rows))


def test_a_part_of_the_customers_reads_as_in_the_whole(
    make_ledger: Callable[..., engine.Ledger],
) -> None:
    ledger = make_ledger(history(5))
    some = facts(ledger, until=AS_OF).select("customer_id").distinct()
    some = some.filter(some.customer_id % 3 == 0)

    whole, part = found(ledger), found(ledger, customers=some)

    assert part == {name: row for name, row in whole.items() if name % 3 == 0}


def test_columns_are_numbers_and_are_published(
    make_ledger: Callable[..., engine.Ledger],
    make_balances: Callable[..., Any],
) -> None:
    ledger = rich(make_ledger, make_balances)

    table = windows(ledger, as_of=AS_OF, basis=BANK).to_pyarrow()

    assert table.column_names == ["customer_id", *(each.name for each in features_of(ledger))]
    assert set(features_of(ledger)) <= set(FEATURES)
    assert {str(kind) for kind in table.schema.types} == {"int64", "double"}
    names = [each.name for each in FEATURES]
    assert len(names) == len(set(names))


def day(back: int) -> date:
    return AS_OF - timedelta(days=back)


def stamp(back: int) -> datetime:
    return datetime.combine(day(back), time(9))


def rich(
    make_ledger: Callable[..., engine.Ledger],
    make_balances: Callable[..., Any],
    *,
    lines: Sequence[Row] = (),
    kept: Sequence[tuple[int, str, date, float]] = (),
) -> engine.Ledger:
    """One customer with balances, holdings, events and touches; a second with a balance."""
    holdings = [
        # id, opened, matures, closed, known: closing becomes known only after the date
        ("a", day(200), day(20), None, stamp(200)),
        ("b", day(50), day(-100), None, stamp(50)),
        ("b", day(50), day(-100), day(-5), stamp(-5)),
        ("c", day(-1), day(-90), None, stamp(-1)),
        ("d", day(400), day(-400), day(10), stamp(10)),
    ]
    plain = {
        "customer_id": [1] * 5,
        "product_id": ["p", "p", "p", "q", "q"],
        **{
            name: [row[place] for row in holdings]
            for place, name in enumerate(
                ("holding_id", "opened_on", "matures_on", "closed_on", "known_at")
            )
        },
    }
    schema = {"closed_on": pa.date32()}
    return make_ledger(
        [(1, day(10), 30.0, "purchase"), *lines],
        balances=make_balances(
            [
                (1, "x", day(500), 100.0),
                (1, "x", day(60), 400.0),
                (1, "y", day(60), 50.0),
                (1, "y", day(-1), 9e9),
                (2, "z", day(9), 70.0),
                *kept,
            ]
        ),
        holdings=ibis.memtable(
            pa.table({k: pa.array(v, schema.get(k)) for k, v in plain.items()})
        ),
        events=ibis.memtable(
            {
                "customer_id": [1, 1, 1],
                "occurred_at": [stamp(-1), stamp(3), stamp(40)],
                "kind": ["login"] * 3,
            }
        ),
        touches=ibis.memtable({"customer_id": [1], "at": [stamp(5)], "channel": ["sms"]}),
    )


def test_balances_holdings_events_and_touches_are_those_of_the_date(
    make_ledger: Callable[..., engine.Ledger], make_balances: Callable[..., Any]
) -> None:
    seen = found(rich(make_ledger, make_balances), basis=BANK)

    one, two = seen[1], seen[2]
    assert (one["aum"], one["aum_before_30"], one["aum_before_90"]) == (450.0, 450.0, 100.0)
    assert one["aum_before_365"] == 100.0
    assert one["aum_change_90"] == pytest.approx(350 / 550)
    assert one["aum_mean_90"] == pytest.approx((29 * 100 + 61 * 450) / 90, abs=1e-4)
    # Two accounts moved on one day: 350 together.
    assert one["aum_volatility_365"] == pytest.approx((350.0**2 / 365) ** 0.5, abs=1e-4)
    assert (one["holdings"], one["products_held"]) == (1, 1)
    assert (one["opened_90"], one["matured_90"]) == (1, 1)
    assert (one["events_30"], one["events_90"], one["touches_30"]) == (1, 2, 1)
    assert two["aum"] == 70.0
    assert two["days_since_last"] is None
    assert two["purchase_days"] == two["holdings"] == two["touches_365"] == 0


def test_several_days_at_once_say_what_each_alone_says(
    make_ledger: Callable[..., engine.Ledger], make_balances: Callable[..., Any]
) -> None:
    """Balances of 50 customers, some without a purchase, some from before the year."""
    random = np.random.default_rng(3)
    kept = [
        (customer, account, day(int(back)), round(float(random.gamma(1.0, 900.0)), 2))
        for customer in range(2, 50)
        for account in ("x", "y")[: int(random.integers(0, 3))]
        for back in random.choice(np.arange(-40, 900), size=6, replace=False)
    ]
    ledger = rich(make_ledger, make_balances, lines=history(4), kept=kept)
    bench, dates = Workbench(ledger.transactions.get_backend()), [AS_OF, day(200)]

    known = windows_on(ledger, dates, bench, basis=BANK).order_by("customer_id").to_pyarrow()

    for on in dates:
        then = known.filter(pc.equal(known["day_on"], day_number(on)))
        alone = windows(ledger, as_of=on, basis=BANK).order_by("customer_id").to_pyarrow()
        assert then.drop_columns("day_on").equals(alone)
    bench.clear()


def test_kinds_of_products_are_counted_once(connection: engine.Connection) -> None:
    lines = pa.table(
        {
            "customer_id": [1, 1, 1, 1],
            "local_date": [AS_OF - timedelta(days=back) for back in (1, 100, 200, 300)],
            "amount": [1.0, 1.0, 1.0, -1.0],
            "product_id": ["a", "a", "b", "c"],
            "channel": ["shop", None, "web", "web"],
        }
    )
    ledger = engine.Ledger(
        connection.create_table(ibis.util.gen_name("varied"), lines, temp=True)
    )

    row = found(ledger)[1]

    assert (row["products_180"], row["products_365"]) == (1, 2)
    assert (row["channels_180"], row["channels_365"]) == (1, 2)
    assert "categories_180" not in row


def test_a_ledger_of_text_ids_works(connection: engine.Connection) -> None:
    lines = pa.table({"customer_id": ["x"], "local_date": [AS_OF], "amount": [1.0]})
    ledger = engine.Ledger(
        connection.create_table(ibis.util.gen_name("texts"), lines, temp=True)
    )

    table = windows(ledger, as_of=AS_OF, basis=RETAIL).to_pyarrow()

    assert table["customer_id"].to_pylist() == ["x"]
    assert table["days_since_last"].to_pylist() == [0]
