"""Why some customers have their probability of leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import pyarrow as pa

from regulars.engine.basis import Basis
from regulars.engine.churn.columns import known_of
from regulars.engine.churn.past import ledger_until
from regulars.engine.churn.result import ChurnModel
from regulars.engine.learning import Reason, reasons
from regulars.engine.ledger import Ledger


def explain_churn(
    ledger: Ledger,
    model: ChurnModel,
    customers: Sequence[int | str],
    *,
    as_of: date,
    basis: Basis,
    most: int | None = None,
) -> dict[int | str, list[Reason]]:
    """Say why some customers have their probability, for one customer or a page of them.

    Parameters
    ----------
    model
        From `Churn.model`, or back from JSON.
    customers
        Their ids; those unknown on the date are left out.
    as_of
        The date of the forecast.
    most
        How many reasons at most; None gives every fact that moved the probability.

    Returns
    -------
    dict of id to list of Reason
        The most important first: percentage points against the usual customer.

    Raises
    ------
    LedgerError
        where the model looks at a table that is missing.

    Examples
    --------
    >>> from datetime import timedelta
    >>> from regulars.engine import RETAIL, predict_churn
    >>> day = date(2025, 3, 31)  # 60 customers came weekly; most of them stopped some day
    >>> came = [(name, day - timedelta(days=7 * week), 9.0)
    ...         for name in range(60) for week in range(name % 4 * 3, 12)]
    >>> columns = ["customer_id", "local_date", "amount"]
    >>> ledger = Ledger(ibis.memtable(came, columns=columns))
    >>> found = predict_churn(ledger, as_of=day, horizon_days=30, basis=RETAIL)
    >>> why = explain_churn(ledger, found.model, [0, 3], as_of=day, basis=RETAIL, most=1)
    >>> [(why[name][0].code, why[name][0].value, why[name][0].points > 0) for name in why]
    [('silence', 0.0, False), ('silence', 63.0, True)]
    """
    ledger = ledger_until(ledger, as_of)
    wanted = ibis.memtable(pa.table({"customer_id": list(customers)}))
    known = known_of(ledger, model.question, on=as_of, basis=basis, customers=wanted)
    table = known.order_by("customer_id").to_pyarrow()
    found = reasons(model.model, model.sheet(table, basis), most=most)
    return dict(zip(table["customer_id"].to_pylist(), found, strict=True))
