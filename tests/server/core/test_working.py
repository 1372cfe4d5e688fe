"""Long work ends on its record, however it ends."""

from __future__ import annotations

import pytest

from regulars.base.errors import BadInput
from regulars.server.core import actions
from regulars.server.core.models import Job
from regulars.testing.cast import NOON


@pytest.fixture
def job() -> Job:
    return actions.ask_job("test", at=NOON)


@pytest.mark.django_db
def test_work_that_ends_well_keeps_its_result(job: Job) -> None:
    with actions.working(job, clock=lambda: NOON) as result:
        result["rows"] = 3

    job.refresh_from_db()
    assert (job.state, job.result, job.is_over) == (Job.State.DONE, {"rows": 3}, True)


@pytest.mark.django_db
def test_a_refusal_is_an_answer_that_stands_on_the_job(job: Job) -> None:
    with actions.working(job, clock=lambda: NOON):
        raise BadInput("There is no run of that day. Score again.")

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.message == "There is no run of that day. Score again."


@pytest.mark.django_db
def test_of_what_else_fails_the_job_keeps_the_name_and_not_the_words(job: Job) -> None:
    with pytest.raises(ValueError, match="Li Na"), actions.working(job, clock=lambda: NOON):
        raise ValueError("Li Na 13800000000")

    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "ValueError: see the log")
