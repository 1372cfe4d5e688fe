"""The night's work: at its hour, once a date, resumed when its worker dies."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from regulars.base.errors import Refused
from regulars.server.administration import jobs, rules
from regulars.server.administration.actions import nightly, rescue
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.audit import NIGHTLY, WORKER
from regulars.server.core.models import AuditEntry, Company, Job
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
FIVE_IN_SHANGHAI = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)  # 05:00 on the 23rd
LONG_AGO = timedelta(minutes=5)


def tasks() -> list[dict[str, Any]]:
    with connection.cursor() as db:
        db.execute(
            "select id, task_name, args::text, status::text, attempts "
            "from procrastinate_jobs order by id"
        )
        names = ("id", "task", "args", "status", "attempts")
        found = [dict(zip(names, row, strict=True)) for row in db.fetchall()]
    return [row | {"args": json.loads(row["args"])} for row in found]


def worker(*, silent: timedelta) -> int:
    with connection.cursor() as db:
        db.execute(
            "insert into procrastinate_workers (last_heartbeat) values (now() - %s) "
            "returning id",
            [silent],
        )
        return int(db.fetchone()[0])


def taken_up(task: str, args: dict[str, Any], by: int | None, attempts: int = 0) -> int:
    """A task that some worker has begun."""
    with connection.cursor() as db:
        db.execute(
            "insert into procrastinate_jobs (task_name, queue_name, args, status, worker_id, "
            "attempts) values (%s, 'default', %s, 'doing', %s, %s) returning id",
            [task, json.dumps(args), by, attempts],
        )
        return int(db.fetchone()[0])


def test_before_its_hour_nothing_happens(cast: Cast) -> None:
    early = FIVE_IN_SHANGHAI - timedelta(seconds=1)

    assert nightly.start_if_due(by=NIGHTLY, at=early) is None
    assert tasks() == []


def test_at_its_hour_the_work_is_queued_with_its_record(cast: Cast) -> None:
    job = nightly.start_if_due(by=NIGHTLY, at=FIVE_IN_SHANGHAI)

    assert job is not None
    assert job.once_key == "nightly:2026-11-23"
    assert [(t["task"], t["args"]) for t in tasks()] == [(nightly.TASK, {"job_id": job.pk})]


def test_however_often_the_clock_asks_a_date_has_one_run(cast: Cast) -> None:
    for minute in range(0, 19 * 60, 60):
        nightly.start_if_due(by=NIGHTLY, at=FIVE_IN_SHANGHAI + timedelta(minutes=minute))

    assert Job.objects.count() == 1

    tomorrow = FIVE_IN_SHANGHAI + timedelta(days=1)
    assert nightly.start_if_due(by=NIGHTLY, at=tomorrow) is not None
    assert Job.objects.count() == 2


@pytest.mark.parametrize(
    ("zone", "utc"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 22, 21, 0, tzinfo=UTC)),
        ("Europe/London", datetime(2026, 11, 23, 5, 0, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 11, 23, 13, 0, tzinfo=UTC)),
    ],
)
def test_the_hour_is_the_company_s(cast: Cast, zone: str, utc: datetime) -> None:
    Company.objects.update(time_zone=zone)

    assert nightly.start_if_due(by=NIGHTLY, at=utc - timedelta(minutes=1)) is None
    job = nightly.start_if_due(by=NIGHTLY, at=utc)

    assert job is not None
    assert job.once_key == "nightly:2026-11-23"


def test_a_machine_that_slept_does_the_work_when_it_wakes(cast: Cast) -> None:
    assert nightly.start_if_due(by=NIGHTLY, at=NOON) is not None


def test_a_home_without_customers_has_no_night_s_work(db: None) -> None:
    core.set_up_company(name="空", kind="retail", by=NIGHTLY, at=NOON)

    assert nightly.start_if_due(by=NIGHTLY, at=NOON) is None


def test_the_clock_s_task_may_be_called_as_often_as_it_likes(cast: Cast) -> None:
    for timestamp in range(3):
        jobs.watch_the_clock(timestamp)

    assert Job.objects.count() <= 1


def test_steps_run_in_order_and_leave_their_figures(cast: Cast) -> None:
    job = core.ask_job("nightly", at=NOON)
    seen: list[str] = []

    def scores(before: dict[str, Any]) -> int:
        seen.append("scores")
        return 3

    def tiers(before: dict[str, Any]) -> None:
        seen.append(f"tiers of {before['scores']}")

    steps = [
        nightly.Step("scores", scores, report=lambda n: {"customers": n}),
        nightly.Step("tiers", tiers, needs=("scores",)),
    ]
    nightly.run(job, steps, clock=lambda: NOON)

    job.refresh_from_db()
    assert seen == ["scores", "tiers of 3"]
    assert (job.state, job.done, job.total) == ("done", 2, 2)
    assert job.result == {"scores": {"customers": 3}, "tiers": {}}


def test_without_new_scores_there_is_still_a_list_for_the_morning(cast: Cast) -> None:
    job = core.ask_job("nightly", at=NOON)
    seen: list[str] = []

    def refuse(before: dict[str, Any]) -> None:
        raise Refused("There are no purchases. Import transactions first.")

    steps = [
        nightly.Step("scores", refuse),
        nightly.Step("tiers", lambda before: seen.append("tiers"), needs=("scores",)),
        nightly.Step("plan", lambda before: seen.append("plan")),
    ]
    nightly.run(job, steps, clock=lambda: NOON)

    job.refresh_from_db()
    assert seen == ["plan"]
    assert job.state == "failed"
    assert "Import transactions first" in job.message


def test_a_surprise_is_written_down_and_still_raised(cast: Cast) -> None:
    job = core.ask_job("nightly", at=NOON)

    def stumble(before: dict[str, Any]) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        nightly.run(job, [nightly.Step("scores", stumble)], clock=lambda: NOON)

    job.refresh_from_db()
    assert (job.state, job.result["problems"][0][0]) == ("failed", "scores")


def test_work_that_is_done_is_not_done_again(cast: Cast) -> None:
    job = core.ask_job("nightly", at=NOON)
    core.end_job(job, at=NOON)
    seen: list[str] = []

    nightly.run(job, [nightly.Step("x", lambda b: seen.append("x"))], clock=lambda: NOON)

    assert seen == []


def test_a_person_may_ask_for_it_but_not_twice_at_once(cast: Cast, ada: Client) -> None:
    ada.post("/administration/jobs/nightly")
    ada.post("/administration/jobs/nightly")

    job = Job.objects.get()
    assert job.asked_by == cast.ada
    assert AuditEntry.objects.filter(action="administration.nightly_asked").count() == 1


def test_what_a_dead_worker_left_is_queued_again(cast: Cast) -> None:
    job = core.ask_job("nightly", at=NOON)
    core.start_job(job, at=NOON)
    key = taken_up(nightly.TASK, {"job_id": job.pk}, worker(silent=LONG_AGO))

    assert rescue.rescue_stalled(by=WORKER, at=timezone.now()) == 1

    (task,) = tasks()
    assert (task["id"], task["status"], task["attempts"]) == (key, "todo", 1)
    assert AuditEntry.objects.filter(action="administration.job_rescued").count() == 1


def test_work_whose_worker_was_already_struck_off_is_found_too(cast: Cast) -> None:
    taken_up("some.task", {}, None)

    assert rescue.rescue_stalled(by=WORKER, at=timezone.now()) == 1


def test_a_living_worker_keeps_its_work(cast: Cast) -> None:
    taken_up("some.task", {}, worker(silent=timedelta(seconds=5)))

    assert rescue.rescue_stalled(by=WORKER, at=timezone.now()) == 0
    assert tasks()[0]["status"] == "doing"


def test_work_that_kills_its_worker_every_time_is_given_up(cast: Cast) -> None:
    job = core.ask_job("nightly", at=NOON)
    core.start_job(job, at=NOON)
    taken_up(nightly.TASK, {"job_id": job.pk}, None, attempts=rules.MOST_ATTEMPTS - 1)

    rescue.rescue_stalled(by=WORKER, at=timezone.now())

    job.refresh_from_db()
    assert tasks()[0]["status"] == "failed"
    assert job.state == "failed"
    assert job.result["problem"] == "worker_lost"


def test_the_clock_s_own_tasks_are_not_piled_up(cast: Cast) -> None:
    taken_up("administration.rescue", {"timestamp": 1}, None)

    rescue.rescue_stalled(by=WORKER, at=timezone.now())

    assert tasks()[0]["status"] == "failed"


def test_an_argument_that_only_sounds_like_the_clock_is_no_reason_to_drop_work(
    cast: Cast,
) -> None:
    taken_up("some.task", {"note": "timestamp"}, None)

    rescue.rescue_stalled(by=WORKER, at=timezone.now())

    assert tasks()[0]["status"] == "todo"


def test_rescue_runs_as_the_clock_s_task(cast: Cast) -> None:
    taken_up("some.task", {}, None)

    jobs.rescue_stalled(0)

    assert tasks()[0]["status"] == "todo"


def test_a_job_shows_how_far_it_is_and_stops_asking_at_the_end(cast: Cast, ada: Client) -> None:
    with scope.everything():
        job = core.ask_job("nightly", at=NOON)
        core.start_job(job, at=NOON)
        core.report_job(job, step="scores", done=1, total=3)
    row = f"/administration/jobs/{job.public_id}/row"
    assert "delay:2s" in ada.get(row).content.decode()
    assert "1 / 3" in ada.get(row).content.decode()

    core.end_job(job, at=NOON, error="The disk is full. Free some space.")

    page = ada.get(row).content.decode()
    assert "hx-get" not in page
    assert "The disk is full" in page
