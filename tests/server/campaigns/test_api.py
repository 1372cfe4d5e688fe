"""Other systems read campaigns and hold them; the calendar knows what is planned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from tests.server.campaigns.conftest import Make, ended, people, text, tick
from tests.server.site.api import Api

from regulars.server.campaigns.actions import StepTold
from regulars.server.outreach import queries as outreach
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system", "sms")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_another_system_reads_how_far_a_campaign_is_and_its_people_page_by_page(
    cast: Cast, running: Make
) -> None:
    who = people(cast, 5)
    made, client = running(who, StepTold("sms", text(cast))), Api()
    tick(made)
    ended("sent", *who[:3])
    tick(made)

    (listed,) = client.get("/campaigns").json()["campaigns"]
    told = client.get(f"/campaigns/{made.public_id}/progress").json()
    first = client.get(f"/campaigns/{made.public_id}/members?limit=3").json()
    rest = client.get(
        f"/campaigns/{made.public_id}/members?limit=3&cursor={first['next']}"
    ).json()

    assert (listed["state"], listed["rule_version"]) == ("running", made.rule_version)
    assert told["states"] == {"going": 2, "reached": 3}
    assert told["branches"][0]["people"] == 5
    found = [each["customer"]["id"] for each in (*first["members"], *rest["members"])]
    assert sorted(found) == sorted(one.public_id for one in who)
    assert rest["next"] is None


def test_only_a_key_of_the_whole_company_holds_a_campaign(cast: Cast, running: Make) -> None:
    made = running(people(cast, 1), StepTold("sms", text(cast)))
    where, why = f"/campaigns/{made.public_id}", {"why": "the rate changes"}
    branch = Api(name="branch", org_unit=cast.willow)

    assert branch.get(where).status_code == 200
    assert branch.post(f"{where}/pause", why).status_code == 403
    client = Api(name="house")
    assert client.post(f"{where}/pause", why).json()["state"] == "paused"
    assert client.post(f"{where}/resume", {}).json()["state"] == "running"
    assert client.post(f"{where}/stop", why).json()["state"] == "stopped"


def test_waves_stand_in_the_marketing_calendar(cast: Cast, running: Make) -> None:
    days = [(TODAY, 50), (TODAY + timedelta(days=4), 50)]
    running(people(cast, 10), StepTold("sms", text(cast)), waves=days)

    found = outreach.planned(cast.max, TODAY, TODAY + timedelta(days=6))

    assert [each.day for each in found if each.kind == "campaign"] == [on for on, _n in days]
    assert sum(each.customers or 0 for each in found) == 10
    assert not outreach.planned(cast.mei, TODAY, TODAY + timedelta(days=6))
