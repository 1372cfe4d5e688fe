"""A source remembers how its files are read; folders and databases are read by themselves."""

from __future__ import annotations

import os
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from regulars.server.core.models import AuditEntry
from regulars.server.customers.models import Customer
from regulars.server.intake import actions, queries
from regulars.server.intake.models import Import, Source
from regulars.testing.cast import NOON, TESTS

ODD = "甲,乙,丙\n0001,2026-10-01,5\n0001,2026-10-02,6\n"
MAPPING = {"customer_id": "甲", "occurred_at": "乙", "amount": "丙"}


def source_of(way: str = "upload", kind: str = "transactions", **fields: Any) -> Source:
    return actions.add_source(name="门店", way=way, kind=kind, by=TESTS, at=NOON, **fields)


def looked_at(tmp_path: Path, text: str, **options: Any) -> Import:
    path = tmp_path / "next.csv"
    path.write_text(text, "utf-8")
    return actions.begin(path, kind="transactions", by=TESTS, at=NOON, **options)


def test_the_second_file_of_a_source_is_recognised_by_its_columns(bring, as_system, tmp_path):
    source = source_of()
    bring(ODD, mapping=MAPPING, source=source, unknown="refuse")

    found = looked_at(tmp_path, ODD.replace("2026-10", "2026-11"))

    assert (found.source, found.reading["recognised"]) == (source, True)
    assert {k: v for k, v in found.mapping.items() if v} == MAPPING
    assert found.options["unknown"] == "refuse"


def test_columns_that_changed_are_said(bring, as_system, tmp_path):
    source = source_of()
    bring(ODD, mapping=MAPPING, source=source)

    found = looked_at(tmp_path, "甲,乙,新\n0001,2026-10-01,5\n", source=source)

    assert (found.reading["gone"], found.reading["new"]) == (["丙"], ["新"])
    assert "amount" not in found.mapping


def test_a_file_with_other_columns_belongs_to_no_source(bring, as_system, tmp_path):
    bring(ODD, mapping=MAPPING, source=source_of())

    assert looked_at(tmp_path, "甲,x,y,z\n1,2,3,4\n").source is None


def test_a_file_with_far_fewer_rows_than_usual_is_noticed(bring, as_system):
    source = source_of()
    many = ODD + "".join(f"0001,2026-09-{n:02},1\n" for n in range(1, 19))
    bring(many, mapping=MAPPING, source=source)
    bring(many.replace("2026-09", "2026-08"), source=source)

    found = bring(ODD.replace("2026", "2025"), source=source, work=actions.check)

    assert found.report["unusual"] == {"code": "fewer_rows_than_usual", "usual": 20}


def test_two_sources_cannot_have_one_name(as_system):
    source_of()

    with pytest.raises(actions.NameTaken):
        source_of()


def test_a_source_with_rows_on_file_stays(bring, as_system):
    source = source_of()
    bring(ODD, mapping=MAPPING, source=source)

    with pytest.raises(actions.SourceInUse):
        actions.forget_source(source, by=TESTS, at=NOON)


@pytest.fixture
def folder(as_system, settings) -> tuple[Source, Path]:
    source = source_of("folder")
    inbox = queries.inbox(source)
    actions.take_folder(source, by=TESTS, at=NOON)
    yield source, inbox
    for path in sorted(inbox.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()


def dropped(inbox: Path, name: str, text: str, *, age: float = 3600) -> Path:
    path = inbox / name
    path.write_text(text, "utf-8")
    moment = NOON.timestamp() - age
    os.utime(path, (moment, moment))
    return path


GOOD = "客户号,交易时间,金额\n0001,2026-10-01,5\n"


def test_a_dropped_file_is_taken_once_it_stands_still(folder):
    source, inbox = folder
    path = dropped(inbox, "a.csv", GOOD)

    first = actions.take_folder(source, by=TESTS, at=NOON)
    second = actions.take_folder(source, by=TESTS, at=NOON)
    third = actions.take_folder(source, by=TESTS, at=NOON)

    assert (first, len(second), third) == ([], 1, [])
    assert second[0].state == "done"
    assert not path.exists()
    assert [one.name for one in (inbox / "done").iterdir()] == ["20261123-040000-a.csv"]


def test_a_file_that_grows_or_is_fresh_is_left_alone(folder):
    source, inbox = folder
    dropped(inbox, "a.csv", GOOD)
    dropped(inbox, "fresh.csv", GOOD, age=5)
    dropped(inbox, "b.csv.part", GOOD)
    actions.take_folder(source, by=TESTS, at=NOON)
    dropped(inbox, "a.csv", GOOD + "0001,2026-10-02,6\n")

    assert actions.take_folder(source, by=TESTS, at=NOON) == []


def test_a_marker_says_that_a_file_is_complete(folder):
    source, inbox = folder
    dropped(inbox, "a.csv", GOOD, age=0)
    dropped(inbox, "a.csv.done", "", age=0)

    assert len(actions.take_folder(source, by=TESTS, at=NOON)) == 1
    assert not (inbox / "a.csv.done").exists()


def test_a_file_that_cannot_be_loaded_lies_in_failed_with_its_reason(folder):
    source, inbox = folder
    dropped(inbox, "a.csv", "x,y\n1,2\n")
    dropped(inbox, "a.csv.done", "")

    actions.take_folder(source, by=TESTS, at=NOON)

    (reason,) = (inbox / "failed").glob("*.reason.txt")
    assert "MappingIncomplete" in reason.read_text("utf-8")
    source.refresh_from_db()
    assert source.message.startswith("MappingIncomplete")


def test_a_file_that_a_dead_worker_had_loaded_is_put_away_and_not_loaded_again(folder):
    source, inbox = folder
    for _ in range(2):  # the same bytes lie there again, as after a kill before the move
        dropped(inbox, "a.csv", GOOD)
        dropped(inbox, "a.csv.done", "")
        actions.take_folder(source, by=TESTS, at=NOON)

    assert Import.objects.filter(source=source).count() == 1
    assert len(list((inbox / "done").iterdir())) == 2


def test_a_folder_whose_file_lost_a_column_asks_for_somebody(folder, bring):
    source, inbox = folder
    bring(GOOD, source=source)
    dropped(inbox, "b.csv", "客户号,交易时间,实付\n0001,2026-10-09,5\n")
    dropped(inbox, "b.csv.done", "")

    actions.take_folder(source, by=TESTS, at=NOON)

    source.refresh_from_db()
    assert source.message.startswith("ColumnsChanged")


GBK = os.fsdecode("流水 2026.csv".encode("gbk"))  # as a Windows server writes it over FTP


@pytest.mark.parametrize("name", [GBK, f"{'长' * 82}.csv", "a\n'; drop.csv", "＝1+1.csv"])
def test_a_file_of_any_name_is_taken_and_stops_no_other(folder, name):
    source, inbox = folder
    dropped(inbox, name, GOOD)
    dropped(inbox, "～last.csv", GOOD.replace("5", "6"))

    actions.take_folder(source, by=TESTS, at=NOON)
    actions.take_folder(source, by=TESTS, at=NOON)

    assert [one.state for one in Import.objects.all()] == ["done", "done"]
    assert [path.name for path in inbox.iterdir() if path.is_file()] == [".seen.json"]


def test_a_link_in_a_folder_leads_nowhere(folder, tmp_path):
    source, inbox = folder
    dropped(tmp_path, "secret.csv", GOOD)
    (inbox / "a.csv").symlink_to(tmp_path / "secret.csv")

    for _ in range(2):
        assert actions.take_folder(source, by=TESTS, at=NOON) == []


@pytest.fixture
def other() -> Any:
    """Another system's schema in this run's PostgreSQL, reached by a connection of its own."""
    told = connection.settings_dict
    place = {"host": told["HOST"], "dbname": told["NAME"], "user": told["USER"]}
    with psycopg.connect(**place, password=told["PASSWORD"], autocommit=True) as db:
        db.execute("create temp table probe (id int)")  # the role may make nothing lasting
        yield place | {"password": told["PASSWORD"]}


def connected(source: Source, other: dict[str, str], query: str, **more: Any) -> None:
    place = {name: other[name] for name in ("host", "dbname", "user", "password")}
    actions.connect_source(
        source, port=5432, query=query, by=TESTS, at=NOON, **place, **more
    )  # fmt: skip


ROWS = (
    "select * from (values ('0001', timestamp '2026-10-01 10:00', 12.50, 1), "
    "('0001', timestamp '2026-10-02 10:00', 7, 2), ('0300', timestamp '2026-10-03', 8, 3)) "
    "t (customer_id, occurred_at, amount, seq)"
)


def test_a_database_is_read_from_its_watermark_on(as_system, other, facts):
    source = source_of("sql", minutes=60)
    connected(source, other, f"{ROWS} where seq <= 2", key="seq", watermark="occurred_at")

    first = actions.read_source(source, by=TESTS, at=NOON)
    mark = source.settings["last"]
    source.settings["query"] = ROWS
    second = actions.read_source(source, by=TESTS, at=NOON + timedelta(hours=1))

    assert (first.added, mark) == (2, "2026-10-02T10:00:00")
    assert (second.rows, second.added, second.known) == (2, 1, 1)
    assert source.settings["last"] == "2026-10-03T00:00:00"
    assert facts("select sum(amount) from facts") == [(2750,)]
    assert Customer.objects.filter(number="0300").exists()


def test_the_password_lies_in_a_file_of_the_keys_and_nowhere_else(as_system, other):
    source = source_of("sql")
    connected(source, other | {"password": "s3cret-word"}, ROWS)

    path = queries.secret_path(source)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("s3cret-word", 0o600)
    assert "s3cret" not in str(source.settings)
    assert not AuditEntry.objects.filter(details__icontains="s3cret").exists()


@pytest.mark.parametrize("moved", [{"host": "elsewhere.example"}, {"user": "somebody"}])
def test_a_password_is_never_sent_to_another_database(as_system, other, moved):
    source = source_of("sql")
    connected(source, other | {"password": "s3cret-word"}, ROWS)
    connected(source, other | {"password": ""}, ROWS, key="seq")
    assert queries.secret_path(source).exists(), "the same place keeps it"

    connected(source, other | {"password": ""} | moved, ROWS)

    assert not queries.secret_path(source).exists()


def test_a_query_may_hold_a_percent_sign(as_system, other):
    source = source_of("sql")
    connected(source, other, f"{ROWS} where customer_id like '03%'", watermark="occurred_at")

    found = actions.read_source(source, by=TESTS, at=NOON)

    assert found is not None
    assert found.rows == 1


@pytest.mark.parametrize(
    "query",
    [
        "select 1) a; set transaction read write; delete from core_apikey; select (1",
        "select set_config('transaction_read_only', 'off', false), 1",
        "select 1) a; commit; begin read write; delete from core_apikey; select (1",
    ],
)
def test_a_query_is_one_statement_that_reads(as_system, other, query):
    source = source_of("sql")
    connected(source, other, query)

    with pytest.raises(actions.Unreachable):
        actions.read_source(source, by=TESTS, at=NOON)


def test_only_an_administrator_names_a_database(as_system, other):
    place = {name: other[name] for name in ("host", "dbname", "user")}
    with pytest.raises(actions.NotYours):
        actions.connect_source(
            source_of("sql"), port=5432, query="t", by=as_system.ana, at=NOON, **place
        )  # fmt: skip


def test_what_would_write_is_refused_by_us_and_by_the_other_side(as_system, other):
    source = source_of("sql")
    with pytest.raises(actions.NoQuery):
        connected(source, other, "delete from customers_customer")
    connected(
        source, other,
        "with gone as (delete from customers_customer returning 1) select * from gone",
    )  # fmt: skip

    with pytest.raises(actions.Unreachable):
        actions.read_source(source, by=TESTS, at=NOON)

    source.refresh_from_db()
    assert source.message.startswith("Unreachable")
    assert Customer.objects.count() == 3


def test_nothing_new_makes_no_import(as_system, other):
    source = source_of("sql")
    connected(source, other, f"{ROWS} where false")

    assert actions.read_source(source, by=TESTS, at=NOON) is None
    assert not Import.objects.exists()


def test_a_source_is_opened_looked_at_and_changed_in_the_browser(ada):
    page = {"name": "门店 日报", "kind": "transactions", "unknown": "stub", "priority": "3"}
    answer = ada.post(reverse("intake:new-source"), page | {"way": "folder"})

    made = Source.objects.get()
    assert answer["Location"] == reverse("intake:source", args=[made.public_id])
    assert (made.way, made.priority) == ("folder", 3)
    assert str(queries.inbox(made)) in ada.get(answer["Location"]).content.decode()
    assert "Salesforce" in ada.get(reverse("intake:sources")).content.decode()
    ada.post(answer["Location"], page | {"name": "日报", "layout": "A,1"})
    assert Source.objects.get().name == "门店 日报"  # the layout was refused
    ada.post(answer["Location"], page | {"name": "日报", "is_active": "on"})
    assert Source.objects.get().name == "日报"


def test_a_database_is_named_in_the_browser_without_a_password_in_its_address(ada):
    page = {
        "way": "sql", "name": "核心", "kind": "balances", "unknown": "stub", "priority": "5",
        "address": "postgresql://reader:geheim@db.example:5432/core", "password": "p4ss-word",
        "sslmode": "require", "query": "public.balances", "minutes": "1440",
    }  # fmt: skip
    refused = ada.post(reverse("intake:new-source"), page)
    assert refused.status_code == 422

    page["address"] = "postgresql://reader@db.example:5432/core"
    answer = ada.post(reverse("intake:new-source"), page)

    made = Source.objects.get()
    assert (made.settings["host"], made.settings["user"], made.minutes) == (
        "db.example", "reader", 1440,
    )  # fmt: skip
    shown = ada.get(answer["Location"]).content.decode()
    assert "postgresql://reader@db.example:5432/core" in shown
    assert "p4ss-word" not in shown


CARD = "客户编号,姓名,接收短信\n0001,李娜,是\n"


def posted(ada, text: str, kind: str = "transactions") -> Import:
    file = BytesIO(text.encode())
    file.name = "下月.csv"
    ada.post(reverse("intake:bring"), {"file": file, "kind": kind})
    return Import.objects.latest("pk")


def test_a_file_whose_columns_are_remembered_goes_straight_to_the_check(ada, bring, work):
    bring(ODD, mapping=MAPPING, source=source_of())

    found = posted(ada, ODD.replace("2026-10", "2026-09"))
    assert found.state == Import.State.CHECKING
    work()

    page = ada.get(reverse("intake:one", args=[found.public_id])).content.decode()
    assert "2 行是新的" in page
    assert reverse("intake:mapping", args=[found.public_id]) in page


def test_a_column_that_is_new_is_asked_about(ada, bring):
    bring("甲,乙,丙,丁,戊\n0001,2026-10-01,5,x,y\n", mapping=MAPPING, source=source_of())

    found = posted(ada, "甲,乙,丙,丁,戊,己\n0001,2026-09-01,5,x,y,z\n")

    assert (found.source.name, found.state) == ("门店", Import.State.DRAFT)


def test_a_file_that_says_who_agrees_and_no_proof_is_asked_about(ada, bring):
    bring(CARD, kind="customers", source=source_of(kind="customers"))

    found = posted(ada, CARD.replace("李娜", "李丽"), "customers")

    assert (found.source.name, found.state) == ("门店", Import.State.DRAFT)
