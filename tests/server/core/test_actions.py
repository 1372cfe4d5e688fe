"""Changes of people, places, days and long work."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.db import connection, transaction

from regulars.server.core import actions, queries
from regulars.server.core.models import AuditEntry, CalendarDay, Job, Person
from regulars.testing.cast import NOON, Cast, person

pytestmark = pytest.mark.django_db


def queued() -> list[tuple[str, dict[str, int]]]:
    with connection.cursor() as db:
        db.execute("select task_name, args::text from procrastinate_jobs order by id")
        return [(name, json.loads(args)) for name, args in db.fetchall()]


def test_the_last_administrator_cannot_be_dismissed(cast: Cast) -> None:
    with pytest.raises(actions.LastAdministrator):
        actions.change_person(cast.ada, is_active=False, by=cast.ada, at=NOON)
    with pytest.raises(actions.LastAdministrator):
        actions.change_person(cast.ada, role="analyst", by=cast.ada, at=NOON)


def test_an_administrator_may_go_when_another_one_stays(cast: Cast) -> None:
    person("bo", "博", "Bo", "administrator", cast.head_office)

    actions.change_person(cast.ada, is_active=False, by=cast.ada, at=NOON)

    assert not Person.objects.get(pk=cast.ada.pk).is_active


def test_user_names_do_not_differ_by_case_only(cast: Cast) -> None:
    with pytest.raises(actions.UsernameTaken):
        person("MEI", "梅", "Mei", "rm", cast.willow)


def test_a_change_that_changes_nothing_leaves_no_entry(cast: Cast) -> None:
    before = AuditEntry.objects.count()

    actions.change_person(cast.mei, role="rm", name="陆晓晴", by=cast.ada, at=NOON)

    assert AuditEntry.objects.count() == before


def test_two_places_cannot_share_a_code(cast: Cast) -> None:
    with pytest.raises(actions.CodeTaken):
        actions.add_org_unit(code="B01", name="别的支行", by=cast.ada, at=NOON)
    with pytest.raises(actions.CodeTaken):
        actions.add_book(code="K01", name="另一本", org_unit=cast.willow, by=cast.ada, at=NOON)


def test_a_day_is_worked_free_and_ordinary_again(cast: Cast) -> None:
    day = date(2026, 11, 28)  # a Saturday

    actions.set_calendar_day(day, is_workday=True, name="调休", by=cast.ada, at=NOON)
    assert queries.work_calendar().is_workday(day)

    actions.drop_calendar_day(day, by=cast.ada, at=NOON)
    assert not queries.work_calendar().is_workday(day)
    assert not CalendarDay.objects.filter(day=day).exists()


def test_a_job_and_its_task_exist_together_or_not_at_all(cast: Cast) -> None:
    with transaction.atomic():
        lost = actions.ask_job("nightly", at=NOON)
        actions.defer("administration.nightly", job=lost)
        transaction.set_rollback(True)
    kept = actions.ask_job("nightly", at=NOON)
    actions.defer("administration.nightly", job=kept)

    assert list(Job.objects.all()) == [kept]
    assert queued() == [("administration.nightly", {"job_id": kept.pk})]
