"""A run whose lessons are known to the last figure: written by hand, not learned."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import duckdb

from regulars.server.customers.models import Customer
from regulars.server.scoring import queries
from regulars.server.scoring.bridge.names import CHURN_MODEL, HAD, NEXT
from regulars.server.scoring.models import Run
from regulars.testing.cast import NOON, TODAY, Cast

# What every run has of everybody.
PLAIN: dict[str, Any] = {
    "value": 1000.0,
    "value_at_stake": 600.0,
    "clv_36": None,
    "contribution_12": 20.0,
    "cost_to_serve_12": 5.0,
    "days_since_last": 41,
}
WHY = [
    {"code": "assets_change", "points": 17.2, "value": 218e4, "usual": 290e4},
    {"code": "silence", "points": 6.4, "value": 41.0, "usual": 12.0},
    {"code": "products", "points": -4.1, "value": 5.0, "usual": 2.0},
]
RISK: dict[str, Any] = {
    "churn_probability": 0.58,
    "churn_band": "high",
    "churn_why": WHY,
    "p_alive": 0.4,
    "median_gap": 12.0,
}
CHANGED: dict[str, Any] = {
    "change_headline": "money_out",
    "balance_movement": "out",
    "balance_moved": -72e4,
    "balance_moved_on": date(2026, 11, 20),
    "balance_low": -18e4,
    "balance_high": 18e4,
    "rhythm_change": "slower",
    "rhythm_gap_before": 9.0,
    "rhythm_gap_now": 23.0,
    "channel_changed": True,
    "channel_before": "counter",
    "channel_now": "mobile",
}
WORTH: dict[str, Any] = {
    "value_class": "develop",
    "value_level": 2,
    "potential_level": 3,
    "need_level": 1,
    "service": "ordinary",
    "standing_value": 123e3,
    "potential_gap": 329e3,
    "lookalike_value": 452e3,
    "lookalike_n": 1204,
    "lookalike_by": "kind, tenure_band, product_pattern",
    "potential_confidence": "medium",
    "wallet_share": 0.27,
    "wallet_gap": 329e3,
    "wallet_estimated": True,
    "evidence_in_force": True,
    "evidence_reason": "seen",
    "evidence_amount": 5e5,
    "evidence_until": date(2027, 5, 1),
    "referred": 3,
    "crv": 6100.0,
}
TENTHS = [
    {
        "low": 0.1 * n, "high": 0.1 * n + 0.09, "rows": 412, "forecast": 0.1 * n + 0.05,
        "happened": 41 * n, "rate": 0.1 * n + 0.06, "rate_low": 0.1 * n,
        "rate_high": 0.1 * n + 0.1,
    }
    for n in range(10)
]  # fmt: skip
CHURN: dict[str, Any] = {
    "question": {"outcome": "assets", "horizon_days": 90, "fall": 0.5, "grace_days": 60},
    "chosen": "boosting",
    "judged_on": "2026-08-22",
    "learned_on": ["2026-05-23", "2026-04-08"],
    "customers": 1000,
    "methods": {
        "boosting": {
            "auc": 0.83, "log_loss": 0.41, "rows": 4120, "top_tenth_lift": 4.2,
            "calibration": TENTHS,
        },
        "recency": {
            "auc": 0.64, "log_loss": 0.52, "rows": 4120, "top_tenth_lift": 2.0,
            "calibration": [],
        },
    },
}  # fmt: skip
NEXT_CARD: dict[str, Any] = {
    "of": "holdings",
    "horizon_days": 180,
    "score_means": "takes",
    "judgement": {
        "verdict": "better",
        "way": "later_taking",
        "method": "combined",
        "popularity": "popular_taken",
        "missing": 0,
        "rates": {
            "combined": {"hit1": 0.28, "judged": 412},
            "popular_taken": {"hit1": 0.12, "judged": 412},
        },
    },
}
CARDS = {"churn": CHURN, "next": NEXT_CARD}
OFFERED = (
    *("product_id", "score", "reason", "because_1", "because_2"),
    *("support", "share", "usual"),
)
OFFERS = [
    ("W180", 0.231, "together", "PAY", "TD12", 1204, 0.38, 0.12),
    ("W90", 0.041, "popular", None, None, 52, 0.041, 0.041),
]
# A curve that gives the usual customer 31 of 100.
MODEL = {
    "model": {
        "scorecard": {"baseline": -0.8001},
        "calibration": {
            "kind": "sigmoid", "base_rate": 0.3, "slope": 1.0, "shift": 0.0, "scores": [],
            "chances": [],
        },
    }
}  # fmt: skip


def taught(
    cast: Cast,
    *figures: tuple[Customer, dict[str, Any]],
    cards: dict[str, Any] | None = None,
    as_of: date = TODAY - timedelta(days=1),
    is_current: bool = True,
    had: list[dict[str, Any]] | None = None,
) -> Run:
    """Make a run with these figures, cards and suggestions for Li."""
    known = cards if cards is not None else CARDS
    run = Run.objects.create(
        as_of=as_of, known_to=NOON, started_at=NOON, state=Run.State.DONE,
        is_current=is_current, result={"learned": {"cards": known, "skipped": {}}},
    )  # fmt: skip
    queries.folder(run).mkdir(parents=True)
    rows = [PLAIN | of | {"customer_id": who.pk} for who, of in figures]
    _write(run, queries.FRAME, rows)
    if "next" in known:
        _write(
            run,
            NEXT,
            [
                {
                    "customer_id": cast.li.pk,
                    "place": place,
                    "lately": False,
                    **dict(zip(OFFERED, each, strict=True)),
                }
                for place, each in enumerate(OFFERS, start=1)
            ],
        )
    if had:
        _write(run, HAD, had)
    (queries.folder(run) / CHURN_MODEL).write_text(json.dumps(MODEL), "utf-8")
    return run


def _write(run: Run, name: str, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    wide = {column: None for row in rows for column in row}
    table = pa.Table.from_pylist([{**wide, **row} for row in rows])
    with duckdb.connect() as db:
        db.register("rows", table)
        target = queries.folder(run) / name
        db.execute(f"copy rows to '{target}' (format parquet)")
