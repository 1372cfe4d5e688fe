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
