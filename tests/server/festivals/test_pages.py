"""The pages: what lacks a plan, one plan, the calendar with its load, the customer's page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import World
from tests.server.festivals.conftest import NEW_YEAR, Planning, at, person

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.festivals import actions, queries
from regulars.server.festivals.models import Festival, Plan
from regulars.server.outreach.rules import Planned
from regulars.testing.cast import TESTS, TODAY

pytestmark = pytest.mark.django_db
NEAR = NEW_YEAR - timedelta(days=20)


@pytest.fixture(autouse=True)
def near() -> Iterator[None]:
    with time_machine.travel(at(NEAR), tick=False):
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


def test_three_weeks_before_a_festival_whoever_plans_is_told(world: World) -> None:
    cast = world.cast
    assert queries.lacking(cast.max, NEW_YEAR - timedelta(days=22)) == 0
    assert queries.lacking(cast.max, NEAR) == 1
    assert queries.lacking(cast.mei, NEAR) == 0, "managers of customers plan nothing"

    page = text(enter(cast.max), "/festivals/")
    assert "1 festival is near without a plan" in page
    assert f"/festivals/make/new_year/{NEW_YEAR}" in page


def test_a_plan_is_made_decided_and_sent_on_its_pages(world: World, greeting: str) -> None:
    cast, client = world.cast, enter(world.cast.max)
    who = person(cast, "7001")
    where = f"/festivals/make/new_year/{NEW_YEAR}"
    assert "A letter to oneself" in text(client, where)
    given = {
        "idea": "first-day-wish", "way": "message", "message": greeting, "levels": [],
        "owner": cast.max.pk,
    }  # fmt: skip
    assert post(client, where, **given | {"owner": ""}) == 422
    assert post(client, where, **given) == 302
    plan = Plan.objects.get()
    base = f"/festivals/plans/{plan.public_id}"
    assert {task.code for task in plan.tasks.all()} == {"decide", "text", "invite"}
    page = text(client, base)
    assert "one wish each" in page
    assert greeting not in page, "the message's title stands there, not its code"

    assert post(client, f"{base}/decide") == 302
    task = plan.tasks.get(code="text")
    assert post(client, f"{base}/tasks/{task.pk}", done="1") == 302
    assert post(client, f"{base}/tasks", title="Order paper", due_on=str(NEAR)) == 302
    assert post(client, f"{base}/send") == 302
    assert post(client, f"{base}/note", note="Forty letters.") == 302

    plan.refresh_from_db()
    assert (plan.state, plan.note) == ("decided", "Forty letters.")
    assert plan.sent_at is not None
    assert "Waiting" in text(client, base)
    assert str(who) in text(client, f"{base}/rows/message/waiting")
    assert "New Year" in text(enter(cast.mei), f"/customers/{who.public_id}/")
    assert post(enter(cast.mei), f"{base}/note", note="x") == 403


def test_the_calendar_shows_festivals_lunar_days_and_the_load(
    world: World, planning: Planning
) -> None:
    who = person(world.cast, "7001")
    plan = planning("new_year", levels=[])
    actions.send(plan, by=TESTS, at=at(NEAR))
    client = enter(world.cast.max)

    page = text(client, f"/marketing/calendar?day={NEW_YEAR}")
    assert f"/festivals/plans/{plan.public_id}" in page
    assert f"/festivals/plans/{plan.public_id}" in text(
        client, f"/marketing/calendar?view=week&day={NEW_YEAR}&kind=festival"
    )
    assert f"/festivals/plans/{plan.public_id}" not in text(
        client, f"/marketing/calendar?day={NEW_YEAR}&kind=salon"
    )
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(world.cast.max)
    assert "廿四" in text(client, f"/marketing/calendar?day={NEW_YEAR}")

    eve = at(NEW_YEAR - timedelta(days=1))
    told = queries.load(world.cast.mei, eve)
    assert told.spans["ahead"]["1"] == 2, "Li and the new one wait for the message"
    assert who in queries.behind(world.cast.mei, "ahead", "1", eve)
    assert told.customers == sum(told.spans["ahead"].values())
    everybody = set(queries.behind(world.cast.max, "week", "0", eve))
    assert who in everybody


def test_a_month_tells_once_what_lasts_and_counts_what_comes_often(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, day = NEW_YEAR - timedelta(days=90), NEW_YEAR
    plans = [
        Planned(
            "journey", first, "Win back", "/journeys/w/", last=NEW_YEAR + timedelta(days=90)
        ),
        *(Planned("post", day, f"Post {n}", f"/posts/{n}/") for n in range(3)),
        *(Planned("salon", day, f"Salon {n}", f"/salons/{n}/") for n in range(2)),
    ]
    told = import_module("regulars.server.outreach.queries.planned")
    monkeypatch.setattr(told, "_sources", [lambda viewer, first, last: plans])
    client = enter(world.cast.max)

    month = text(client, f"/marketing/calendar?day={day}")
    assert month.count("Win back") == 1
    assert "Daily posts × 3" in month
    assert "Post 1" not in month
    assert f"view=week&amp;day={day}&amp;kind=post" in month
    assert "Salon 0" in month
    assert "Salon 1" in month
    week = text(client, f"/marketing/calendar?view=week&day={day}")
    assert all(f"Post {n}" in week for n in range(3))
    assert week.count("Win back") == 1


def test_a_company_adds_changes_and_switches_festivals(world: World) -> None:
    client = enter(world.cast.max)
    day = {"name": "行庆", "comes": "solar", "month": "3", "day": "18", "whom": "all"}

    assert post(client, "/festivals/list/new", **day | {"month": "2", "day": "30"}) == 422
    assert post(client, "/festivals/list/new", **day) == 302
    made = Festival.objects.get(name="行庆")
    assert post(client, f"/festivals/list/{made.code}", **day | {"day": "19"}) == 302
    assert post(client, f"/festivals/list/{made.code}/switch", on="0") == 302

    made.refresh_from_db()
    assert (made.day, made.is_on) == (19, False)
    assert "行庆" in text(client, "/festivals/list")
    assert post(enter(world.cast.mei), "/festivals/list/new", **day) == 403
    assert TODAY
