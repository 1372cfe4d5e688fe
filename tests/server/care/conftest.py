"""A small world for the work: scores, tiers, holdings and contacts put down by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.db import connection

from regulars.engine.scores import CUSTOMER_COLUMNS
from regulars.server.care import actions
from regulars.server.care.models import Card, PlanRun, Task
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import actions as core
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.facts.models import FactFile
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import Scheme, SchemeVersion, TierRun
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

TIERS = [
    {"code": "private", "name": "私行", "name_en": "Private", "level": 5, "cut": "5000000"},
    {"code": "vip", "name": "贵宾", "name_en": "VIP", "level": 4, "cut": "500000"},
    {"code": "target", "name": "目标", "name_en": "Target", "level": 3, "cut": "50000"},
    {"code": "mass", "name": "大众", "name_en": "Mass", "level": 2, "cut": "0"},
]
OUT: dict[str, Any] = {
    "large_movement": "out",
    "flow_5": -720_000.0,
    "adb_90": 2_900_000.0,
    "adb_month": 2_900_000.0,
    "flow_low": -80_000.0,
    "flow_high": 60_000.0,
    "stake": "2184000",
}
CODES = {tier["level"]: tier["code"] for tier in TIERS}


@dataclass
class World:
    """Puts down what the morning reads. Everything happens as the system."""

    cast: Cast

    def score(self, rows: dict[Customer, dict[str, Any]], *, as_of: date = TODAY) -> Run:
        """A published run; the newest one is current. A row may hold any column of a frame."""
        Run.objects.filter(is_current=True).update(is_current=False)
        run = Run.objects.create(
            as_of=as_of,
            known_to=NOON,
            state="done",
            is_published=True,
            is_current=True,
            customers=len(rows),
            started_at=NOON,
        )
        self._publish(run, rows)
        self._frame(run, rows)
        return run

    def tier(
        self, run: Run, levels: dict[Customer, tuple[int, str | None, str | None]]
    ) -> TierRun:
        """Assign (level, measure, next tier's cut) under one primary scheme."""
        scheme, made = Scheme.objects.get_or_create(
            code="personal",
            defaults={"name": "个人", "name_en": "Personal", "is_primary": True},
        )
        if made:
            SchemeVersion.objects.create(
                scheme=scheme, number=1, state="active", measure="aum", tiers=TIERS,
                created_at=NOON,
            )  # fmt: skip
        TierRun.objects.filter(is_current=True).update(is_current=False)
        tiered = TierRun.objects.create(run=run, as_of=run.as_of, is_current=True, made_at=NOON)
        with connection.cursor() as db:
            db.execute("select regulars_version_open('tiers_assignment', %s)", [tiered.pk])
            for customer, (level, measure, next_at) in levels.items():
                db.execute(
                    f"insert into tiers_assignment_v{tiered.pk} values "
                    "(%s, %s, %s, %s, %s, %s, %s, 0)",
                    [tiered.pk, customer.pk, scheme.pk, CODES[level], level, measure, next_at],
                )
            db.execute("select regulars_version_close('tiers_assignment', %s)", [tiered.pk])
        return tiered

    def level(self, customer: Customer, level: int) -> None:
        """The customer's tier and nothing else: no figure, no movement."""
        self.tier(self.score({customer: {}}), {customer: (level, None, None)})

    def hold(
        self,
        customer: Customer,
        matures_on: date,
        *,
        amount: str = "600000",
        kind: str = "deposit",
        holding: str = "D1",
        opened_on: date | None = None,
    ) -> None:
        """A holding in the lake, of a product of that kind."""
        Product.objects.get_or_create(
            code=f"P-{kind}", defaults={"name": "定期", "name_en": "Time deposit", "kind": kind}
        )
        key = FactKey.objects.get(customer=customer).pk
        opened = opened_on or matures_on - timedelta(days=365)
        values = (
            f"{key}::bigint fact_key, '{holding}' holding_id, 'P-{kind}' product_id, "
            f"date '{opened}' opened_on, date '{matures_on}' matures_on, null::date closed_on, "
            f"{int(Decimal(amount) * 100)}::bigint amount, '{holding}{opened}' row_key, "
            "timestamp '2026-01-01' known_at"
        )
        written = lake.write(facts.folder(), "holdings", f"select {values}")
        assert written is not None
        FactFile.objects.create(
            kind="holdings", path=written.path, rows=1, size=1, added_at=NOON,
            first_day=opened, last_day=opened,
        )  # fmt: skip

    def agree(self, customer: Customer, *, yes: bool = True) -> None:
        """The customer allows marketing on the phone and by WeCom, or says no to it."""
        customer.consents = {"call": yes, "wecom": yes, "sms": False, "email": False}
        customer.save(update_fields=["consents"])

    def talk(self, customer: Customer, days_ago: int, **more: Any) -> Touch:
        """A two-way contact some days before today."""
        given = {"channel": "call", "outcome": "reached", "two_way": True} | more
        return channels.record_touch(
            customer, by=self.cast.mei, at=NOON - timedelta(days=days_ago), **given
        )

    def plan(self, day: date = TODAY) -> PlanRun:
        at = datetime(day.year, day.month, day.day, 21, 0, tzinfo=UTC) - timedelta(days=1)
        return actions.plan(day=day, by=TESTS, at=at)

    def tasks(self, customer: Customer, state: str = "open") -> list[Task]:
        found = Task.objects.filter(customer=customer, state=state)
        return list(found.order_by("priority", "-stake", "trigger"))

    def triggers(self, customer: Customer) -> list[str]:
        return [task.trigger for task in self.tasks(customer)]

    def card(self, customer: Customer, day: date = TODAY) -> Card:
        return Card.objects.of_day(day).get(customer=customer)

    def days(self, worked: dict[date, bool]) -> None:
        """Load adjusted working days."""
        core.load_calendar(
            {day: (is_worked, "", "") for day, is_worked in worked.items()}, by=TESTS, at=NOON
        )

    def _publish(self, run: Run, rows: dict[Customer, dict[str, Any]]) -> None:
        with connection.cursor() as db:
            db.execute("select regulars_version_open('scoring_score', %s)", [run.pk])
            for customer, row in rows.items():
                db.execute(
                    f"insert into scoring_score_v{run.pk} values "
                    "(%s, %s, %s, %s, null, null, 0.9, %s, '', '')",
                    [run.pk, customer.pk, row.get("stake", 0), row.get("stake", 0),
                     row.get("stage", "active")],
                )  # fmt: skip
            db.execute("select regulars_version_close('scoring_score', %s)", [run.pk])

    def _frame(self, run: Run, rows: dict[Customer, dict[str, Any]]) -> None:
        words = dict.fromkeys(("large_movement", "rfm", "rfm_type", "rfm_cell", "abc_class"))
        usual: dict[str, Any] = dict.fromkeys(CUSTOMER_COLUMNS[1:], 0.0)
        usual |= words | {"first_on": None, "last_on": None, "stage": "active"}
        usual |= {
            name: None for row in rows.values() for name in row if name not in {*usual, "stake"}
        }
        kinds = {name: pa.string() for name in (*words, "stage", "churn_band")}
        words_beside = (
            n for row in rows.values() for n, v in row.items() if isinstance(v, str)
        )
        kinds |= dict.fromkeys(words_beside, pa.string())
        kinds |= {"first_on": pa.date32(), "last_on": pa.date32()}
        people = sorted(rows, key=lambda customer: customer.pk)
        table = {"customer_id": pa.array([customer.pk for customer in people], pa.int64())}
        for name, default in usual.items():
            values = [rows[customer].get(name, default) for customer in people]
            table[name] = pa.array(values, kinds.get(name, pa.float64()))
        scoring.folder(run).mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(table), scoring.frame(run))


@pytest.fixture
def world(as_system: Cast) -> World:
    """The small company with nothing due; the rest of the test runs as the system."""
    return World(as_system)
