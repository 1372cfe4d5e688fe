"""A small synthetic bank with three dates behind it, made once for all tests of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from regulars.server.core import scope
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.insight.queries import memory
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.site import demo

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
CUSTOMERS = 500


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
        found = Customer.objects.visible_to(viewer).order_by("pk")
        return list(found.values_list("pk", flat=True))


@pytest.fixture(scope="module")
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
        empty()
        connection.close()


def empty() -> None:
    kept = {"django_migrations", "django_content_type"}
    with connection.cursor() as db:
        db.execute("select pk.id from scoring_run pk")
        for (run,) in db.fetchall():
            db.execute("select regulars_version_drop('scoring_score', %s)", [run])
        db.execute("select id from tiers_tierrun")
        for (run,) in db.fetchall():
            db.execute("select regulars_version_drop('tiers_assignment', %s)", [run])
        db.execute("select tablename from pg_tables where schemaname = 'public'")
        tables = [name for (name,) in db.fetchall() if name not in kept]
        listed = ", ".join(connection.ops.quote_name(name) for name in tables)
        db.execute(f"truncate {listed} cascade")


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
def eyes() -> Callable[[Person], Any]:
    """Look as one person for a few lines, then as the system again."""

    @contextmanager
    def looking(viewer: Person) -> Iterator[None]:
        scope.set_scope(viewer.scope)
        yield
        scope.set_scope(scope.EVERYBODY)

    return looking
