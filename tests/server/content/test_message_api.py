"""Another system writes messages in the name of people, under the same rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.server.site.api import Api

from regulars.server.content.models import Version
from regulars.server.core.rights import Right
from regulars.testing.cast import NOON, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_system")]
WORK = (Right.WORK_READ, Right.WORK_WRITE)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def body(text: str = "{{ customer.salutation }}，您好。", **more: Any) -> dict[str, Any]:
    return {
        "person": "max", "title": {"zh": "问候"}, "channel": "sms", "purpose": "greeting",
        "wordings": [{"text": {"zh": text}}], **more,
    }  # fmt: skip


def test_a_message_is_drafted_submitted_and_approved_by_another(cast: Cast) -> None:
    api = Api(WORK)

    made = api.post("/message-templates", body()).json()
    assert made["making"]["state"] == "draft"
    assert made["in_force"] is None
    at = f"/message-templates/{made['id']}"
    assert api.post(f"{at}/submit", {"person": "max"}).json()["making"]["state"] == "submitted"
    assert api.post(f"{at}/approve", {"person": "max"}).status_code == 409
    assert api.post(f"{at}/approve", {"person": "mei"}).status_code == 403
    done = api.post(f"{at}/approve", {"person": "lin"}).json()

    assert (done["in_force"]["number"], done["making"]) == (1, None)
    assert done["in_force"]["message"]["wordings"][0]["text"]["zh"].endswith("您好。")
    listed = api.get("/message-templates?person=max").json()["messages"]
    assert [one["id"] for one in listed] == [made["id"]]
    assert api.get(f"{at}?person=max").json()["code"] == done["code"]
    again = api.post("/message-templates", body("二", id=made["id"])).json()
    assert again["making"]["number"] == 2


def test_a_message_is_looked_over_without_being_kept(cast: Cast) -> None:
    api = Api(WORK)

    told = api.post("/message-templates/check", body("{{ customer.nmae }}")).json()
    fine = api.post("/message-templates/check", body("【我行】保本{{ tier.name }}")).json()

    assert "customer.nmae" in told["wrong"][0]
    assert (fine["wrong"], fine["words"], fine["fields"]) == ([], ["保本"], ["tier.name"])
    assert "【我行】" in fine["lacking"][0]
    assert not Version.objects.exists()


def test_what_cannot_be_kept_is_refused_with_its_place(cast: Cast) -> None:
    answer = Api(WORK).post("/message-templates", body("{{ customer.nmae }}"))

    assert answer.status_code == 422
    assert "customer.nmae" in answer.text


def test_who_may_not_write_is_refused(cast: Cast) -> None:
    api = Api(WORK)

    assert api.post("/message-templates", body(person="mei")).status_code == 403
    assert api.get("/message-templates?person=mei").status_code == 403
    assert api.get("/message-templates/222222222222?person=max").status_code == 404
