"""The API at the work of people: in whose name, through both walls, by the pages' rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from tests.server.care.conftest import World
from tests.server.site.api import Api
from tests.server.site.test_api import told

from regulars.server.alerts import actions as alerts
from regulars.server.alerts.models import Alert
from regulars.server.care.models import Answer, Card, Task
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.core.rights import Right
from regulars.server.customers.models import Customer
from regulars.server.plans import actions as plans
from regulars.server.plans.models import Plan, Step
from regulars.server.promises import actions as promises
from regulars.server.promises.models import Promise
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def world(as_system: Cast) -> World:
    """Li and Zhao of Mei and Qian of Tao have a card each; Li and Qian more."""
    made, cast = World(as_system), as_system
    people = (cast.li, stage.customer("0004", "赵敏", cast.mei_book), cast.qian)
    run = made.score({one: {} for one in people})
    made.tier(run, dict.fromkeys(people, (4, None, None)))
    made.plan()
    for customer in (cast.li, cast.qian):
        cause = {"kind": "large_movement", "key": f"k{customer.pk}", "customer": customer}
        alerts.raise_(**cause, by=TESTS, at=NOON)
        promises.make(
            customer, text="send the written quote", due_on=TODAY + timedelta(days=1),
            by=TESTS, at=NOON,
        )  # fmt: skip
    scope.set_scope(scope.EVERYBODY)
    return made


def card(world: World, of: str = "li") -> str:
    return Card.objects.get(customer=getattr(world.cast, of), desk="rm").public_id


def numbers(answer: Any, kind: str) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["customer"]["number"] for one in answer.json()[kind]]


def test_the_list_is_that_of_the_person_as_that_person_sees_it(world: World) -> None:
    api = Api(WORK)

    assert numbers(api.get("/cards?person=mei"), "cards") == ["0001", "0004"]
    assert numbers(api.get("/cards?person=tao"), "cards") == ["0003"]
    assert set(numbers(api.get("/cards?person=WEI"), "cards")) == {"0001", "0004"}
    first = api.get("/cards?person=mei").json()["cards"][0]
    assert first["state"] == "open"
    assert first["reasons"][0]["trigger"] in {t.trigger for t in Task.objects.all()}
    assert first["reasons"][0]["words"]


def test_what_lies_beyond_the_keys_reach_is_as_if_it_were_not(world: World) -> None:
    willow = Api(WORK, org_unit=world.cast.willow)
    book = Api(WORK, books=[world.cast.mei_book])

    assert told(willow.get("/cards?person=tao"), 404) == told(
        willow.get("/cards?person=nobody"), 404
    )
    # Lin of the head office sees everybody; through this key only Willow is there.
    assert told(willow.get("/cards?person=lin"), 404)
    assert numbers(book.get("/cards?person=mei"), "cards") == ["0001", "0004"]
    hidden = willow.post(
        f"/cards/{card(world, 'qian')}/outcome",
        {"person": "wei", "outcome": "reached", "step": "done"},
    )
    assert told(hidden, 404)
    assert Touch.objects.count() == 0


def test_a_person_in_whose_name_is_acted_brings_their_own_limits(world: World) -> None:
    api = Api(WORK)

    body = {"outcome": "reached", "step": "done"}
    assert told(api.post(f"/cards/{card(world)}/outcome", {**body, "person": "tao"}), 404)
    assert told(api.post(f"/cards/{card(world)}/outcome", {**body, "person": "ana"}), 403)
    assert told(Api((Right.WORK_READ,)).post("/contacts", {}), 403)
    assert told(Api((Right.WORK_WRITE,)).get("/cards?person=mei"), 403)


def test_names_go_to_keys_that_may_read_customers(world: World) -> None:
    plain = Api(WORK).get("/cards?person=mei").json()["cards"][0]["customer"]
    named = Api((*WORK, Right.CUSTOMERS_READ)).get("/cards?person=mei").json()["cards"][0]

    assert plain["name"] is None
    assert named["customer"]["name"] == "李娜"


def test_an_outcome_writes_what_two_clicks_write_and_once(world: World) -> None:
    api, where = Api(WORK), f"/cards/{card(world)}/outcome"
    body = {"person": "mei", "outcome": "reached", "step": "call_3"}

    first = api.post(where, body, Idempotency_Key="a")
    again = api.post(where, body, Idempotency_Key="a")
    without_key = api.post(where, body)
    other = api.post(where, {**body, "outcome": "not_now", "step": "done"})

    assert (first.status_code, first.json()["state"]) == (200, "done")
    assert again["Idempotency-Replayed"] == "true"
    assert again.content == first.content
    assert without_key.status_code == 200
    assert told(other, 409)["code"] == "refused"
    touch = Touch.objects.get()
    assert (touch.person, touch.outcome, touch.next_step) == (
        world.cast.mei,
        "reached",
        "call_3",
    )
    trail = AuditEntry.objects.filter(action="core.key.acted")
    assert trail[0].actor == f"key:{api.key.pk}"
    assert trail[0].details == {"person": world.cast.mei.pk, "what": "outcome"}


def test_a_pair_that_no_button_has_is_refused_in_words(world: World) -> None:
    api = Api(WORK)
    where = f"/cards/{card(world)}"

    wrong = api.post(
        f"{where}/outcome", {"person": "mei", "outcome": "reached", "step": "month"}
    )
    offered = api.get(f"{where}?person=mei").json()["outcomes"]

    assert told(wrong, 422)["code"] == "invalid"
    assert Card.objects.get(public_id=card(world)).state == "open"
    assert "done" in next(one["steps"] for one in offered if one["outcome"] == "reached")


def test_a_card_is_put_off_until_a_day_ahead_only(world: World) -> None:
    api, where = Api(WORK), f"/cards/{card(world)}/snooze"
    body = {"person": "mei", "reason": "asked"}

    back = api.post(where, {**body, "until": "2026-11-20"})
    ahead = api.post(where, {**body, "until": "2026-11-30"})

    assert told(back, 422)
    assert (ahead.json()["state"], ahead.json()["next_on"]) == ("snoozed", "2026-11-30")


def test_a_contact_obeys_the_form_of_the_pages(world: World) -> None:
    api, cast = Api(WORK), world.cast
    body = {
        "person": "mei", "customer": cast.li.public_id, "channel": "call",
        "outcome": "reached", "topic": "review", "note": "续存", "next_step": "报价",
        "next_on": "2026-11-25",
        "promise": {"text": "send the written quote", "due_on": "2026-11-26"},
    }  # fmt: skip

    late = api.post("/contacts", {**body, "next_on": "2026-11-20"})
    vague = {"text": "as soon as possible", "due_on": "2026-11-26"}
    loose = api.post("/contacts", {**body, "promise": vague})
    theirs = api.post("/contacts", {**body, "customer": cast.qian.public_id})
    good = api.post("/contacts", body)

    assert told(late, 422)["errors"][0]["pointer"] == "/next_on"
    assert told(loose, 422)["errors"][0]["pointer"] == "/promise/text"
    assert told(theirs, 404)
    assert good.json()["two_way"] is True
    touch = Touch.objects.get()
    assert (touch.note, touch.next_step) == ("续存", "报价")
    assert Promise.objects.filter(touch=touch).count() == 1
    assert Card.objects.get(public_id=card(world)).state == "done"


def test_promises_and_alerts_are_listed_and_dealt_with(world: World) -> None:
    api = Api(WORK)
    owed = api.get("/promises?person=mei").json()["promises"]
    raised = api.get("/alerts?person=mei").json()["alerts"]

    kept = api.post(f"/promises/{owed[0]['id']}/keep", {"person": "mei"})
    twice = api.post(f"/promises/{owed[0]['id']}/keep", {"person": "mei"})
    taken = api.post(f"/alerts/{raised[0]['id']}/acknowledge", {"person": "mei"})
    wordless = api.post(
        f"/alerts/{raised[0]['id']}/close", {"person": "mei", "outcome": "lost"}
    )
    handled = {"person": "mei", "outcome": "handled"}
    closed = api.post(f"/alerts/{raised[0]['id']}/close", handled)
    theirs = Alert.objects.get(customer=world.cast.qian).public_id

    assert (len(owed), len(raised)) == (1, 1)
    assert raised[0]["words"]
    assert kept.json()["state"] == "kept"
    assert told(twice, 409)
    assert (taken.json()["state"], taken.json()["holder"]) == ("acknowledged", "mei")
    assert told(wordless, 422)
    assert closed.json()["state"] == "closed"
    assert told(api.post(f"/alerts/{theirs}/acknowledge", {"person": "mei"}), 404)


@pytest.mark.parametrize("kind", ["cards", "promises", "alerts"])
def test_pages_follow_each_other_without_gap_or_repetition(world: World, kind: str) -> None:
    api = Api(WORK)
    where = f"/{kind}?person=wei&limit=1" + ("&view=place" if kind == "alerts" else "")
    if kind == "promises":
        Promise.objects.update(owner=world.cast.wei)
    whole = numbers(api.get(where.replace("limit=1", "limit=500")), kind)

    found, answer = [], api.get(where)
    while True:
        found += numbers(answer, kind)
        if (following := answer.json()["next"]) is None:
            break
        answer = api.get(f"{where}&cursor={following}")

    assert found == whole
    assert whole
    assert told(api.get(f"{where}&cursor=222222222222"), 422)["errors"]
    assert told(api.get(f"{where}&limti=1"), 422)


def test_who_has_the_answer_already_is_told_so(world: World) -> None:
    api = Api(WORK)
    first = api.get("/cards?person=mei")
    same = api.get("/cards?person=mei", If_None_Match=first["ETag"])
    api.post(f"/cards/{card(world)}/snooze", {
        "person": "mei", "until": "2026-11-30", "reason": "asked",
    })  # fmt: skip
    changed = api.get("/cards?person=mei", If_None_Match=first["ETag"])

    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == first["ETag"]
    assert int(same["RateLimit-Remaining"]) < int(first["RateLimit-Remaining"])
    assert changed.status_code == 200


# Plans, answers, visits, undo ----------------------------------------------------------------


def planned(world: World) -> Plan:
    """Mei has a plan in force for Li, with one step."""
    cast = world.cast
    plan = plans.draft(cast.li, aim="Be the bank of both generations.", by=cast.mei, at=NOON)
    plans.add_goal(
        plan, text="three visits", measure="own", unit="visits", start=Decimal(0),
        target=Decimal(3), by_on=TODAY + timedelta(days=90), by=cast.mei, at=NOON,
    )  # fmt: skip
    plans.add_step(plan, text="visit the works", due_on=TODAY, by=cast.mei, at=NOON)
    found = plans.begin(plan, by=cast.mei, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    return found


def test_plans_are_read_and_a_step_is_done_once(world: World) -> None:
    plan, api = planned(world), Api(WORK)
    where = f"/plans/{plan.public_id}"

    assert numbers(api.get("/plans?person=mei"), "plans") == ["0001"]
    assert numbers(api.get("/plans?person=tao"), "plans") == []
    assert told(api.get(f"{where}?person=tao"), 404)
    alone = api.get(f"{where}?person=mei").json()
    (step,) = alone["steps"]
    assert (step["state"], step["who"], alone["goals"][0]["target"]) == ("open", "mei", "3.00")

    body = {"person": "mei", "outcome": "Seen."}
    done = api.post(f"{where}/steps/{step['id']}/done", body, Idempotency_Key="s")
    again = api.post(f"{where}/steps/{step['id']}/done", body, Idempotency_Key="s")
    other = api.post(f"{where}/steps/{step['id']}/done", body)

    assert (done.status_code, done.json()["steps"][0]["outcome"]) == (200, "Seen.")
    assert again["Idempotency-Replayed"] == "true"
    assert told(other, 409)["code"] == "refused"
    assert told(api.post(f"{where}/steps/{step['id']}/done", {"person": "tao"}), 404)
    assert told(Api((Right.WORK_READ,)).post(f"{where}/steps/{step['id']}/done", body), 403)


def test_a_visit_is_planned_arrived_at_and_closed_by_its_contact(world: World) -> None:
    api, day = Api(WORK), TODAY.isoformat()
    li = world.cast.li.public_id
    body = {"person": "mei", "customer": li, "day": day, "hour": "15:00", "beside": "wei"}

    visit = api.post("/visits", body, Idempotency_Key="v").json()
    api.post("/visits", body, Idempotency_Key="v")
    assert (visit["state"], visit["person"], visit["beside"]) == ("planned", "mei", "wei")
    assert told(api.post("/visits", {**body, "beside": "tao"}), 422)["errors"]
    assert told(api.post("/visits", {**body, "person": "tao"}), 404)
    assert numbers(api.get("/visits?person=mei"), "visits") == ["0001"]
    assert numbers(api.get("/visits?person=wei"), "visits") == ["0001"]
    assert numbers(api.get("/visits?person=tao"), "visits") == []

    there = api.post(f"/visits/{visit['id']}/check-in", {"person": "mei"}).json()
    made = api.post(
        "/contacts",
        {"person": "mei", "customer": li, "channel": "visit", "outcome": "reached",
         "visit": visit["id"], "beside": "wei"},
    )  # fmt: skip

    assert there["arrived_at"]
    assert made.status_code == 200, made.content
    (seen,) = api.get("/visits?person=mei").json()["visits"]
    assert seen["state"] == "done"
    assert Touch.objects.get().beside == world.cast.wei
    late = api.post(f"/visits/{visit['id']}/cancel", {"person": "mei", "reason": "rain"})
    assert told(late, 409)["code"] == "refused"


def test_a_visit_is_called_off_with_its_reason(world: World) -> None:
    api, li = Api(WORK), world.cast.li.public_id
    body = {"person": "mei", "customer": li, "day": TODAY.isoformat()}
    visit = api.post("/visits", body).json()["id"]

    gone = api.post(f"/visits/{visit}/cancel", {"person": "mei", "reason": "away"}).json()

    assert (gone["state"], gone["why_not"]) == ("cancelled", "away")
    assert told(api.post(f"/visits/{visit}/cancel", {"person": "tao", "reason": "x"}), 404)


def test_a_contact_is_taken_back_with_all_that_it_closed(world: World) -> None:
    planned(world)
    world.plan(TODAY)
    scope.set_scope(scope.EVERYBODY)
    api, li = Api(WORK), world.cast.li.public_id
    before = set(Task.objects.filter(customer=world.cast.li, state="open").values_list("pk"))
    body = {"person": "mei", "customer": li, "channel": "call", "outcome": "reached",
            "promise": {"text": "send the rates", "due_on": TODAY.isoformat()}}  # fmt: skip
    made = api.post("/contacts", body).json()
    assert Step.objects.get().state == "done"
    where = f"/contacts/{made['id']}/undo"

    assert told(api.post(where, {"person": "tao"}), 404)
    assert told(api.post(where, {"person": "wei"}), 409)["code"] == "refused"
    back = api.post(where, {"person": "mei"}, Idempotency_Key="u")
    same = api.post(where, {"person": "mei"}, Idempotency_Key="u")

    assert (back.status_code, back.json()["taken_back"]) == (200, True), back.content
    assert same["Idempotency-Replayed"] == "true"
    after = set(Task.objects.filter(customer=world.cast.li, state="open").values_list("pk"))
    assert after == before
    assert Card.objects.get(customer=world.cast.li, desk="rm").state == "open"
    assert Step.objects.get().state == "open"
    assert not Promise.objects.filter(text="send the rates", state="open").exists()
    assert told(api.post(where, {"person": "mei"}), 409)["code"] == "refused"


def test_answers_are_read_by_who_sees_the_customer(world: World) -> None:
    for customer in (world.cast.li, world.cast.qian):
        for question in ("use", "score"):
            _answered(customer, question)
    api = Api(WORK)

    first = api.get("/answers?person=mei&limit=1").json()
    rest = api.get(f"/answers?person=mei&cursor={first['next']}").json()

    assert [a["question"] for a in (*first["answers"], *rest["answers"])] == ["use", "score"]
    assert rest["next"] is None
    assert first["answers"][0]["number"] == "4"
    assert numbers(api.get("/answers?person=tao"), "answers") == ["0003", "0003"]
    of = world.cast.qian.public_id
    assert numbers(api.get(f"/answers?person=mei&customer={of}"), "answers") == []
    assert told(Api((Right.WORK_WRITE,)).get("/answers?person=mei"), 403)


def _answered(customer: Customer, question: str) -> None:
    touch = Touch.objects.create(
        customer=customer, at=NOON, channel="call", outcome="reached", two_way=True
    )
    Answer.objects.create(
        customer=customer, touch=touch, playbook="opened", version=0, step="d7",
        question=question, asked="好用吗？", kind="score", number=4, at=NOON,
    )  # fmt: skip
