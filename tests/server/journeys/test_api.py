"""Other systems see how far journeys are, hold them, and take customers out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from tests.server.journeys.conftest import Way, leave, wait
from tests.server.site.api import Api

from regulars.server.core.rights import Right
from regulars.testing.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_journey_is_read_with_its_customers_page_by_page(way: Way) -> None:
    journey, api = way.running(wait("a"), leave()), Api()

    (told,) = api.get("/journeys").json()["journeys"]
    first = api.get(f"/journeys/{journey.public_id}/travellers?limit=1").json()
    rest = api.get(
        f"/journeys/{journey.public_id}/travellers?limit=1&cursor={first['next']}"
    ).json()

    assert told == api.get(f"/journeys/{journey.public_id}").json()
    assert (told["state"], told["version"], told["travelling"], told["entered"]) == (
        "running", 1, 2, 2,
    )  # fmt: skip
    names = {one["customer"]["id"] for one in (*first["travellers"], *rest["travellers"])}
    assert names == {way.cast.li.public_id, way.cast.qian.public_id}
    assert rest["next"] is None
    assert api.get("/journeys?cursor=zzzzzzzzzzzz").status_code == 422


def test_a_journey_is_paused_and_goes_on_with_a_reason_on_its_page(way: Way) -> None:
    journey, api = way.running(wait("a"), leave()), Api()

    held = api.post(f"/journeys/{journey.public_id}/pause", {"why": "offer under review"})
    again = api.post(f"/journeys/{journey.public_id}/pause", {"why": "offer under review"})
    gone_on = api.post(f"/journeys/{journey.public_id}/resume", {})

    assert (held.json()["state"], held.json()["why"]) == ("paused", "offer under review")
    assert again.status_code == 409
    assert gone_on.json()["state"] == "running"


def test_a_customer_is_taken_out_once(way: Way) -> None:
    journey, api = way.running(wait("a"), leave()), Api()
    li = way.of(way.cast.li)
    where = f"/journeys/{journey.public_id}/travellers/{li.public_id}/take-out"

    out = api.post(where, {"why": "asked at the counter"})

    assert out.json()["state"] == "stopped"
    assert "asked at the counter" in out.json()["why"]
    assert api.post(where, {"why": "again"}).status_code == 409


def test_a_key_of_a_branch_sees_its_customers_and_holds_nothing(way: Way) -> None:
    journey = way.running(wait("a"), leave())
    api = Api(org_unit=way.cast.willow)
    qian = way.of(way.cast.qian)

    assert api.get(f"/journeys/{journey.public_id}").json()["travelling"] == 1
    held = api.post(f"/journeys/{journey.public_id}/pause", {"why": "mine"})
    out = api.post(
        f"/journeys/{journey.public_id}/travellers/{qian.public_id}/take-out", {"why": "mine"}
    )

    assert (held.status_code, out.status_code) == (403, 404)


def test_a_key_without_the_right_is_refused(way: Way) -> None:
    way.running(wait("a"), leave())

    assert Api(rights=(Right.WORK_READ,)).get("/journeys").status_code == 403
