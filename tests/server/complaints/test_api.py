"""Complaints through the API: opened once, noted on, answered, closed; through both walls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from tests.server.complaints.conftest import ANSWER, Open
from tests.server.site.api import Api
from tests.server.site.test_api import told

from regulars.server.complaints.models import Case, Event
from regulars.server.core import scope
from regulars.server.core.rights import Right
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_a_complaint_is_opened_once_answered_and_closed(
    as_system: Cast, complain: Open
) -> None:
    api = Api(WORK)
    body = {
        "person": "lob", "reference": "T-17", "words": "A fee that nobody told me of.",
        "type": "fees", "channel": "app", "customer": as_system.li.public_id,
    }  # fmt: skip

    first = api.post("/complaints", body)
    again = api.post("/complaints", body | {"words": "the same, told again"})
    scope.set_scope(scope.EVERYBODY)
    case = Case.objects.get()
    where = f"/complaints/{case.public_id}"

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"] == case.public_id
    assert (case.source, case.customer, case.words) == (
        "api", as_system.li, "A fee that nobody told me of.",
    )  # fmt: skip
    note = {"person": "lob", "words": "Booked twice."}
    api.post(f"{where}/notes", note, Idempotency_Key="n")
    api.post(f"{where}/notes", note, Idempotency_Key="n")
    assert told(api.post(f"{where}/answer", {"person": "lob", "text": "Sorry."}), 422)
    assert api.post(f"{where}/answer", {"person": "lob", "text": ANSWER}).status_code == 200
    end = {"person": "lob", "result": "upheld", "cause": "mistake", "remedy": "paid back"}
    closed = api.post(f"{where}/close", end)
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
    assert api.post(f"{where}/close", end).status_code == 200  # the same once more
    assert told(api.post(f"{where}/close", end | {"result": "partly"}), 409)
    scope.set_scope(scope.EVERYBODY)
    assert Event.objects.filter(case=case, what="noted").count() == 1
    assert Event.objects.filter(case=case, what="closed").count() == 1


def test_the_lists_are_those_of_the_person_and_the_key_needs_the_right(
    as_system: Cast, complain: Open
) -> None:
    case = complain()
    api = Api(WORK)

    for person, seen in (("mei", [case.public_id]), ("tao", [])):
        answer = api.get(f"/complaints?person={person}")
        assert [one["id"] for one in answer.json()["complaints"]] == seen
    assert told(api.get(f"/complaints/{case.public_id}?person=tao"), 404)
    alone = api.get(f"/complaints/{case.public_id}?person=mei").json()
    assert (alone["customer"]["number"], alone["type"], alone["state"]) == (
        "0001", "fees", "open",
    )  # fmt: skip
    reading = Api((Right.WORK_READ,))
    note = {"person": "mei", "words": "x"}
    assert told(reading.post(f"/complaints/{case.public_id}/notes", note), 403)


def test_what_cannot_be_opened_is_refused_in_words(as_system: Cast, complain: Open) -> None:
    api = Api(WORK)
    body = {"person": "lob", "reference": "T-18", "words": "A fee.", "type": "fees"}

    assert told(api.post("/complaints", body), 422)  # nobody is named
    assert told(api.post("/complaints", body | {"type": "nothing", "who": "Feng"}), 422)
    moment = "2026-11-23T09:00:00"
    assert told(api.post("/complaints", body | {"who": "Feng", "received_at": moment}), 422)
    strange = as_system.qian.public_id
    assert told(api.post("/complaints", body | {"customer": strange}), 404)
    assert not Case.objects.exists()


def test_a_complaint_is_lived_by_the_api_alone(as_system: Cast, complain: Open) -> None:
    complain()  # the lists are there
    api = Api(WORK)
    lists = api.get("/complaints/lists").json()
    assert "fees" in [one["code"] for one in lists["types"]]
    assert "mistake" in [one["code"] for one in lists["causes"]]
    body = {
        "person": "mei", "reference": "T-19", "words": "A fee.", "type": "fees",
        "customer": as_system.li.public_id,
    }  # fmt: skip
    where = f"/complaints/{api.post('/complaints', body).json()['id']}"

    assert api.post(f"{where}/acknowledge", {"person": "mei"}).json()["handler"] == "mei"
    handed = api.post(f"{where}/handler", {"person": "mei", "to": "tao", "note": "yours"})
    assert (handed.status_code, handed.json()["handler"]) == (200, "tao")
    assert told(api.post(f"{where}/handler", {"person": "tao", "to": "nobody"}), 422)
    assert api.post(f"{where}/handler", {"person": "tao", "to": "lob"}).status_code == 200
    api.post(f"{where}/answer", {"person": "lob", "text": ANSWER})
    end = {"person": "lob", "result": "not_upheld", "cause": "none"}
    assert api.post(f"{where}/close", end).json()["call_by"]
    assert told(api.post(f"{where}/call-back", {"person": "lob", "content": True}), 409)
    assert told(api.post(f"{where}/call-back", {"person": "mei", "content": True}), 409)
    call = {"person": "wei", "content": False, "note": "charged again", "again": True}
    again = api.post(f"{where}/call-back", call).json()
    assert (again["state"], again["rounds"]) == ("open", 2)
    api.post(f"{where}/close", {"person": "lob", "result": "withdrawn"})
    reopened = api.post(f"{where}/reopen", {"person": "wei", "reason": "not settled"})
    assert (reopened.status_code, reopened.json()["rounds"]) == (200, 3)


@pytest.mark.parametrize("reach", ["company", "branch"])
def test_a_reference_that_somebody_else_has_is_refused_in_words(
    as_system: Cast, complain: Open, reach: str
) -> None:
    complain(reference="T-17")
    given = {"org_unit": as_system.lake} if reach == "branch" else {}
    api = Api(WORK, **given)
    body = {
        "person": "tao", "reference": "T-17", "words": "A fee.", "type": "fees",
        "customer": as_system.qian.public_id,
    }  # fmt: skip

    assert told(api.post("/complaints", body), 409)
    scope.set_scope(scope.EVERYBODY)
    assert Case.objects.count() == 1
