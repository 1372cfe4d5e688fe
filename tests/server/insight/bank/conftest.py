"""A small synthetic bank with three dates behind it, made once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pytest
from django.db import connection
from tests.server.insight import made
from tests.sweeping import sweep

from regulars.server.core import scope
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.insight.queries import memory
from regulars.server.scoring import actions as learning
from regulars.server.scoring import bridge
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.site import demo

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CUSTOMERS = 500
# What lessons would write, by a rule that can be counted again.
LEARNED = """
    select customer_id,
           case customer_id % 5 when 0 then 'money_out' when 1 then 'rhythm_silent' end
             as change_headline,
           case customer_id % 7 when 0 then 'quiet' when 1 then 'dormant' when 2 then 'deep'
             when 3 then 'lost' end as dormancy_step,
           0.0 as spend_asleep,
           (1 + customer_id % 3)::tinyint as value_level,
           (1 + customer_id // 3 % 3)::tinyint as potential_level,
           (1 + customer_id // 9 % 3)::tinyint as need_level,
           case when customer_id % 3 = 2 and customer_id // 3 % 3 = 2 then 'key'
             when customer_id // 3 % 3 = 2 then 'develop'
             when customer_id % 3 = 2 then 'hold' else 'watch' end as value_class,
           coalesce(value, 0)::double as standing_value, 10.0 as potential_gap
    from read_parquet('{frame}')
"""
CHECK = {
    "run": "x" * 12,
    "start": "2025-11-22",
    "stop": "2026-02-21",
    "revenue": 400_000.0,
    "low": 380_000.0,
    "high": 450_000.0,
    "came": 430_000.0,
}


@dataclass(frozen=True)
class Bank:
    """The company, some of its people and its two far dates."""

    now: Run
    then: Run
    ana: Person
    wei: Person
    rm: Person

    @property
    def branch(self) -> OrgUnit:
        return self.wei.org_unit

    def customers_of(self, viewer: Person) -> list[int]:
        """Whom the last run scored; friends who were just recommended came after it."""
        scored = duckdb.execute(
            "select customer_id from read_parquet(?)", [str(scoring.frame(self.now))]
        ).fetchall()
        found = Customer.objects.visible_to(viewer).filter(pk__in=[pk for (pk,) in scored])
        return list(found.order_by("pk").values_list("pk", flat=True))


@pytest.fixture(scope="package")
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Committed once, emptied at the end: scoring takes seconds."""
    with django_db_blocker.unblock():
        demo.fill(
            kind="bank",
            customers=CUSTOMERS,
            seed=7,
            today=TODAY,
            at=NOW,
            progress=lambda s: None,
        )
    yield
    with django_db_blocker.unblock():
        sweep()
        connection.close()


@pytest.fixture
def bank(filled: None, db: None) -> Bank:
    memory.forget()
    scope.set_scope(scope.EVERYBODY)
    now = scoring.current_run()
    then = scoring.run_at(date(2025, 11, 21))
    assert now is not None
    assert then is not None
    people = Person.objects.order_by("pk")
    return Bank(
        now,
        then,
        ana=people.filter(role="analyst")[0],
        wei=people.filter(role="manager")[0],
        rm=people.filter(role="rm")[0],
    )


@pytest.fixture
def taught(bank: Bank) -> Bank:
    """The bank with something learned after its run: every column the pages count by."""
    run = bank.now
    with duckdb.connect(":memory:") as db:
        db.execute(
            f"copy ({LEARNED.format(frame=scoring.frame(run))}) "
            f"to '{scoring.folder(run) / bridge.LEARNED}' (format parquet)"
        )
    learning.attach(run, "learned", bridge.LEARNED)
    branches = list(OrgUnit.objects.filter(kind="branch").order_by("code"))
    groups = {
        unit.code: (9e4, 1e5 * n, 9e4 * n, 1.1e5 * n) for n, unit in enumerate(branches, 1)
    }
    run.result |= {
        "learned": {
            "cards": {
                "churn": made.churn(outcome="assets"),
                "ranking": made.ranking(),
                "next": made.following(),
                "potential": made.potential(),
                "quarter": made.quarter(groups=groups),
                "checks": {"quarters": [CHECK]},
                "drift": {"columns": []},
            },
            "skipped": {},
            "seconds": {},
        }
    }
    run.save(update_fields=["result"])
    return bank
