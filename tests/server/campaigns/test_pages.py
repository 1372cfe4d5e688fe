"""The pages: a marketer builds and launches, others see what is theirs to see."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import translation
from tests.server.campaigns.conftest import (
    Make,
    ended,
    later,
    people,
    text,
    tick,
)

from regulars.server.campaigns import actions, queries
from regulars.server.campaigns.actions import StepTold
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.care import actions as care
from regulars.server.core import scope
from regulars.server.core.models import Job, Person
from regulars.server.experiments import actions as experiments
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system", "sms")]


@pytest.fixture(autouse=True)
def _noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def browser(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def page(person: Person, where: str, status: int = 200) -> str:
    answer = browser(person).get(where)
    assert answer.status_code == status, where
    scope.set_scope(scope.EVERYBODY)
    return answer.content.decode()


def post(person: Person, where: str, status: int = 302, **given: Any) -> Any:
    answer = browser(person).post(where, given)
    assert answer.status_code == status, answer.content.decode()[:2000]
    scope.set_scope(scope.EVERYBODY)
    return answer


def at(made: Campaign, more: str = "") -> str:
    return f"/campaigns/{made.public_id}/{more}"


def test_a_marketer_builds_a_campaign_part_by_part(cast: Cast) -> None:
    from tests.server.campaigns.conftest import group

    who, code = group(cast, people(cast, 12)), text(cast)
    post(cast.max, "/campaigns/new", name="金秋存单")
    made = Campaign.objects.get()
    plan = at(made, "plan")

    post(
        cast.max, plan, part="what", name="金秋存单", goal="留住到期的钱", outcome="assets",
        window_days=60, purpose="marketing", owner=cast.max.pk,
    )  # fmt: skip
    post(cast.max, plan, part="who", segment=who.pk, holdout="20")
    post(
        cast.max, plan, part="offer", offer="words", offer_words="1.9%",
        message1=f"sms:{code}", message2=f"sms:{code}", after2="unanswered", wait2=4,
        b_share="0",
    )  # fmt: skip
    answer = post(
        cast.max, plan, part="when", starts_on="2026-11-23", ends_on="2026-12-20",
        on1="2026-11-23", percent1="40", on2="2026-11-26", percent2="60", budget="5000",
        phase1="定名单", from1="2026-11-20", until1="2026-11-25", who1=cast.wei.pk,
    )  # fmt: skip

    assert answer["Location"].endswith("?open=check#check")
    made.refresh_from_db()
    assert (made.goal, made.outcome, made.window_days) == ("留住到期的钱", "assets", 60)
    assert (made.segment, made.holdout, made.offer_words) == (who, 0.2, "1.9%")
    assert [(s.channel, s.after, s.wait_days) for s in made.steps.all()] == [
        ("sms", "", 3), ("sms", "unanswered", 4),
    ]  # fmt: skip
    assert [wave.percent for wave in made.waves.all()] == [40, 60]
    assert made.phases.get().owner == cast.wei
    assert "Nothing is missing." in page(cast.max, f"{plan}?open=check")


def test_what_is_missing_stands_beside_each_part(cast: Cast) -> None:
    post(cast.max, "/campaigns/new", name="空")
    made = Campaign.objects.get()

    told = page(cast.max, at(made, "plan?open=check"))
    assert "Choose at least one way to reach customers." in told
    answer = browser(cast.max).post(at(made, "submit"), follow=True)

    assert "Choose whom it is for" in answer.content.decode()
    made.refresh_from_db()
    assert made.state == "draft"


def test_the_figures_beside_the_form_are_of_what_is_chosen_and_nothing_is_saved(
    cast: Cast, planned: Make
) -> None:
    from tests.server.campaigns.conftest import group

    made, other = planned(people(cast, 3)), group(cast, people(cast, 17), "大名单")

    told = page(cast.max, at(made, f"outlook?segment={other.pk}&holdout=10"))

    assert ">17 " in told
    made.refresh_from_db()
    assert made.segment != other


def test_a_second_person_approves_and_the_worker_launches(cast: Cast, planned: Make) -> None:
    from regulars.server.campaigns.jobs import launch

    made = planned(people(cast, 5), StepTold("sms", text(cast)))
    post(cast.max, at(made, "submit"))
    assert "waits for your approval" in page(cast.ada, "/campaigns/")
    post(cast.max, at(made, "approve"))
    made.refresh_from_db()
    assert made.state == "waiting"
    post(cast.ada, at(made, "approve"))
    post(cast.max, at(made, "launch"))

    job = Job.objects.get(kind="campaigns.launch")
    assert "Waiting for the worker" in page(cast.max, at(made))
    launch(job.pk)

    scope.set_scope(scope.EVERYBODY)
    made.refresh_from_db()
    job.refresh_from_db()
    assert (made.state, job.state) == ("running", "done")
    assert Member.objects.count() == 5


def test_every_number_of_the_progress_opens_its_customers(cast: Cast, running: Make) -> None:
    who = people(cast, 4)
    made = running(
        who, StepTold("sms", text(cast)), StepTold("call", text(cast, "call"), "unreached")
    )
    tick(made)
    ended("sent", *who[:3])
    ended("bounced", who[3])
    tick(made)

    told = page(cast.max, at(made))
    assert "?state=reached" in told
    assert "The address does not exist" in told
    for query, count in (
        ("state=meant", 4), ("state=reached", 3), ("step=1&tried=unreached", 1),
        ("step=1&tried=unreached&reason=bounced", 1), ("branch=B01", 4), ("branch=B02", 0),
        ("step=2", 1), ("late=1", 0),
    ):  # fmt: skip
        found = page(cast.max, at(made, f"members?{query}"))
        assert f"{count} customer" in found, query


def test_a_manager_sees_the_own_branch_and_nobody_elses(cast: Cast, running: Make) -> None:
    here, there = people(cast, 2), people(cast, 3, book=cast.tao_book)
    made = running([*here, *there], StepTold("sms", text(cast)))
    only_there = running(there, StepTold("sms", text(cast)), name="湖东专场")
    tick(made)

    told = page(cast.wei, at(made, "members"))

    assert "2 customers" in told
    assert all(one.name in told for one in here)
    assert not any(one.name in told for one in there)
    assert "湖东专场" not in page(cast.wei, "/campaigns/")
    page(cast.wei, at(only_there), status=404)
    page(cast.mei, "/campaigns/", status=403)
    post(cast.wei, at(made, "stop"), status=403, why="x")


def test_the_customers_page_tells_of_campaigns_and_hides_the_comparison_from_who_calls(
    cast: Cast, running: Make
) -> None:
    (one,) = people(cast, 1)
    made = running([one], StepTold("sms", text(cast)))
    where = f"/customers/{one.public_id}/"
    assert "金秋存单" in page(cast.mei, where)

    Member.objects.update(state="control", arm="control")

    assert 'id="campaigns"' not in page(cast.mei, where)
    assert "Left alone for comparison" in page(cast.wei, where)
    assert made


def test_pausing_asks_why_and_stopping_cannot_be_taken_back(cast: Cast, running: Make) -> None:
    made = running(people(cast, 2), StepTold("sms", text(cast)))

    post(cast.max, at(made, "pause"), status=422, why=" ")
    post(cast.max, at(made, "pause"), why="看一看")
    assert "看一看" in page(cast.max, at(made))
    post(cast.max, at(made, "resume"))
    post(cast.max, at(made, "stop"), why="利率变了")

    made.refresh_from_db()
    assert (made.state, made.why) == ("stopped", "利率变了")


def test_one_member_says_why_they_are_in_and_what_was_tried(cast: Cast, running: Make) -> None:
    (one,) = people(cast, 1)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    made = running([one], StepTold("call", text(cast, "call")))
    tick(made)

    told = page(cast.max, at(made, f"members/{one.public_id}"))

    assert "金秋存单开售" in told
    assert "Under way" in told


def test_a_phase_is_done_by_its_owner(cast: Cast, running: Make) -> None:
    made = running(people(cast, 1), StepTold("sms", text(cast)))
    actions.use_template(made, year=2026, by=cast.max, at=NOON)
    made.phases.update(owner=cast.wei)

    assert "Phases past their last day" in page(cast.wei, "/campaigns/")
    post(cast.wei, at(made, "phases/1"))

    assert made.phases.get(position=1).done_by == cast.wei


def test_the_verdict_stands_on_the_list_and_on_the_campaign(cast: Cast, running: Make) -> None:
    made = running(people(cast, 30), StepTold("sms", text(cast)), holdout=0.2)
    experiments.read(made.experiment, until=later(30).date(), by=TESTS, at=later(30))

    with translation.override("en"):
        told = queries.verdict(made)
        assert told is not None
    for where in ("/campaigns/", at(made)):
        assert told.word in page(cast.max, where)


def test_copies_open_in_the_builder(cast: Cast, running: Make) -> None:
    made = running(people(cast, 2), StepTold("sms", text(cast)))

    post(cast.max, at(made, "next-year"))
    post(cast.max, at(made, "again"))

    kinds = set(Campaign.objects.exclude(pk=made.pk).values_list("audience", flat=True))
    assert kinds == {"segment", "again"}
    for copy in Campaign.objects.exclude(pk=made.pk):
        assert "a copy of" in page(cast.max, at(copy, "plan"))


def test_members_and_branches_leave_as_files_for_who_may_take_them(
    cast: Cast, running: Make
) -> None:
    made = running(people(cast, 3), StepTold("sms", text(cast)))

    answer = browser(cast.ana).get(at(made, "export?what=members&format=csv"))
    table = answer.content.decode("utf-8-sig")
    assert len(table.splitlines()) == 4
    assert "柳溪支行" in table or "Willow" in table
    branches = browser(cast.ana).get(at(made, "export?what=branches&format=csv"))
    assert branches.status_code == 200
    assert browser(cast.max).get(at(made, "export")).status_code == 403
