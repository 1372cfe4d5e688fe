"""What is held goes in its time: every class, with a report, and nothing that is younger."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from regulars.server.administration.actions.letting_go import old_lines
from regulars.server.channels import actions as channels
from regulars.server.core import actions as core
from regulars.server.core import retention
from regulars.server.core.models import Delivery, Event, IdempotentReply, Job
from regulars.server.core.webhooks import actions as webhooks
from regulars.server.customers import actions as customers
from regulars.server.customers.models import History
from regulars.server.intake import actions as intake
from regulars.server.intake import queries as brought
from regulars.server.intake.models import Import
from regulars.server.privacy import actions, queries
from regulars.server.privacy.models import Request
from regulars.server.site.home import Home
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
PEOPLE = "客户号,姓名,邮箱,机构\nPR-1,王安,a@example.com,B01\nPR-2,李全,no-mail,B01\n"
LATER = NOON + timedelta(days=3650)


def periods() -> dict[str, retention.DataClass]:
    return {known.key: known for known in retention.classes()}


def due(key: str) -> int:
    known = periods()[key]
    assert known.days is not None
    return known.older(NOON - timedelta(days=known.days))


@pytest.fixture
def files(as_system: Cast, tmp_path: Path, home: Home) -> Iterator[tuple[Import, Import]]:
    """One file that was loaded, and one that somebody left."""
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    loaded = intake.begin(path, kind="customers", by=TESTS, at=NOON)
    intake.load(loaded, by=TESTS, at=NOON)
    intake.keep_errors(loaded, language="zh")
    left = intake.begin(path, kind="customers", by=TESTS, at=NOON)
    yield loaded, left
    for path in home.imports.glob("**/*"):
        if path.is_file():
            path.unlink()


def test_every_class_says_what_it_is_and_why_so_long() -> None:
    for known in retention.classes():
        assert str(known.title)
        assert str(known.about)
        assert known.days is None or str(known.reason) or known.key == "reception.knocks"
    assert {
        "agenda.letters", "alerts.closed", "complaints.closed", "core.deliveries", "core.jobs",
        "core.replies",
        "customers.history", "intake.drafts", "intake.originals", "intake.remains",
        "intake.taken", "privacy.copies",
        "privacy.requests", "reception.knocks", "referrals.openings",
        "rewards.coupons", "rewards.signatures", "segments.exports", "site.logs", "voice.files",
    } == set(periods())  # fmt: skip


def test_a_loaded_file_goes_before_what_mending_and_undoing_need(
    files: tuple[Import, Import],
) -> None:
    loaded, left = files
    assert (due("intake.originals"), due("intake.drafts"), due("intake.remains")) == (0, 0, 0)

    made = actions.sweep(by=TESTS, at=NOON + timedelta(days=100))

    assert (made.counts["intake.originals"], made.counts["intake.drafts"]) == (1, 1)
    assert not Import.objects.filter(pk=left.pk).exists()
    loaded.refresh_from_db()
    assert loaded.report["original_gone"]["why"] == "period"
    assert brought.can_withdraw(loaded)
    assert intake.keep_errors(loaded, language="en").read_text("utf-8-sig").count("\n") == 2

    made = actions.sweep(by=TESTS, at=NOON + timedelta(days=200))

    loaded.refresh_from_db()
    assert made.counts["intake.remains"] == 2
    assert loaded.report["examples"] == []
    assert not brought.can_withdraw(loaded)
    assert not list(brought.folder(loaded).glob("**/*.csv"))


def test_the_page_of_an_import_says_that_the_file_is_gone(
    files: tuple[Import, Import], as_system: Cast
) -> None:
    loaded, _left = files
    actions.sweep(by=TESTS, at=NOON + timedelta(days=200))
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(as_system.ada)

    page = client.get(f"/imports/{loaded.public_id}/").content.decode()

    assert "its time was over" in page
    assert "to be mended" not in page


def test_what_machines_left_goes_in_its_time(as_system: Cast, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    hook = webhooks.add_webhook(
        name="crm", url="https://hooks.example.com/in", types=["webhook.tested.v1"],
        by=TESTS, at=NOON,
    )  # fmt: skip
    webhooks.send_test(hook, by=TESTS, at=NOON)
    Delivery.objects.update(state="dead", next_try_at=None, ended_at=NOON)
    job = core.ask_job("import", at=NOON)
    core.end_job(job, at=NOON)
    waits = core.ask_job("import", at=NOON)

    actions.sweep(by=TESTS, at=NOON + timedelta(days=20))
    assert (Delivery.objects.count(), Job.objects.count()) == (1, 2)
    made = actions.sweep(by=TESTS, at=NOON + timedelta(days=120))

    assert made.counts["core.deliveries"] == 2, "the delivery and its event"
    assert list(Job.objects.all()) == [waits]
    assert not Event.objects.exists()
    assert not IdempotentReply.objects.exists()


def test_past_values_go_after_five_years(as_system: Cast) -> None:
    customers.change_customer(as_system.li, by=TESTS, at=NOON, note="one")
    customers.change_customer(as_system.li, by=TESTS, at=NOON, note="two")
    assert History.objects.exists()

    actions.sweep(by=TESTS, at=NOON + timedelta(days=1800))
    assert History.objects.exists()
    made = actions.sweep(by=TESTS, at=NOON + timedelta(days=1900))

    assert made.counts["customers.history"] >= 1
    assert not History.objects.exists()


def test_exports_and_lines_of_logs_go_by_their_age(as_system: Cast, home: Home) -> None:
    old, young = home.exports / "old.csv", home.exports / "young.csv"
    for path in (old, young):
        path.write_text("1\n")
    os.utime(old, ((NOON - timedelta(days=8)).timestamp(),) * 2)
    os.utime(young, (NOON.timestamp(),) * 2)
    log = home.logs / "web.log"
    log.write_text("2026-10-01 a\n  of a\n2026-11-22 b\n  of b\n")

    made = actions.sweep(by=TESTS, at=NOON)

    assert not old.exists()
    assert young.exists()
    assert log.read_text() == "2026-11-22 b\n  of b\n"
    assert (made.counts["segments.exports"], made.counts["site.logs"]) == (1, 2)
    young.unlink()
    log.unlink()


def test_answered_requests_go_after_three_years_and_open_ones_stay(as_system: Cast) -> None:
    given: dict[str, Any] = {"received_on": TODAY, "by": TESTS, "at": NOON}
    answered = actions.open_request(as_system.li, "correction", **given)
    actions.correct(answered, answer="done", proof="document", by=TESTS, at=NOON)
    waits = actions.open_request(as_system.li, "copy", **given)

    actions.sweep(by=TESTS, at=LATER)

    assert list(Request.objects.all()) == [waits]


def test_who_listens_is_reminded_of_what_is_due(as_system: Cast, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    hook = webhooks.add_webhook(
        name="crm", url="https://hooks.example.com/in", types=["privacy.request.due.v1"],
        by=TESTS, at=NOON,
    )  # fmt: skip
    webhooks.change_webhook(hook, is_active=True, by=TESTS, at=NOON)
    for customer, day in ((as_system.li, date(2026, 10, 20)), (as_system.qian, TODAY)):
        actions.open_request(customer, "copy", received_on=day, by=TESTS, at=NOON)

    assert actions.remind(at=NOON) == 1

    told = Event.objects.get()
    assert (told.data["kind"], told.data["late"]) == ("copy", True)
    assert actions.remind(at=NOON + timedelta(days=30)) == 2


def test_a_copy_is_read_in_words_and_holds_what_the_law_names(as_system: Cast) -> None:
    cast = as_system
    li = cast.li
    customers.change_customer(li, by=TESTS, at=NOON, gender="female", source="walk_in")
    channels.record_touch(
        li, channel="call", outcome="reached", by=cast.mei, at=NOON, two_way=True, note="hello"
    )
    stage.bought(cast, li, TODAY - timedelta(days=3), amount=1_234_56)
    stage.has_balance(cast, li, (TODAY - timedelta(days=90), 500_000_00))
    stage.scored(cast)
    asked = actions.open_request(li, "copy", received_on=TODAY, by=TESTS, at=NOON)

    with translation.override("zh-hans"):
        actions.give_copy(asked, proof="document", by=TESTS, at=NOON)

    with zipfile.ZipFile(queries.copy_path(asked)) as found:
        page, told = found.read("copy.html").decode(), json.loads(found.read("copy.json"))
    named = ("李娜", "女", "评分", "等级", "您可以要求什么")
    for words in (*named, "1,234.56", "500,000.00", "2026-11-23 12:00"):
        assert words in page, words
    assert {"评分", "等级", "联系"} <= set(told["records"])
    assert not [code for code in ("walk_in", "female", "purchase") if code in page]
    with connection.cursor() as db:
        db.execute("select count(*) from privacy_request where traces is not null")
        assert db.fetchone() == (0,)


def test_undated_lines_before_the_first_moment_are_as_young_as_it(
    as_system: Cast, home: Home
) -> None:
    log = home.logs / "web.log"
    log.write_text("initdb says hello\n2026-11-22 b\n")
    try:
        assert old_lines(datetime(2026, 11, 1, tzinfo=UTC)) == 0
        assert old_lines(datetime(2026, 11, 23, tzinfo=UTC)) >= 2
    finally:
        log.unlink()
