"""Many customers at once, and a short way to plan an experiment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from django.db import connection

from regulars.server.experiments import actions
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules.arms import usual
from regulars.server.facts import actions as facts
from regulars.server.facts import lake
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

Many = Callable[[int], list[int]]
Planned = Callable[..., Experiment]
Spend = Callable[[dict[int, Sequence[tuple[date, int]]]], None]


@pytest.fixture
def many(as_system: Cast) -> Many:
    """Put so many customers into Mei's book at once; give their ids."""

    def make(count: int) -> list[int]:
        with connection.cursor() as db:
            db.execute(
                """
                with made as (
                    insert into customers_customer
                        (public_id, number, kind, state, name, name_en, gender, lunar_birthday,
                         phone, email, address, district, occupation, id_tail, source,
                         preferred_channel, blocked_channels, consents, tags, note, provenance,
                         book_id, created_at, updated_at)
                    select 'm' || lpad(n::text, 11, '0'), 'M' || n, 'person', 'active',
                           '客' || n, '', '', '', '', '', '', '', '', '', '', '', '{}', '{}',
                           '{}', '', '{}',
                           %s, %s, %s
                    from generate_series(1, %s) n returning id
                ) insert into customers_factkey (customer_id) select id from made order by id
                  returning customer_id
                """,
                [as_system.mei_book.pk, NOON, NOON, count],
            )
            return [pk for (pk,) in db.fetchall()]

    return make


@pytest.fixture
def spent(as_system: Cast) -> Callable[..., None]:
    """Give customers purchases: columns of customer, day and fen; by their fact keys."""

    def make(customers: Any, days: Any, amounts: Any, source: str = "bulk") -> None:
        keys = _keys()
        rows = len(customers)
        table = pa.table(
            {
                "fact_key": np.array([keys[int(pk)] for pk in customers], dtype=np.int64),
                "local_date": pa.array(list(days), pa.date32()),
                "amount": np.asarray(amounts, dtype=np.int64),
                "n": np.arange(rows),
            }
        )
        lake.hold("bulk", table)
        facts.add(
            "transactions",
            "select fact_key, local_date::timestamp + interval 2 hour as occurred_at, "
            "local_date, amount, null::double as quantity, null::bigint as cost, "
            f"'{source}' || n as order_id, null::varchar as product_id, "
            "null::varchar as category, 'pos' as channel, null::varchar as branch, "
            f"'purchase' as kind, null::varchar as external_id, '{source}' || n as row_key, "
            "local_date::timestamp as known_at from bulk",
            source=source, by=TESTS, at=NOON,
        )  # fmt: skip

    return make


def _keys() -> dict[int, int]:
    with connection.cursor() as db:
        db.execute("select customer_id, fact_key from customers_factkey")
        return dict(db.fetchall())


@pytest.fixture
def planned(as_system: Cast) -> Planned:
    """An autumn call list with half of it left alone, unless told otherwise."""

    def make(**told: Any) -> Experiment:
        given: dict[str, Any] = {
            "name": "秋季回访",
            "name_en": "Autumn calls",
            "kind": "call_list",
            "outcome": "revenue",
            "starts_on": TODAY,
            "window_days": 28,
        }
        share = told.pop("share", 0.5)
        return actions.plan(Plan(**(given | {"arms": usual(share)} | told)), by=TESTS, at=NOON)

    return make


def days_after(days: int) -> date:
    return TODAY + timedelta(days=days)


@pytest.fixture
def planned_alone(cast: Cast) -> Planned:
    """The same for a test that looks with somebody's eyes."""

    def make(share: float = 0.5) -> Experiment:
        told = Plan("秋季回访", "call_list", "revenue", TODAY, arms=usual(share))
        return actions.plan(told, by=TESTS, at=NOON)

    return make
