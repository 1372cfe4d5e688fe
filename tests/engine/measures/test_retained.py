"""What stays with us: matured money and pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from regulars import engine
from regulars.engine import BANK
from regulars.engine.measures.maturity import maturity_figures, maturity_retention
from regulars.engine.measures.payroll import payroll_figures, payroll_stickiness

START, STOP, DUE = date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 10)


def make(
    *,
    holdings: Sequence[tuple[int, str, date, date | None, float]] = (),
    kept: Sequence[tuple[int, str, date, float]] = (),
    pays: Sequence[tuple[int, date, float]] = (),
) -> engine.Ledger:
    connection = engine.connect(threads=1)
    customers, days, amounts = zip(*(pays or [(99, START, 1.0)]), strict=True)
    paid = connection.create_table(
        ibis.util.gen_name("paid"),
        pa.table(
            {
                "customer_id": customers,
                "local_date": days,
                "amount": amounts,
                "kind": ["payroll"] * len(days),
            }
        ),
    )
    tables: dict[str, Any] = {}
    if holdings:
        owner, holding, matures, closed, amount = zip(*holdings, strict=True)
        tables["holdings"] = connection.create_table(
            ibis.util.gen_name("holdings"),
            pa.table(
                {
                    "customer_id": owner,
                    "holding_id": holding,
                    "product_id": ["term"] * len(owner),
                    "opened_on": [
                        date(2025, 3, 1) if m < date(2026, 6, 1) else date(2026, 3, 14)
                        for m in matures
                    ],
                    "matures_on": matures,
                    "closed_on": pa.array(closed, pa.date32()),
                    "amount": amount,
                }
            ),
        )
    if kept:
        owner, account, on, balance = zip(*kept, strict=True)
        tables["balances"] = connection.create_table(
            ibis.util.gen_name("balances"),
            pa.table(
                {"customer_id": owner, "account_id": account, "on": on, "balance": balance}
            ),
        )
    return engine.Ledger(paid, **tables)


def matured(ledger: engine.Ledger, as_of: date = date(2026, 5, 1)) -> list[dict[str, Any]]:
    table = maturity_retention(ledger, start=START, stop=STOP, as_of=as_of, basis=BANK)
    found: list[dict[str, Any]] = table.order_by("customer_id").to_pyarrow().to_pylist()
    return found


HELD = [(1, "h1", DUE, DUE, 100.0), (2, "h2", DUE, None, 200.0)]
KEPT = [
    (1, "term", date(2025, 3, 1), 100.0),
    (1, "current", date(2025, 3, 1), 500.0),
    (1, "term", DUE, 0.0),
    (1, "current", DUE, 600.0),
    (1, "current", date(2026, 3, 12), 560.0),
    (1, "current", date(2026, 4, 2), 100.0),
    (2, "term", date(2025, 3, 1), 200.0),
]


def test_what_left_after_the_maturity_was_not_kept() -> None:
    first, second = matured(make(holdings=HELD, kept=KEPT))

    assert (first["kept_7"], first["kept_30"]) == (60.0, 0.0)
    assert (second["kept_7"], second["kept_30"]) == (200.0, 200.0)


def test_retention_is_counted_by_amount_and_by_customer() -> None:
    ledger = make(holdings=HELD, kept=KEPT)
    table = maturity_retention(
        ledger, start=START, stop=STOP, as_of=date(2026, 5, 1), basis=BANK
    )

    found = {figure.code: figure for figure in maturity_figures(table)}

    assert found["maturity_retention_7"].value == pytest.approx(260 / 300)
    assert found["maturity_retention_30"].value == pytest.approx(200 / 300)
    assert found["maturity_customers_7"].value == 1.0
    assert found["maturity_customers_30"].value == 0.5


def test_it_is_not_judged_too_early() -> None:
    (first, _) = matured(make(holdings=HELD, kept=KEPT), as_of=date(2026, 3, 20))

    assert (first["kept_7"], first["kept_30"]) == (60.0, None)
    assert (first["judged_7"], first["judged_30"]) == (True, False)


def test_money_taken_out_before_it_was_due_did_not_mature() -> None:
    early = [(1, "h1", DUE, date(2026, 2, 1), 100.0)]

    assert matured(make(holdings=early, kept=KEPT)) == []


def test_without_balances_new_holdings_speak() -> None:
    renewed = [*HELD, (1, "h3", date(2027, 3, 1), None, 30.0)]

    first, second = matured(make(holdings=renewed))

    assert (first["kept_7"], second["kept_7"]) == (30.0, 0.0)


def test_a_ledger_without_maturities_is_refused() -> None:
    with pytest.raises(engine.LedgerError, match="matures_on"):
        matured(make(kept=KEPT))


PAYS = [(1, date(2026, 3, 5), 100.0), (1, date(2026, 4, 4), 100.0)]
PAID = [
    (1, "current", date(2026, 1, 1), 1000.0),
    (1, "current", date(2026, 3, 5), 1100.0),
    (1, "current", date(2026, 3, 9), 1020.0),
    (1, "current", date(2026, 4, 4), 1120.0),
]


def test_pay_is_judged_on_the_day_before_the_next() -> None:
    table = payroll_stickiness(
        make(kept=PAID, pays=PAYS), start=START, stop=STOP, as_of=date(2026, 4, 30)
    )
    (row,) = table.to_pyarrow().to_pylist()

    assert (row["pay_credits"], row["pay_credited"]) == (1, 100.0)
    # The balance is far above the pay, because old savings lie there too.
    assert (row["pay_left"], row["pay_kept"]) == (100.0, 20.0)
    by_code = {figure.code: figure.value for figure in payroll_figures(table)}
    assert by_code == {"payroll_stickiness": 1.0, "payroll_kept": 0.2}


def test_the_last_pay_is_judged_after_thirty_days_only() -> None:
    ledger = make(kept=PAID, pays=PAYS)

    def judged(as_of: date) -> int:
        table = payroll_stickiness(ledger, start=START, stop=date(2026, 5, 1), as_of=as_of)
        return sum(row["pay_credits"] for row in table.to_pyarrow().to_pylist())

    assert judged(date(2026, 5, 3)) == 1
    assert judged(date(2026, 5, 4)) == 2
