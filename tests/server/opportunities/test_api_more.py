"""Other systems change opportunities, write proposals, read account plans and figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.server.opportunities.conftest import Make, ahead, later
from tests.server.opportunities.test_api import WORK
from tests.server.opportunities.test_drill import town
from tests.server.site.api import Api
from tests.server.site.test_api import told

from regulars.server.core.models import AuditEntry
from regulars.server.core.rights import Right
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Opportunity, Proposal
from regulars.server.opportunities.queries import Wanted
from regulars.server.plans import actions as plans
from regulars.server.products.models import Product
from regulars.server.trade import actions as trade
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
__all__ = ["town"]  # a fixture
MEI = {"person": "mei"}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_what_is_left_out_of_a_change_stays(as_system: Cast, found: Make) -> None:
    api, one = Api(WORK), found(expected_on=ahead(9), margin=500)
    where = f"/opportunities/{one.public_id}"

    first = api.post(f"{where}/change", {**MEI, "amount": "60000.50"}).json()
    assert (first["amount"], first["margin"], first["kind"]) == ("60000.50", "500.00", "add_on")
    assert first["expected_on"] == ahead(9).isoformat()
    more = {**MEI, "kind": "trade_in", "expected_on": None, "owner": "wei"}
    second = api.post(f"{where}/change", more).json()
    assert (second["kind"], second["expected_on"], second["owner"]) == ("trade_in", None, "wei")
    assert api.post(f"{where}/change", MEI).json()["owner"] == "wei"
    assert api.post(f"{where}/change", {**MEI, "owner": None}).json()["owner"] == "mei"
    for odd in ({"owner": "nobody"}, {"owner": "ana"}, {"amount": -1}, {"kind": "sell"},
                {"stage": "won"}):  # fmt: skip
        assert told(api.post(f"{where}/change", {**MEI, **odd}), 422)


def test_a_step_is_planned_done_and_followed(as_system: Cast, found: Make) -> None:
    api, one = Api(WORK), found()
    where = f"/opportunities/{one.public_id}"
    step = {**MEI, "step": "bring the form", "on": ahead(3).isoformat()}

    assert told(api.post(f"{where}/done", MEI), 422), "nothing was planned"
    assert told(api.post(f"{where}/next", {**MEI, "step": "no day"}), 422)
    assert told(api.post(f"{where}/next", {**step, "on": ahead(-1).isoformat()}), 422)
    assert api.post(f"{where}/next", step, Idempotency_Key="n").json()["next_on"] == step["on"]
    body = {**MEI, "step": "sign", "on": ahead(8).isoformat()}
    first = api.post(f"{where}/done", body, Idempotency_Key="d")
    again = api.post(f"{where}/done", body, Idempotency_Key="d")
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    one.refresh_from_db()
    assert (one.last_step, one.next_step) == ("bring the form", "sign")


def test_what_ended_is_opened_again_with_a_reason(as_system: Cast, found: Make) -> None:
    api, one = Api(WORK), found()
    where = f"/opportunities/{one.public_id}"
    assert told(api.post(f"{where}/reopen", {**MEI, "words": "early"}), 409)
    api.post(f"{where}/close", {**MEI, "state": "lost", "reason": "price"})
    assert told(api.post(f"{where}/change", {**MEI, "amount": 1}), 409)
    assert told(api.post(f"{where}/reopen", {**MEI, "words": ""}), 422)

    assert api.post(f"{where}/reopen", {**MEI, "words": "came back"}).json()["state"] == "open"


def test_a_proposal_is_written_sent_and_renewed(
    as_system: Cast, found: Make, fund: Product
) -> None:
    api, one = Api(WORK), found(product=fund)
    where = f"/opportunities/{one.public_id}/proposals"
    parts = [
        {"kind": "need", "text": "money for the studies", "evidence": "said on Monday"},
        {"kind": "offer", "product": "F1", "amount": 40000, "price": "0.5 %"},
    ]
    body = {**MEI, "title": "For Li", "opening": "Dear Ms Li", "parts": parts}

    first = api.post(where, body, Idempotency_Key="p").json()
    assert api.post(where, body, Idempotency_Key="p").json() == first
    assert [part["kind"] for part in first["parts"]] == ["need", "offer"]
    assert (first["version"], first["title"], first["total"]) == (1, "For Li", "40000.00")
    here = f"/proposals/{first['id']}"
    assert api.post(f"{here}/send", {**MEI, "how": "by e-mail"}).json()["state"] == "sent"
    assert told(api.post(f"{here}/send", {**MEI, "how": "by e-mail"}), 409)

    second = api.post(where, {**MEI, "closing": "Yours"}).json()
    assert (second["version"], second["title"], second["opening"]) == (
        2,
        "For Li",
        "Dear Ms Li",
    )
    assert len(second["parts"]) == 2, "a copy of the version before"
    assert api.get(f"{here}?person=mei").json()["closing"] == "", "what was sent stays"
    refused = api.post(f"{here}/answer", {**MEI, "accepted": False, "words": "too dear"})
    assert refused.json()["state"] == "refused"
    assert told(api.post(f"{here}/answer", {**MEI, "accepted": True}), 409)
    listed = api.get(f"/proposals?person=mei&opportunity={one.public_id}&limit=1").json()
    assert [each["version"] for each in listed["proposals"]] == [2]
    rest = api.get(f"/proposals?person=mei&cursor={listed['next']}").json()
    assert [each["version"] for each in rest["proposals"]] == [1]
    assert told(api.get("/proposals?person=mei&cursor=222222222222"), 422)
    assert AuditEntry.objects.filter(action="core.key.acted").count() == 4


@pytest.mark.parametrize(
    "part",
    [{"kind": "offer"}, {"kind": "words"}, {"kind": "offer", "product": "F9"},
     {"kind": "offer", "bundle": "222222222222"}, {"kind": "sell", "text": "x"},
     {"kind": "words", "text": "x", "odd": 1}],
)  # fmt: skip
def test_a_part_that_cannot_be_leaves_no_version(
    as_system: Cast, found: Make, fund: Product, part: dict[str, Any]
) -> None:
    one = found()

    sent = {**MEI, "parts": [{"kind": "words", "text": "first"}, part]}
    assert told(Api(WORK).post(f"/opportunities/{one.public_id}/proposals", sent), 422)
    assert not Proposal.objects.exists()


def test_account_plans_are_read_with_people_and_obstacles(as_system: Cast) -> None:
    cast, wei = as_system, as_system.wei
    plan = plans.draft(cast.zhou, aim="First bank.", by=wei, at=NOON)
    actions.begin_strategy(plan, phase="find", why="nobody knows him", by=wei, at=NOON)
    actions.begin_strategy(plan, phase="hold", why="signed", by=wei, at=later(1))
    boss = trade.add_contact(cast.zhou, name="周老板", attitude="against", by=wei, at=NOON)
    actions.set_stance(boss, influence=3, wants="speed", keeper=wei, by=wei, at=NOON)
    actions.add_obstacle(plan, text="our price", move="ask", due_on=ahead(2), by=wei, at=NOON)
    api = Api((*WORK, Right.CUSTOMERS_READ))

    (one,) = api.get("/account-plans?person=wei&phase=hold").json()["account_plans"]
    told_of = api.get(f"/account-plans/{one['id']}?person=wei").json()

    assert one["id"] == plan.public_id
    assert [each["after"] for each in told_of["phases"]] == ["hold", "find"]
    (person,) = told_of["people"]
    assert (person["name"], person["influence"], person["keeper"]) == ("周老板", 3, "wei")
    assert (told_of["obstacles"][0]["move"], told_of["open_opportunities"]) == ("ask", 0)
    nameless = Api(WORK, name="app").get(f"/account-plans/{one['id']}?person=wei").json()
    assert nameless["people"][0]["name"] is None
    assert api.get("/account-plans?person=wei&phase=find").json()["account_plans"] == []
    assert api.get("/account-plans?person=tao").json()["account_plans"] == []
    assert told(api.get(f"/account-plans/{one['id']}?person=tao"), 404)


@pytest.mark.parametrize("name", ["lin", "wei", "mei", "tao"])
def test_funnel_and_forecast_are_those_of_the_page(town: Cast, name: str) -> None:
    viewer, api = getattr(town, name), Api(WORK)
    view = queries.view_of(viewer, "place")
    page = queries.funnel(viewer, Wanted(view=view, state="all", made=12), NOON)
    cast = queries.forecast(viewer, Wanted(view=view), NOON)

    funnel = api.get(f"/opportunities/funnel?person={name}").json()
    forecast = api.get(f"/opportunities/forecast?person={name}").json()

    assert (funnel["made"], funnel["won"]) == (page.made, page.won)
    assert funnel["won_amount"] == str(page.won_amount)
    assert [each["reached"] for each in funnel["stages"]] == [
        level.rung.reached for level in page.levels
    ]
    assert sum(each["count"] for each in funnel["reasons"]) == page.won + page.lost
    assert forecast["whole"]["open"] == cast.whole.count
    assert [each["expected"] for each in forecast["months"]] == [
        str(month.told.expected) for month in cast.months
    ]
    assert len(forecast["past"]) == len(cast.checks)
    assert told(api.get(f"/opportunities/funnel?person={name}&months=0"), 422)
    assert told(api.get(f"/opportunities/forecast?person={name}&months=3"), 422)


def test_both_walls_stand_before_every_address(as_system: Cast, found: Make) -> None:
    one = found()
    draft = actions.start_proposal(one, by=as_system.mei, at=NOON)
    api, tao, ana = Api(WORK), {"person": "tao"}, {"person": "ana"}
    where = f"/opportunities/{one.public_id}"
    posts = {
        f"{where}/change": {"amount": 1},
        f"{where}/next": {"step": "x", "on": ahead(1).isoformat()},
        f"{where}/done": {},
        f"{where}/reopen": {"words": "x"},
        f"{where}/proposals": {},
        f"/proposals/{draft.public_id}/send": {"how": "x"},
        f"/proposals/{draft.public_id}/answer": {"accepted": True},
    }
    for address, body in posts.items():
        assert told(api.post(address, {**tao, **body}), 404), address
        assert told(api.post(address, {**ana, **body}), 403), address
        assert Api((Right.WORK_READ,)).post(address, {**MEI, **body}).status_code == 403
    assert told(api.get(f"/proposals/{draft.public_id}?person=tao"), 404)
    assert api.get("/proposals?person=tao").json()["proposals"] == []
    reader = Api((Right.FACTS_WRITE,))
    for address in ("/opportunities/funnel", "/opportunities/forecast", "/proposals",
                    "/account-plans"):  # fmt: skip
        assert reader.get(f"{address}?person=mei").status_code == 403
    one.refresh_from_db()
    assert (one.state, one.next_step) == (Opportunity.State.OPEN, "")
