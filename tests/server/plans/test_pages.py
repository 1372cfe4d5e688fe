"""The pages: lists with their figures, one plan, the bond, the customer as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.plans.conftest import Make, rich, step

from regulars.server.channels import actions as channels
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.plans import actions, queries
from regulars.server.plans.models import Bond, Goal, Plan, Step
from regulars.server.plans.rules import Policy
from regulars.server.tiers.models import Assignment
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=30)


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def text(client: Client, where: str) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200, where
    return answer.content.decode()


def post(client: Client, where: str, **fields: object) -> int:
    code = client.post(where, fields).status_code
    scope.set_scope(scope.EVERYBODY)
    return code


def test_a_plan_is_drawn_up_begun_and_reviewed_on_its_pages(as_system: Cast) -> None:
    cast, client = as_system, enter(as_system.mei)
    page = f"/customers/{cast.li.public_id}"
    assert "Begin a plan" in text(client, f"{page}/")

    assert post(client, f"{page}/plan/new", aim="") == 422
    assert post(client, f"{page}/plan/new", aim="Be the bank of both.") == 302
    plan = Plan.objects.get()
    here = f"/plans/{plan.public_id}"
    day = (TODAY + timedelta(days=20)).isoformat()
    assert post(client, f"{here}/begin", review_on=day) == 422, "no goal, no step"
    bare = {"text": "three visits", "measure": "own", "target": 3, "by_on": day}
    assert post(client, f"{here}/goals/new", **bare) == 422, "no unit"
    told = {"text": "three visits", "measure": "own", "unit": "visits", "start": 0, "target": 3}
    assert post(client, f"{here}/goals/new", **told, by_on=day) == 302
    assert post(client, f"{here}/steps/new", text="visit", due_on=TODAY.isoformat()) == 302
    assert post(client, f"{here}/begin", review_on=day) == 302
    goal, only = Goal.objects.get(), Step.objects.get()
    assert post(client, f"{here}/goals/{goal.public_id}", do="", reading=2) == 302
    assert post(client, f"{here}/steps/{only.public_id}", do="dropped", outcome="") == 422
    assert post(client, f"{here}/steps/{only.public_id}", do="done", outcome="he came") == 302
    assert "he came" in text(client, f"{here}/")
    assert "now 2 visits" in text(client, f"{here}/")
    assert post(client, f"{here}/review", learned="it works", verdict="keep") == 302
    assert "it works" in text(client, f"{here}/")
    assert "Be the bank of both." in text(client, f"{page}/")
    assert post(client, f"{here}/give-up", reason="moved abroad") == 302
    assert Plan.objects.get().state == Plan.State.GIVEN_UP
    assert "Hold the review" not in text(client, f"{here}/")


def test_who_leads_asks_and_sees_who_has_none(as_system: Cast, planned: Make) -> None:
    cast = as_system
    rich(cast, cast.li, cast.qian)
    actions.set_policy(Policy(from_level=level_of(cast)), by=TESTS, at=NOON)
    assert queries.tallies(cast.lin, NOON, view="place").lacking == 2
    assert queries.tallies(cast.wei, NOON, view="place").lacking == 1, "the own branch only"

    client = enter(cast.wei)
    shown = text(client, "/plans/?show=lacking")
    assert cast.li.public_id in shown
    assert cast.qian.public_id not in shown
    assert post(client, f"/customers/{cast.li.public_id}/plan/ask", words="before June") == 302
    assert post(client, f"/customers/{cast.li.public_id}/plan/ask", words="again") == 409
    assert post(enter(cast.mei), f"/customers/{cast.li.public_id}/plan/ask", words="me") == 403

    assert queries.tallies(cast.wei, NOON, view="place").lacking == 0, "a draft is a beginning"
    assert "before June" in text(enter(cast.mei), "/plans/?show=drafts")
    actions.set_policy(Policy(from_level=0), by=TESTS, at=NOON)
    assert queries.tallies(cast.lin, NOON, view="place").lacking == 0


def level_of(cast: Cast) -> int:
    return Assignment.objects.filter(customer=cast.li, scheme__is_primary=True)[0].level


def test_late_steps_and_reviews_are_counted_and_listed(as_system: Cast, planned: Make) -> None:
    cast, plan = as_system, planned(days=3)
    step(plan, cast, days=60)
    Plan.objects.filter(pk=plan.pk).update(next_review_on=TODAY + timedelta(days=10))

    found = queries.tallies(cast.mei, LATER, view="mine")

    assert (found.in_force, found.steps, found.reviews) == (1, 1, 1)
    for show in ("steps", "reviews"):
        (line,), more = queries.lines(cast.wei, LATER, view="place", show=show)
        assert (line.plan, line.late, line.open, line.goals, more) == (plan, 1, 2, 1, False)
    assert queries.pressing(cast.mei, LATER) == 2
    assert queries.pressing(cast.tao, LATER) == 0
    with time_machine.travel(LATER, tick=False):
        client = enter(cast.mei)
        for where in ("/plans/", "/plans/?show=steps", "/plans/?show=reviews", "/plans/steps"):
            assert plan.public_id in text(client, where)


def test_facts_suggest_strands_and_a_person_confirms_them(as_system: Cast) -> None:
    cast, client = as_system, enter(as_system.mei)
    talks = {"channel": "visit", "outcome": "reached", "two_way": True, "by": cast.mei}
    for days in (3, 20):
        channels.record_touch(cast.li, at=NOON - timedelta(days=days), **talks)
    customers.change_customer(cast.li, key_concern="safety", by=cast.mei, at=NOON)
    customers.note_preference(cast.li, topic="time", words="mornings", by=cast.mei, at=NOON)
    where = f"/customers/{cast.li.public_id}/bond"

    told = queries.suggested(cast.mei, cast.li, NOON)
    assert set(told) == {"known_owner", "met", "tastes_known"}
    assert "陆晓晴" in told["known_owner"] or "Lu Xiaoqing" in told["known_owner"]
    assert queries.bond_view(cast.mei, cast.li, NOON).level == 0, "nobody confirmed it"
    assert "2 two-way contacts" in text(client, where)
    assert post(client, where, strands=["met", "tastes_known"], note="tea") == 302
    assert post(client, where, strands=["systems"]) == 422, "not for a person"

    judged = Bond.objects.get()
    assert (judged.level, judged.judged_by) == (2, cast.mei)
    assert judged.suggested == ["known_owner", "met", "tastes_known"]
    assert queries.suggested(cast.tao, cast.qian, NOON) == {}
    actions.judge(cast.li, strands=[], by=cast.mei, at=LATER)
    assert queries.bond_view(cast.mei, cast.li, LATER).level == 0
    assert [each.level for each in queries.history(cast.mei, cast.li)] == [0, 2]


def test_key_customers_stand_by_the_level_of_their_bond(as_system: Cast, planned: Make) -> None:
    cast = as_system
    planned(cast.li)
    planned(cast.qian)
    actions.judge(cast.li, strands=["points"], by=cast.mei, at=NOON)

    seen = {each.code: each.customers for each in queries.bond_tallies(cast.lin, mine=False)}
    own = {each.code: each.customers for each in queries.bond_tallies(cast.wei, mine=False)}

    assert seen == {"3": 0, "2": 0, "1": 1, "0": 0, "none_yet": 1}
    assert own["none_yet"] == 0
    (row,), _more = queries.bond_rows(cast.lin, of="none_yet", mine=False)
    assert row.customer == cast.qian
    shown = text(enter(cast.wei), "/plans/bonds?of=1")
    assert cast.li.public_id in shown
    assert cast.qian.public_id not in shown


def test_the_whole_customer_is_read_from_where_it_lives(as_system: Cast, planned: Make) -> None:
    cast = as_system
    rich(cast, cast.li)
    planned()
    channels.record_touch(
        cast.li, channel="call", outcome="reached", two_way=True, note="asks about the loan",
        by=cast.mei, at=NOON - timedelta(days=9),
    )  # fmt: skip

    found = queries.whole(cast.mei, cast.li, NOON)

    assert found.identify.lacks
    assert found.differentiate.tier is not None
    assert found.interact.days == 9
    assert found.interact.last is not None
    assert [each.step.text for each in found.customise.plan.open_steps] == ["visit the works"]  # type: ignore[union-attr]  # there is one
    page = text(enter(cast.mei), f"/customers/{cast.li.public_id}/whole")
    for words in ("Identify", "Differentiate", "Interact", "Customise", "asks about the loan"):
        assert words in page
    assert text(enter(cast.aud), f"/customers/{cast.li.public_id}/whole")


def test_an_administrator_says_who_needs_a_plan(as_system: Cast) -> None:
    client = enter(as_system.ada)
    told: dict[str, object] = {
        "from_level": 4, "review_days": 60, "ask_days": 5, "bond_days": 200,
        "needs_1": 1, "needs_2": 1, "needs_3": 3,
    }  # fmt: skip

    assert post(client, "/plans/rules", **(told | {"review_days": 0})) == 422
    assert post(client, "/plans/rules", **told) == 302

    policy = Policy.of(core.settings_of_company())
    assert (policy.from_level, policy.review_days, policy.ask_days) == (4, 60, 5)
    assert [policy.needs[step] for step in policy.needs] == [1, 1, 3]


def test_empty_pages_teach(as_system: Cast) -> None:
    client = enter(as_system.mei)

    assert "goals with a figure and a day" in text(client, "/plans/")
    assert "No key customers yet" in text(client, "/plans/bonds")
    assert "Every key customer has a plan" in text(client, "/plans/?show=lacking")


def test_the_timeline_tells_of_plans_and_bonds(as_system: Cast, planned: Make) -> None:
    cast, plan = as_system, planned()
    actions.do_step(Step.objects.get(), outcome="he came", by=cast.mei, at=NOON)
    actions.judge(cast.li, strands=["points"], note="likes rebates", by=cast.mei, at=NOON)
    actions.give_up(plan, reason="moved abroad", by=cast.mei, at=LATER)

    told = list(queries.moments(cast.mei, cast.li, before=None, most=9))

    assert len(told) == 4
    assert told[0].words == "moved abroad"
    before: datetime = LATER
    assert len(list(queries.moments(cast.mei, cast.li, before=before, most=9))) == 3
    assert list(queries.moments(cast.tao, cast.qian, before=None, most=9)) == []
