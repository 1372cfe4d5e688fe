"""Topics and daily posts for other systems."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from tests.server.posts.conftest import TOLD, TUESDAY, persona, shanghai, slot
from tests.server.site.api import Api
from tests.server.topics.conftest import Raised

from regulars.server.core import scope
from regulars.server.core.rights import Right
from regulars.server.posts import actions as posts
from regulars.server.posts.models import Mark
from regulars.server.topics.models import Topic
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
WORK = (Right.WORK_READ, Right.WORK_WRITE)


def test_another_system_raises_a_topic_and_reads_how_far_it_is(as_system: Cast) -> None:
    with time_machine.travel(NOON, tick=False):
        api = Api(WORK)
        made = api.post("/topics", {"person": "mei", "title": "新规", "what": "今天起执行。"})
        again = api.post("/topics", {"person": "mei", "title": "新规", "what": "今天起执行。",
                                     "expires_at": NOON.isoformat()})  # fmt: skip
        read = api.get(f"/topics/{made.json()['id']}?person=mei")

    assert (made.status_code, again.status_code) == (201, 422)
    told = read.json()
    assert (told["state"], told["raised_by"], told["same_day"]) == ("raised", "mei", None)
    assert Topic.objects.get().raised_by == as_system.mei


def test_topics_come_by_pages_the_newest_first(as_system: Cast, raised: Raised) -> None:
    made = [raised(title=f"话题{n}", at=NOON + timedelta(hours=n)) for n in range(3)]
    with time_machine.travel(NOON, tick=False):
        api = Api(WORK)
        first = api.get("/topics?person=max&limit=2").json()
        second = api.get(f"/topics?person=max&limit=2&cursor={first['next']}").json()
        strange = api.get("/topics?person=max&cursor=000000000000")

    told = [one["id"] for one in (*first["topics"], *second["topics"])]
    assert told == [one.public_id for one in reversed(made)]
    assert second["next"] is None
    assert strange.status_code == 422


def test_a_manager_marks_by_the_api_what_they_posted(as_system: Cast) -> None:
    who, at = persona(as_system, "种植户", [as_system.li]), shanghai(TUESDAY, 8, 31)
    made = posts.write(who, slot(as_system), TUESDAY, TOLD, by=as_system.max, at=NOON)
    posts.submit(made, by=as_system.max, at=NOON)
    posts.approve(made, by=as_system.lin, at=NOON)
    posts.sort(at=at)
    posts.post(made.pk, by=TESTS, at=at)
    with time_machine.travel(at, tick=False):
        api = Api(WORK)
        (told,) = api.get("/posts?person=mei").json()["posts"]
        nobody = api.get("/posts?person=tao").json()["posts"]
        unsaid = api.post(f"/posts/{told['id']}/mark", {"person": "mei", "state": "not_posted"})
        said = api.post(f"/posts/{told['id']}/mark", {"person": "mei", "state": "posted"})

    scope.set_scope(scope.EVERYBODY)
    assert (told["words"], told["customers"], nobody) == (TOLD.words, 1, [])
    assert (unsaid.status_code, said.json()["state"]) == (422, "posted")
    assert Mark.objects.get().state == "posted"
