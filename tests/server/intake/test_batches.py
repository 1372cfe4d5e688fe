"""Rows that come as rows: typed, refused, kept and counted as those of a file are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.intake import actions, queries
from regulars.server.intake.models import Source
from regulars.server.intake.reader import MappingIncomplete
from regulars.server.intake.reader.mapping import UnknownField
from regulars.testing.cast import NOON, TESTS

ROWS: list[dict[str, Any]] = [
    {"customer_id": "0001", "occurred_at": "2026-10-01T10:00:00+08:00", "amount": 120.5},
    {"customer_id": "0009", "occurred_at": date(2026, 10, 2), "amount": "80"},
    {"customer_id": None, "occurred_at": "2026-10-03", "amount": 1e-7},
    {"customer_id": "0003", "occurred_at": "2026-13-40", "amount": 5, "order_id": "D4"},
]


def brought(rows=ROWS, kind="transactions", **more):
    return actions.bring_rows(kind, rows, source="shop", by=TESTS, at=NOON, **more)


def test_a_batch_of_rows_is_loaded_as_a_file_would_be(as_system, facts):
    found = brought()

    assert (found.rows, found.added, found.refused) == (4, 2, 2)
    assert found.source.way == Source.Way.API
    assert facts("select sum(amount) from facts") == [(20050,)]
    assert Customer.objects.filter(number="0009", state="stub").exists()


def test_each_refused_row_is_told_by_its_place_in_the_batch(as_system):
    told = queries.refusals(brought(), language="en")

    assert [(one["row"], one["problems"][0]["code"]) for one in told] == [
        (2, "no_customer"),
        (3, "impossible_date"),
    ]
    assert told[1]["problems"][0]["field"] == "occurred_at"
    assert "2026-13-40" in told[1]["problems"][0]["sentence"]


def test_the_same_batch_twice_adds_nothing(as_system):
    brought()

    again = brought()

    assert (again.added, again.known) == (0, 2)
    assert Source.objects.count() == 1


def test_a_batch_of_customers_opens_and_changes_them(as_system):
    rows = [
        {"number": "0001", "phone": "13800000001", "consent_sms": False},
        {"number": "0100", "name": "新客户", "kind": "person"},
    ]

    found = brought(rows, "customers")

    assert (found.added, found.known) == (1, 1)
    as_system.li.refresh_from_db()
    assert (as_system.li.phone, as_system.li.name) == ("13800000001", "李娜")


def test_a_dry_run_of_a_batch_changes_nothing(as_system):
    found = brought(dry_run=True)

    assert (found.state, found.added) == ("checked", 2)
    assert not Customer.objects.filter(number="0009").exists()


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ([], actions.NoRows),
        ([{"customer_id": "1", "colour": "red"}], UnknownField),
        ([{"customer_id": "1", "amount": 5}], MappingIncomplete),
    ],
)
def test_a_batch_that_is_none_is_refused_before_anything_is_kept(as_system, rows, error):
    with pytest.raises(error):
        brought(rows)

    assert not queries.imports(as_system.ada).exists()


def test_who_asked_sees_no_more_after_the_batch_than_before(cast):
    scope.set_scope(cast.mei.scope)

    brought()

    assert {one.number for one in Customer.objects.all()} == {"0001"}


def test_a_day_that_had_not_come_is_read_again_when_it_has(as_system):
    rows = [{"customer_id": "0001", "occurred_at": "2026-12-01", "amount": 1}]
    found = brought(rows, dry_run=True)
    assert (found.refused, found.report["reasons"]) == (1, {"lies_ahead": 1})

    actions.load(found, by=TESTS, at=NOON + timedelta(days=30))

    assert (found.added, found.refused) == (1, 0)
