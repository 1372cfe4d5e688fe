"""The facts behind a suggestion."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from regulars.engine import Ledger
from regulars.engine.next_best.proof import EvidenceRow, evidence

DAY = date(2025, 12, 31)
SUGGESTION = {"reason": "together", "because_1": "payroll", "because_2": "deposit"}


def test_holdings_come_with_their_dates_in_the_order_of_the_reasons(
    holders: Callable[..., Ledger],
) -> None:
    ledger = holders(
        [
            (1, "deposit", date(2024, 5, 1), None),
            (1, "deposit", date(2023, 5, 1), date(2024, 5, 1)),
            (1, "payroll", date(2020, 1, 1), None),
            (1, "payroll", date(2026, 1, 1), None),
            (1, "loan", date(2020, 1, 1), None),
            (2, "payroll", date(2020, 1, 1), None),
        ]
    )

    assert evidence(ledger, 1, SUGGESTION, as_of=DAY) == [
        EvidenceRow("holding", "payroll", date(2020, 1, 1), None, 1, None),
        EvidenceRow("holding", "deposit", date(2024, 5, 1), None, 1, None),
    ]


def test_what_ended_speaks_with_the_date_of_its_end_where_nothing_else_is_held(
    holders: Callable[..., Ledger],
) -> None:
    ledger = holders([(1, "payroll", date(2020, 1, 1), date(2025, 3, 1))])

    (row,) = evidence(ledger, 1, SUGGESTION, as_of=DAY)
    (before,) = evidence(ledger, 1, SUGGESTION, as_of=date(2025, 1, 1))

    assert row.last_on == date(2025, 3, 1)
    assert before.last_on is None


def test_purchases_are_summed_up_to_the_day(buyers: Callable[..., Ledger]) -> None:
    ledger = buyers(
        [
            (1, "payroll", date(2025, 1, 1), 5.0),
            (1, "payroll", date(2025, 1, 1), 6.0),
            (1, "payroll", date(2025, 6, 1), 7.0),
            (1, "payroll", date(2026, 6, 1), 8.0),
        ]
    )

    assert evidence(ledger, 1, SUGGESTION, as_of=DAY) == [
        EvidenceRow("purchases", "payroll", date(2025, 1, 1), date(2025, 6, 1), 2, 18.0)
    ]


def test_an_attribute_is_named_and_popularity_has_no_evidence(
    buyers: Callable[..., Ledger],
) -> None:
    ledger = buyers([(1, "payroll", date(2025, 1, 1), 5.0)])
    alike = {"reason": "look_alike", "because_1": "tier=gold", "because_2": None}

    (row,) = evidence(ledger, 1, alike, as_of=DAY)

    assert (row.kind, row.product_id) == ("attribute", "tier=gold")
    assert evidence(ledger, 1, {"reason": "popular", "because_1": None}, as_of=DAY) == []
