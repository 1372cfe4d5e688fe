"""Another system tells of friends, hands out links, asks how far it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from tests.server.referrals.conftest import Bring, Rule, later
from tests.server.site.api import Api
from tests.server.site.test_api import told

from regulars.server.core import scope
from regulars.server.core.rights import Right
from regulars.server.referrals import actions
from regulars.server.referrals.models import Link, Referral
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_friend_is_taken_in_once_under_a_reference(rule: Rule, as_system: Cast) -> None:
    rule()
    api = Api(WORK)
    body = {
        "person": "mei", "reference": "APP-1", "referrer": as_system.li.public_id,
        "name": "王芳", "phone": "10100000077", "agreed": "call", "words": "23 Nov, by phone",
        "channels": ["call"],
    }  # fmt: skip
    made = api.post("/referrals", body)
    assert made.status_code == 201, made.content
    one = made.json()
    assert (one["state"], one["way"], bool(one["friend"])) == ("received", "api", True)
    again = api.post("/referrals", body)
    assert (again.status_code, again.json()["id"]) == (200, one["id"])
    assert told(api.post("/referrals", body | {"reference": "B", "agreed": "form"}), 422)
    listed = api.get("/referrals?person=mei").json()
    assert [each["id"] for each in listed["referrals"]] == [one["id"]]
    assert api.get(f"/referrals/{one['id']}?person=mei").json()["line"]
    scope.set_scope(scope.EVERYBODY)
    assert Referral.objects.count() == 1


def test_a_link_is_the_same_each_time(as_system: Cast) -> None:
    api = Api(WORK)
    body = {"person": "mei", "customer": as_system.li.public_id}
    first, second = (api.post("/referrals/links", body).json() for _ in range(2))
    assert first == second
    scope.set_scope(scope.EVERYBODY)
    link = Link.objects.get()
    assert first["code"] == link.code
    assert link.token in first["url"]
    assert link.own_token in first["own_url"]


def test_who_sees_neither_side_reads_nothing(rule: Rule, bring: Bring, as_system: Cast) -> None:
    rule()
    made = bring()
    api = Api(WORK)
    assert told(api.get(f"/referrals/{made.public_id}?person=tao"), 404)
    assert api.get("/referrals?person=tao&state=all").json()["referrals"] == []


def test_a_referral_tells_its_steps_and_what_was_rewarded_and_why_not(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made, api = bring(), Api(WORK)
    where = f"/referrals/{made.public_id}?person=mei"
    one = api.get(where).json()
    assert [each["what"] for each in one["steps"]] == ["received"]
    assert (one["rewards"], one["not_rewarded_because"]) == (
        [], "The event of the rule has not come yet.",
    )  # fmt: skip
    scope.set_scope(scope.EVERYBODY)
    bought(as_system, made.friend, TODAY)  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(1))

    one = api.get(where).json()
    assert [each["what"] for each in one["steps"]] == ["received", "customer"]
    told_ = {each["side"]: each for each in one["rewards"]}
    assert (told_["referrer"]["state"], told_["referrer"]["words"]) == ("given", "500 points")
    assert (told_["friend"]["state"], told_["friend"]["why"]) == ("due", "no_member")
    assert told_["friend"]["waits_until"] == "2027-05-23"
    assert one["not_rewarded_because"] == ""


def test_rewards_are_listed_page_by_page_for_who_sees_the_customers(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made, api = bring(), Api(WORK)
    bought(as_system, made.friend, TODAY)  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(1))

    first = api.get("/referrals/rewards?person=mei&limit=1").json()
    second = api.get(f"/referrals/rewards?person=mei&limit=1&cursor={first['next']}").json()
    sides = {each["rewards"][0]["side"] for each in (first, second)}
    assert (sides, second["next"]) == ({"referrer", "friend"}, None)
    due = api.get("/referrals/rewards?person=mei&state=due").json()["rewards"]
    assert [(each["side"], each["referral"]) for each in due] == [("friend", made.public_id)]
    assert api.get("/referrals/rewards?person=tao").json()["rewards"] == []
    assert told(api.get("/referrals/rewards?person=mei&cursor=aaaaaaaaaaaa"), 422)
