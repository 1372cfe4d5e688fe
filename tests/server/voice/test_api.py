"""The API reads surveys, sends answers and closes loops, as the person who is named may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.server.site.api import Api
from tests.server.voice.conftest import Field, Say, agrees

from regulars.server.core.rights import Right
from regulars.server.voice import actions
from regulars.server.voice.models import Answer, Comment, Loop
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def test_scores_carry_intervals_and_are_of_whom_the_person_sees(
    as_system: Cast, fielded: Field, say: Say
) -> None:
    wave, api = fielded(name="本季", name_en="This quarter"), Api(WORK)
    actions.rename(wave.version.survey, name="推荐意愿", name_en="Advocacy", by=TESTS, at=NOON)
    say(wave, as_system.li, 10, "好")
    say(wave, as_system.qian, 2)

    (whole,) = api.get("/surveys?person=lin").json()["surveys"]
    (own,) = api.get("/surveys?person=mei").json()["surveys"]

    assert (whole["kind"], whole["score"]["value"], whole["answered"]) == ("nps", 0.0, 2)
    assert whole["score"]["low"] < 0 < whole["score"]["high"]
    names = [whole[name] for name in ("name", "name_en", "wave", "wave_en")]
    assert names == ["推荐意愿", "Advocacy", "本季", "This quarter"]
    assert (own["score"]["value"], own["asked"], own["answered"]) == (1.0, 1, 1)
    where = f"/surveys/{whole['id']}/answers"
    (answer,) = api.get(f"{where}?person=mei").json()["answers"]
    assert [line["value"] or line["text"] for line in answer["replies"]] == [10, "好"]
    page = api.get(f"{where}?person=lin&limit=1").json()
    rest = api.get(f"{where}?person=lin&cursor={page['next']}").json()
    assert (len(page["answers"]), len(rest["answers"]), rest["next"]) == (1, 1, None)
    assert api.get(f"{where}?person=lin&cursor=222222222222").status_code == 422


def test_an_answer_is_sent_once(as_system: Cast, fielded: Field) -> None:
    wave, api = fielded(), Api(WORK)
    agrees(as_system.li, "call")
    question = wave.version.questions.all()[0]
    body: dict[str, Any] = {
        "person": "mei", "wave": wave.public_id, "customer": as_system.li.public_id,
        "mode": "phone", "values": {question.public_id: 9},
    }  # fmt: skip

    sent = api.post("/surveys/answers", body, Idempotency_Key="a")
    again = api.post("/surveys/answers", body, Idempotency_Key="a")
    other = api.post("/surveys/answers", body)

    assert (sent.status_code, sent.json()["mode"]) == (200, "phone")
    assert again["Idempotency-Replayed"] == "true"
    assert other.status_code == 409
    assert Answer.objects.get().taken_by == as_system.mei
    stranger = {**body, "customer": as_system.qian.public_id}
    assert api.post("/surveys/answers", stranger).status_code == 404
    wrong = {**body, "customer": as_system.li.public_id, "values": {question.public_id: 99}}
    assert api.post("/surveys/answers", wrong).status_code in (409, 422)


def test_a_system_finds_by_itself_what_it_needs_to_ask(as_system: Cast, fielded: Field) -> None:
    wave, api = fielded(name="本季", name_en="This quarter"), Api(WORK)
    cause = actions.add_cause("排队", by=TESTS, at=NOON)

    (listed,) = api.get("/surveys/waves?person=mei").json()["waves"]
    (named,) = api.get("/surveys/causes?person=mei").json()["causes"]
    where = f"/surveys/waves/{wave.public_id}/invitations?person=mei"
    (waits,) = api.get(where).json()["invitations"]
    hand = f"/surveys/invitations/{waits['id']}/hand"
    handed = api.post(hand, {"person": "mei"}).json()

    first = wave.version.questions.all()[0]
    assert listed["questions"][0]["id"] == first.public_id
    assert (listed["name"], listed["name_en"]) == ("本季", "This quarter")
    assert (listed["id"], named["id"]) == (wave.public_id, cause.public_id)
    assert (waits["state"], waits["link"]) == ("waiting", None)
    assert handed["state"] == "handed"
    assert "/s/" in handed["link"]
    assert api.post(hand, {"person": "tao"}).status_code == 404


def test_comments_that_come_again_count_once(as_system: Cast) -> None:
    api = Api(WORK)
    one = {"key": "r-1", "text": "排队太久", "at": NOON.isoformat()}
    other = {"key": "r-2", "text": "很好", "at": NOON.isoformat(), "stars": 5}
    body: dict[str, Any] = {"person": "max", "place": "Maps", "comments": [one, one]}

    first = api.post("/surveys/comments", body, Idempotency_Key="a")
    again = api.post("/surveys/comments", {**body, "comments": [one, other]})

    assert first.json() == {"taken": 1, "known": 1}
    assert again.json() == {"taken": 1, "known": 1}
    assert Comment.objects.filter(source="Maps").count() == 2
    assert api.post("/surveys/comments", {**body, "person": "mei"}).status_code == 403


def test_a_loop_is_closed_by_whoever_leads(as_system: Cast, fielded: Field, say: Say) -> None:
    say(fielded(), as_system.li, 2)
    cause = actions.add_cause("排队", by=TESTS, at=NOON)
    api, loop = Api(WORK), Loop.objects.get()
    (listed,) = api.get("/loops?person=mei").json()["loops"]
    assert (listed["id"], listed["kind"], listed["score"]) == (loop.public_id, "detractor", 2)
    body = {"person": "wei", "cause": cause.public_id, "action": "Called."}

    assert (
        api.post(f"/loops/{loop.public_id}/close", {**body, "person": "mei"}).status_code == 403
    )
    closed = api.post(f"/loops/{loop.public_id}/close", body)

    assert (closed.json()["state"], closed.json()["cause"]) == ("done", "排队")
    assert api.post(f"/loops/{loop.public_id}/close", body).status_code == 409
    assert api.get("/loops?person=mei").json()["loops"] == []
    assert len(api.get("/loops?person=mei&state=all").json()["loops"]) == 1
