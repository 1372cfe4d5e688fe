from __future__ import annotations

import csv

import pytest

from regulars.server.core.models import AuditEntry, Book
from regulars.server.customers.models import Customer
from regulars.server.facts.models import FactFile
from regulars.server.intake import actions, queries
from regulars.server.intake.models import Import
from regulars.server.intake.reader import MappingIncomplete
from regulars.server.intake.reader.sniffing import EmptyFile
from regulars.server.products.models import Product
from regulars.testing.cast import NOON

from .conftest import ORDERS


def test_a_load_adds_the_accepted_rows_under_pseudonyms(bring, facts):
    found = bring(ORDERS)

    assert (found.state, found.rows, found.accepted, found.added) == ("done", 5, 3, 3)
    assert found.report["reasons"] == {"no_customer": 1, "impossible_date": 1}
    rows = facts("select kind, amount, order_id, product_id, local_date from facts order by 5")
    assert [row[:4] for row in rows] == [
        ("purchase", 12050, "D1", "SKU1"),
        ("refund", -2050, "D1", "SKU1"),
        ("purchase", 8000, "D2", "SKU2"),
    ]
    keys = facts("select count(distinct fact_key) from facts")
    assert keys == [(2,)]


def test_a_dry_run_changes_nothing(bring, as_system):
    before = (Customer.objects.count(), Book.objects.count(), Product.objects.count())

    found = bring(ORDERS, work=actions.check)

    assert (found.state, found.added, found.refused) == ("checked", 3, 2)
    assert found.report["customers_new"] == 1
    assert not FactFile.objects.exists()
    assert before == (Customer.objects.count(), Book.objects.count(), Product.objects.count())


def test_a_dry_run_foresees_what_the_load_then_does(bring):
    bring(ORDERS)
    more = ORDERS + "0042,2026-10-09 10:00,33,D9,SKU7\n"

    foreseen = bring(more, work=actions.check)
    came = bring(more)

    assert (foreseen.added, foreseen.known) == (came.added, came.known) == (1, 3)


def test_the_same_file_twice_adds_nothing(bring, facts):
    bring(ORDERS)

    again = bring(ORDERS)

    assert (again.state, again.added, again.known) == ("done", 0, 3)
    assert facts("select count(*) from facts") == [(3,)]


def test_two_equal_lines_of_one_file_stay_two(bring, facts):
    bring("客户号,日期,金额\n0001,2026-10-01,5\n0001,2026-10-01,5\n")

    assert facts("select count(*), sum(amount) from facts") == [(2, 1000)]


def test_refused_rows_load_after_mending(bring, facts, tmp_path):
    found = bring(ORDERS)
    path = tmp_path / "refused.csv"
    assert actions.write_refused(found, path, language="zh") == 2
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    rows[1][0], rows[2][1] = "0001", "2026-10-08"
    mended = "\n".join(",".join(row[:-1]) for row in rows)

    again = bring(mended)

    assert (again.added, again.refused) == (2, 0)
    assert facts("select count(*) from facts") == [(5,)]


def test_an_unknown_customer_becomes_an_unassigned_stub(bring):
    found = bring(ORDERS)

    stub = Customer.objects.get(number="0009")
    assert (stub.state, stub.book.code, stub.book.owner) == ("stub", "UNASSIGNED", None)
    assert found.report["customers_new"] == 1
    assert set(Product.objects.values_list("code", flat=True)) >= {"SKU1", "SKU2"}


def test_unknown_customers_can_be_refused_instead(bring, facts):
    found = bring(ORDERS, unknown="refuse")

    assert not Customer.objects.filter(number="0009").exists()
    assert (found.added, found.refused) == (2, 3)
    assert found.report["reasons"]["unknown_customer"] == 1
    refused = [row for row in queries.refused(found) if row.code == "unknown_customer"]
    assert [(row.line, row.column, row.value) for row in refused] == [(4, "客户号", "0009")]
    assert refused[0].cells == ("0009", "2026-10-06 12:00", "80", "D2", "SKU2")
    assert facts("select count(*) from facts") == [(2,)]


def test_a_stub_becomes_a_customer_when_the_file_comes(bring, as_system):
    bring(ORDERS)

    bring("客户号,姓名,客户经理\n0009,孙国平,mei\n", kind="customers")

    sun = Customer.objects.get(number="0009")
    assert (sun.name, sun.state, sun.book) == ("孙国平", "active", as_system.mei_book)


def test_a_number_longer_than_any_customers_is_refused(bring):
    found = bring(f"客户号,日期,金额\n{'9' * 61},2026-10-01,5\nA1,2026-10-01,5\n")

    assert found.report["reasons"] == {"too_long": 1}
    assert found.added == 1


def test_the_sums_tell_sales_and_what_refunds_left(bring):
    found = bring(ORDERS)

    assert queries.totals(found) == [("purchase", 2, "200.50"), ("refund", 1, "−20.50")]
    assert queries.sales(found) == {"customers": 2, "spent": "200.50", "net": "180.00"}


def test_a_file_that_was_taken_out_counts_no_longer_and_can_come_again(bring, facts, as_system):
    found = bring(ORDERS)

    actions.undo(found, by=as_system.ada, at=NOON)

    assert found.state == "withdrawn"
    assert facts("select count(*) from facts") == [(0,)]
    assert bring(ORDERS).added == 3


def test_a_newer_version_of_a_holding_counts(bring, facts):
    bring("客户号,产品代码,金额,开户日期\n0001,CD1,500,2026-01-01\n", kind="holdings")

    found = bring("客户号,产品代码,金额,开户日期\n0001,CD1,700,2026-01-01\n", kind="holdings")

    assert found.added == 1
    assert facts("select count(distinct holding_id) from facts", "holdings") == [(1,)]


def test_without_a_required_column_nothing_is_done_and_the_columns_are_named(bring):
    with pytest.raises(MappingIncomplete, match="没见过"):
        bring("日期,没见过\n2026-10-01,5\n")

    failed = Import.objects.get()
    assert failed.state == "failed"
    assert failed.message.startswith("MappingIncomplete: ")


def test_a_file_that_is_no_table_leaves_no_trace(bring, home):
    before = set(home.imports.iterdir())

    with pytest.raises(EmptyFile):
        bring("")

    assert not Import.objects.exists()
    assert set(home.imports.iterdir()) == before


def test_a_loaded_file_cannot_be_loaded_or_discarded_again(bring, as_system):
    found = bring(ORDERS)

    with pytest.raises(actions.NotLoadable):
        actions.load(found, by=as_system.ada, at=NOON)
    with pytest.raises(actions.AlreadyLoaded):
        actions.discard(found, by=as_system.ada, at=NOON)


def test_a_load_that_fails_in_the_middle_leaves_nothing(bring, facts, monkeypatch):
    def gone(*_args, **_more):
        raise OSError("the disk is full")

    monkeypatch.setattr("regulars.server.facts.lake._settle", gone)  # the outside world

    with pytest.raises(OSError, match="disk"):
        bring(ORDERS)

    assert Import.objects.get().state == "failed"
    assert not Customer.objects.filter(number="0009").exists()
    assert facts("select count(*) from facts") == [(0,)]


def test_a_file_whose_worker_died_is_marked_by_the_next_one(bring, as_system):
    found = bring(ORDERS, work=None)
    Import.objects.filter(pk=found.pk).update(state="loading")

    bring(ORDERS)

    found.refresh_from_db()
    assert (found.state, found.message) == ("failed", "interrupted")


def test_every_step_is_audited(bring, as_system):
    found = bring(ORDERS)

    said = AuditEntry.objects.filter(subject=f"intake.Import:{found.pk}").order_by("pk")
    assert list(said.values_list("action", "actor")) == [
        ("intake.file.brought", f"person:{as_system.ada.pk}"),
        ("intake.file.loaded", f"person:{as_system.ada.pk}"),
    ]
    assert said[1].details == {"kind": "transactions", "rows": 5, "added": 3, "refused": 2}
