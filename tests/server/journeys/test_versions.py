"""A journey is changed while people are on it: nobody is lost and nothing happens twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.journeys.conftest import Way, leave, task, wait

from regulars.base.errors import BadInput
from regulars.server.delivery.models import Delivery
from regulars.server.journeys import actions, queries, rules
from regulars.server.journeys.models import Errand, Happened, Journey, Version
from regulars.testing.cast import NOON

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_a_new_version_takes_over_whoever_stands_at_a_step_that_it_has(way: Way) -> None:
    journey = way.running(way.send("a"), wait("b", 3), leave())

    way.change(journey, way.send("a"), wait("b", 3), way.send("n"), leave(), at=NOON + DAY)
    way.pass_by(NOON + 3 * DAY)

    assert way.story(way.cast.li) == [
        ("a", "sent"), ("b", "waited"), ("n", "sent"), ("z", "exit"),
    ]  # fmt: skip
    assert way.of(way.cast.li).version.number == 2


def test_nothing_that_happened_happens_again_after_steps_were_moved(way: Way) -> None:
    journey = way.running(way.send("a"), wait("b", 3), way.send("c"), leave())

    way.change(journey, wait("b", 3), way.send("a"), way.send("c"), leave(), at=NOON + DAY)
    way.pass_by(NOON + 3 * DAY)

    assert way.story(way.cast.li) == [
        ("a", "sent"), ("b", "waited"), ("c", "sent"), ("z", "exit"),
    ]  # fmt: skip
    assert Delivery.objects.filter(customer=way.cast.li).count() == 2


def test_who_waits_at_a_step_that_is_gone_waits_to_its_end_and_goes_where_was_said(
    way: Way,
) -> None:
    journey = way.running(task("a", 5), way.send("b"), leave())

    way.change(journey, way.send("n"), way.send("b"), leave(), at=NOON + DAY, a="b")
    way.pass_by(NOON + 2 * DAY)
    assert (way.of(way.cast.li).step, way.of(way.cast.li).version.number) == ("a", 1)
    assert Errand.objects.get(customer=way.cast.li).state == "open"

    way.pass_by(NOON + 6 * DAY)

    assert way.story(way.cast.li) == [("a", "undone"), ("b", "sent"), ("z", "exit")]


def test_who_is_told_to_leave_leaves_after_their_step(way: Way) -> None:
    journey = way.running(wait("a", 5), way.send("b"), leave())

    way.change(journey, way.send("b"), leave(), at=NOON + DAY, a="leave")
    way.pass_by(NOON + 5 * DAY)

    assert (way.of(way.cast.li).state, way.of(way.cast.li).why) == ("stopped", "step_gone")
    assert not Delivery.objects.exists()


def test_a_step_gone_two_versions_ago_is_decided_again(way: Way) -> None:
    journey = way.running(wait("a", 5), way.send("b"), leave())
    way.change(journey, wait("n", 1), way.send("b"), leave(), at=NOON + DAY, a="n")

    actions.write(journey, way.route(way.send("b"), leave()), by=way.cast.max, at=NOON)
    draft = queries.making(journey)
    assert draft is not None
    assert queries.to_decide(draft) == ["n", "a"]
    with pytest.raises(actions.Incomplete):
        actions.submit(draft, moves={"n": "b"}, by=way.cast.max, at=NOON)

    way.publish(journey, at=NOON + DAY, n="b", a="b")
    way.pass_by(NOON + 5 * DAY)
    assert way.story(way.cast.li) == [("a", "waited"), ("b", "sent"), ("z", "exit")]


def test_how_many_stand_at_a_step_is_known_before_publishing(way: Way) -> None:
    journey = way.running(wait("a", 5), leave())
    actions.write(journey, way.route(leave()), by=way.cast.max, at=NOON)
    draft = queries.making(journey)

    assert draft is not None
    assert queries.standing_at(draft) == {"a": 2}


def test_whoever_wrote_a_journey_does_not_approve_it(way: Way) -> None:
    journey = actions.make("新客", way.route(leave()), by=way.cast.max, at=NOON)
    draft = Version.objects.get(journey=journey)
    actions.submit(draft, moves={}, by=way.cast.max, at=NOON)

    with pytest.raises(actions.OwnWork):
        actions.approve(draft, by=way.cast.max, at=NOON)
    with pytest.raises(actions.NotThatFar):
        actions.write(journey, way.route(leave()), by=way.cast.max, at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=draft.pk).update(
            state="approved", decided_by=way.cast.max, decided_at=NOON
        )
    assert not queries.may_approve(way.cast.max, draft)
    assert queries.may_approve(way.cast.lin, draft)


def test_what_was_sent_back_is_written_on_and_approved_by_another(way: Way) -> None:
    journey = actions.make("新客", way.route(leave()), by=way.cast.max, at=NOON)
    draft = Version.objects.get(journey=journey)
    actions.submit(draft, moves={}, by=way.cast.max, at=NOON)
    with pytest.raises(BadInput):
        actions.send_back(draft, why=" ", by=way.cast.lin, at=NOON)
    actions.send_back(draft, why="等待太短", by=way.cast.lin, at=NOON)

    actions.write(journey, way.route(wait("a"), leave()), by=way.cast.max, at=NOON)
    way.publish(journey)

    found = queries.in_force(journey)
    assert found is not None
    assert [step.id for step, _d in rules.walk(rules.read(found.body).steps)] == ["a", "z"]


def test_what_is_wrong_is_said_with_its_place_and_keeps_it_from_being_submitted(
    way: Way,
) -> None:
    route = way.route(rules.Step("a", rules.Kind.SEND, message="no-such", days=2), wait("b"))
    journey = actions.make("坏的", route, by=way.cast.max, at=NOON)
    draft = Version.objects.get(journey=journey)

    lacks = queries.lacking(draft, at=NOON)

    assert [one.step for one in lacks] == ["b", "a"]
    assert all(one.words and one.place for one in lacks)
    with pytest.raises(actions.Incomplete):
        actions.submit(draft, moves={}, by=way.cast.max, at=NOON)


def test_a_journey_starts_only_with_an_approved_version_and_a_stop_is_for_good(
    way: Way,
) -> None:
    journey = actions.make("新客", way.route(leave()), by=way.cast.max, at=NOON)
    with pytest.raises(actions.NotNow):
        actions.start(journey, by=way.cast.max, at=NOON)
    way.publish(journey)
    actions.start(journey, by=way.cast.max, at=NOON)
    with pytest.raises(BadInput):
        actions.stop(journey, why="", by=way.cast.max, at=NOON)
    actions.stop(journey, why="结束", by=way.cast.max, at=NOON)

    with pytest.raises(actions.Over):
        actions.write(journey, way.route(leave()), by=way.cast.max, at=NOON)
    with pytest.raises(actions.NotNow):
        actions.resume(journey, by=way.cast.max, at=NOON)
    journey.refresh_from_db()
    assert journey.state == Journey.State.STOPPED


def test_the_database_refuses_a_step_that_happened(way: Way) -> None:
    way.running(way.send("a"), wait("b"), leave())
    row = Happened.objects.filter(step="a")[0]

    with pytest.raises(IntegrityError), transaction.atomic():
        Happened.objects.create(
            traveller=row.traveller, customer=row.customer, step="a", turn=1, kind="send",
            way="on", what="sent", version=row.version, at=NOON,
        )  # fmt: skip
