"""A segment gets one coupon each, in the background, once a day, until they are sold out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from tests.server.rewards.conftest import Shop, batch_of
from tests.server.rewards.test_pages import enter, post, text

from regulars.server.core import scope
from regulars.server.core.models import Job
from regulars.server.rewards import actions
from regulars.server.rewards.jobs import give_many
from regulars.server.rewards.models import Batch, Coupon
from regulars.server.segments.models import Segment
from regulars.testing.cast import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def people(ranked: Shop) -> Segment:
    rule = {"all": [{"field": "kind", "op": "in", "values": ["person"]}]}
    return Segment.objects.create(
        name="people", rule=rule, owner=ranked.cast.max, sharing="everybody",
        created_at=NOON, updated_at=NOON,
    )  # fmt: skip


def given(shop: Shop, batch: Batch, people: Segment) -> dict[str, Any]:
    """Ask, and let the worker do it."""
    job = actions.ask_many(batch, people, by=shop.cast.max, at=NOON)
    give_many(job.pk)
    scope.set_scope(scope.EVERYBODY)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return {name: job.result[name] for name in ("issued", "had", "left_out", "is_sold_out")}


def test_a_segment_gets_one_each_and_a_repeat_gives_nobody_a_second(
    ranked: Shop, people: Segment
) -> None:
    batch = batch_of(per_customer=0)
    first, again = given(ranked, batch, people), given(ranked, batch, people)
    assert first == {"issued": 2, "had": 0, "left_out": 0, "is_sold_out": False}
    assert again == {"issued": 0, "had": 2, "left_out": 0, "is_sold_out": False}
    assert Coupon.objects.filter(state="issued").count() == 2


def test_it_stops_when_the_batch_is_sold_out(ranked: Shop, people: Segment) -> None:
    found = given(ranked, batch_of(1), people)
    assert (found["issued"], found["is_sold_out"]) == (1, True)


def test_who_has_one_already_is_left_out(ranked: Shop, people: Segment) -> None:
    batch = batch_of()
    ranked.issue(batch)
    found = given(ranked, batch, people)
    assert (found["issued"], found["left_out"]) == (1, 1)


def test_the_page_asks_for_it_and_tells_how_far_it_is(ranked: Shop, people: Segment) -> None:
    batch, client = batch_of(), enter(ranked.cast.max)
    page = f"/rewards/batches/{batch.public_id}/"
    assert post(client, f"{page}many", segment=people.pk).status_code == 302
    job = Job.objects.get(kind="rewards.many")
    assert "Waiting for the worker" in text(client, page)
    assert not Coupon.objects.filter(state="issued").exists(), "not in the request"
    give_many(job.pk)
    scope.set_scope(scope.EVERYBODY)
    told = text(client, f"/rewards/errands/{job.public_id}")
    assert "2 of 2 customers got a coupon" in told
    paper = batch_of(2, is_bearer=True)
    with pytest.raises(actions.NotOffered):
        actions.ask_many(paper, people, by=ranked.cast.max, at=NOON)
