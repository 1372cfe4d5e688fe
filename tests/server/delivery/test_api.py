"""Other systems hand messages over, hear of them, and hold mailings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.server.delivery.conftest import Office, withdraw
from tests.server.site.api import Api

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.core.rights import Right
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery, Mailing
from regulars.testing.cast import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def api(**given: Any) -> Api:
    with scope.everything():
        return Api(**given)


def told(who: Customer, **more: Any) -> dict[str, Any]:
    return {
        "customer": who.public_id, "channel": "email", "purpose": "service",
        "subject": "到期提醒", "text": "您的存单将于 12 月 1 日到期。",
    } | more  # fmt: skip


def test_a_message_is_handed_over_once_and_its_state_told(office: Office) -> None:
    (who,), client = office.people(1), api()
    first = client.post("/messages", told(who), Idempotency_Key="n-1")
    again = client.post("/messages", told(who), Idempotency_Key="n-1")

    assert first.status_code == 200, first.content
    assert first.json()["state"] == "waiting"
    assert again.json() == first.json()
    with scope.everything():
        assert Delivery.objects.count() == Mailing.objects.count() == 1
    office.send()
    now = client.get(f"/messages/{first.json()['id']}").json()
    assert (now["state"], now["customer"]["id"]) == ("sent", who.public_id)
    assert [took.to for took in office.server.took] == [who.email]


def test_a_message_without_a_key_of_its_own_is_not_taken(office: Office) -> None:
    (who,) = office.people(1)
    assert api().post("/messages", told(who)).status_code == 400
    with scope.everything():
        assert not Delivery.objects.exists()


def test_the_rules_hold_for_other_systems_and_say_why(office: Office) -> None:
    (who,), client = office.people(1), api()
    with scope.everything():
        withdraw(who)
    client.post("/messages", told(who, purpose="marketing"), Idempotency_Key="m-1")
    office.send()
    (row,) = client.get(f"/customers/{who.public_id}/messages").json()["messages"]

    assert (row["state"], row["reason"]) == ("kept", "withdrawn")
    assert row["why"] == "The customer took the consent back."
    assert office.server.took == []


def test_a_channel_without_a_line_is_refused(office: Office) -> None:
    (who,) = office.people(1)
    answer = api().post("/messages", told(who, channel="sms"), Idempotency_Key="n-1")
    assert answer.status_code == 409


def test_mailings_are_listed_page_by_page_and_held(office: Office) -> None:
    first = office.mailing("first", to=office.people(2))
    second = office.mailing("second", to=office.people(1))
    client = api()
    page = client.get("/mailings?limit=1").json()
    rest = client.get(f"/mailings?limit=1&cursor={page['next']}").json()

    assert [each["id"] for each in page["mailings"] + rest["mailings"]] == [
        second.public_id, first.public_id,
    ]  # fmt: skip
    assert rest["mailings"][0]["people"] == rest["mailings"][0]["steps"]["waiting"] == 2
    where = f"/mailings/{first.public_id}"
    assert client.post(f"{where}/pause", {"why": "a slip"}).json()["state"] == "paused"
    assert client.post(f"{where}/resume", {}).json()["state"] == "running"
    assert client.post(f"{where}/stop", {"why": "enough"}).json()["state"] == "stopped"
    assert client.post(f"{where}/resume", {}).status_code == 409
    with scope.everything():
        held = AuditEntry.objects.filter(action="delivery.mailing.held").count()
    assert held == 3


def test_a_key_reads_within_its_reach_and_holds_nothing_beyond_it(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    there = api(org_unit=office.cast.lake, name="lake")
    here = api(org_unit=office.cast.willow, name="willow")
    reading = api(rights=(Right.MESSAGES_READ,), name="reader")

    assert there.get(f"/mailings/{mailing.public_id}").status_code == 404
    assert there.get(f"/customers/{who.public_id}/messages").status_code == 404
    assert there.post("/messages", told(who), Idempotency_Key="x").status_code == 422
    assert here.get(f"/mailings/{mailing.public_id}").json()["people"] == 1
    held = here.post(f"/mailings/{mailing.public_id}/pause", {"why": "no"})
    assert held.status_code == 403
    assert reading.post("/messages", told(who), Idempotency_Key="x").status_code == 403
