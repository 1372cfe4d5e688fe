"""A few contacts of each person are drawn by lot and judged by their checklist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.training import actions, queries
from regulars.server.training.models import Sample
from regulars.server.training.rules.samples import Judged, NothingJudged, Unanswered, score
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
MONTH = date(2026, 11, 1)
ITEMS = (
    Judged("a", "先听", "Listen", must=True),
    Judged("b", "约下次", "Next date", must=False),
)


def touched(customer: Customer, person: Person, n: int, **more: object) -> list[Touch]:
    fields = {"channel": "call", "outcome": "reached", "two_way": True} | more
    return [
        Touch.objects.create(
            customer=customer, person=person, at=NOON - timedelta(hours=k), **fields
        )
        for k in range(1, n + 1)
    ]


def test_a_must_counts_double_and_what_does_not_apply_counts_nothing() -> None:
    assert score(ITEMS, {"a": "yes", "b": "no"}) == 67
    assert score(ITEMS, {"a": "no", "b": "yes"}) == 33
    assert score(ITEMS, {"a": "na", "b": "yes"}) == 100
    with pytest.raises(NothingJudged):
        score(ITEMS, {"a": "na", "b": "na"})
    with pytest.raises(Unanswered):
        score(ITEMS, {"a": "yes"})


def test_so_many_are_drawn_of_each_and_drawing_again_adds_nothing(as_system: Cast) -> None:
    cast = as_system
    touched(cast.li, cast.mei, 12)
    touched(cast.li, cast.mei, 3, inbound=True)
    touched(cast.qian, cast.tao, 12)

    assert actions.draw(MONTH, by=cast.wei, at=NOON) == 5
    assert actions.draw(MONTH, by=cast.lin, at=NOON) == 5  # those of the other branch
    assert actions.draw(MONTH, by=cast.lin, at=NOON) == 0
    assert not Sample.objects.filter(touch__inbound=True).exists()
    assert actions.draw(date(2026, 10, 1), by=cast.lin, at=NOON) == 0


def test_the_lot_is_the_same_whoever_draws(as_system: Cast) -> None:
    cast = as_system
    touched(cast.li, cast.mei, 12)

    first = [touch.pk for touch in queries.to_draw(cast.wei, MONTH)]

    assert [touch.pk for touch in queries.to_draw(cast.lin, MONTH)] == first


def test_a_contact_is_judged_once_by_somebody_else(as_system: Cast) -> None:
    cast = as_system
    touched(cast.li, cast.mei, 1)
    actions.draw(MONTH, by=cast.wei, at=NOON)
    sample = Sample.objects.get()
    items = queries.checklist_of(sample).items
    answers = {item.key: "yes" for item in items}

    with pytest.raises(Refused):
        actions.judge(sample, answers, by=cast.mei, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sample.objects.filter(pk=sample.pk).update(
            score=100, judged_by=cast.mei, judged_at=NOON
        )
    with pytest.raises(BadInput):
        actions.judge(sample, {}, by=cast.wei, at=NOON)
    done = actions.judge(sample, answers, by=cast.wei, at=NOON, note="好")
    assert (done.score, done.checklist) == (100, "call@0")
    with pytest.raises(Refused):
        actions.judge(sample, answers, by=cast.lin, at=NOON)


def test_nobody_of_another_branch_sees_a_sample(cast: Cast, look: Look) -> None:
    look(cast.wei)
    touched(cast.li, cast.mei, 1)
    actions.draw(MONTH, by=cast.wei, at=NOON)
    sample = Sample.objects.get()
    assert queries.sample(cast.mei, sample.public_id) is None  # not judged yet

    look(cast.tao)
    assert not Sample.objects.exists()  # the database's wall
    assert queries.sample(cast.tao, sample.public_id) is None
    look(cast.lin)
    assert queries.sample(cast.tao, sample.public_id) is None  # and the query's
    assert queries.sample_rows(cast.tao, MONTH) == []


@time_machine.travel(NOON, tick=False)
def test_a_supervisor_judges_on_the_page_and_the_manager_reads_it(
    cast: Cast, look: Look
) -> None:
    look(cast.wei)
    touched(cast.li, cast.mei, 3, note="想换三年期")
    wei, mei = (Client(headers={"accept-language": "en"}) for _ in range(2))
    wei.force_login(cast.wei)
    mei.force_login(cast.mei)

    assert "Draw 3 contacts" in wei.get("/training/samples").content.decode()
    wei.post("/training/samples/draw", {"month": "2026-11"})
    look(cast.wei)
    sample = Sample.objects.order_by("pk")[0]
    where = f"/training/samples/{sample.public_id}"
    page = wei.get(where).content.decode()
    assert "想换三年期" in page
    given = {f"a-{item.key}": "yes" for item in queries.checklist_of(sample).items}
    assert wei.post(where, {}).status_code == 422
    assert mei.get(where).status_code == 404
    assert wei.post(where, given | {"note": "问得好"}).status_code == 302
    assert "问得好" in mei.get("/training/").content.decode()
    assert mei.get(where).status_code == 200
    assert mei.post(where, given).status_code == 403


def test_by_night_everybodys_month_is_drawn_once_it_is_over(as_system: Cast) -> None:
    cast = as_system
    touched(cast.li, cast.mei, 12)
    touched(cast.qian, cast.tao, 2)
    lot = [touch.pk for touch in queries.to_draw(cast.wei, MONTH)]

    assert actions.draw_all(MONTH, by=TESTS, at=NOON) == 7
    assert actions.draw_all(MONTH, by=TESTS, at=NOON) == 0
    assert actions.draw(MONTH, by=cast.lin, at=NOON) == 0
    # The lot is that of the supervisor, whoever draws.
    assert list(Sample.objects.filter(person=cast.mei).values_list("touch", flat=True)) == lot


def judged_with(cast: Cast, customer: Customer, person: Person, misses: list[bool]) -> None:
    """Samples of somebody, in some of which the first item of the call was missed."""
    touched(customer, person, len(misses))
    actions.draw_all(MONTH, by=TESTS, at=NOON)
    samples = Sample.objects.filter(person=person, score=None).order_by("pk")
    for sample, miss in zip(samples, misses, strict=True):
        keys = [item.key for item in queries.checklist_of(sample).items]
        answers = dict.fromkeys(keys, "yes") | ({keys[0]: "no"} if miss else {})
        actions.judge(sample, answers, by=cast.lin, at=NOON)


def test_an_item_missed_more_often_than_by_the_others_is_a_weak_spot(as_system: Cast) -> None:
    cast = as_system
    judged_with(cast, cast.li, cast.mei, [True, True, False])
    judged_with(cast, cast.qian, cast.tao, [False, False, True])

    (found,) = queries.missed(cast.lin, cast.willow, at=NOON)

    assert (found.person, found.n, found.missed, found.others_missed) == (cast.mei, 3, 2, 1)
    assert queries.missed(cast.lin, cast.lake, at=NOON) == []
    # Tao's supervisor sees nobody of the other branch.
    assert queries.missed(cast.tao, cast.willow, at=NOON) == []
