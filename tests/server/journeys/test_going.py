"""Customers enter, wait, are told, are asked, are called, arrive: each step once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.server.journeys.conftest import Way, branch, leave, task, wait

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.content import actions as content
from regulars.server.core import custody
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.experiments import actions as holding
from regulars.server.experiments import queries as experiments
from regulars.server.journeys import actions, queries
from regulars.server.journeys.models import Errand, Journey, Traveller
from regulars.server.journeys.rules import (
    Aim,
    Ask,
    Enter,
    Goal,
    How,
    Kind,
    Late,
    Step,
)
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, Cast, bought, customer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def talked(cast: Cast, customer: Customer, at: datetime) -> Touch:
    return channels.record_touch(
        customer, channel="call", outcome="reached", two_way=True, at=at, by=cast.mei
    )


def test_who_is_in_the_segment_enters_once_and_goes_step_by_step(way: Way) -> None:
    journey = way.running(way.send("a"), wait("b"), way.send("c"), leave("z", "done"))
    way.pass_by(NOON, NOON + timedelta(minutes=1), NOON + 2 * DAY)
    li = way.of(way.cast.li)

    assert Traveller.objects.filter(journey=journey).count() == 2
    assert (li.state, li.step, li.due_at) == ("travelling", "b", NOON + 3 * DAY)
    assert way.story(way.cast.li) == [("a", "sent")]

    way.pass_by(NOON + 3 * DAY)

    assert way.story(way.cast.li) == [
        ("a", "sent"), ("b", "waited"), ("c", "sent"), ("z", "exit"),
    ]  # fmt: skip
    assert (way.of(way.cast.li).state, way.of(way.cast.li).words) == ("exited", "done")
    assert Delivery.objects.filter(customer=way.cast.li).count() == 2
    assert Mailing.objects.count() == 2


def test_nobody_enters_before_the_start_nor_after_a_stop(way: Way) -> None:
    journey = way.made(way.route(wait("a"), leave()))
    way.pass_by(NOON)
    assert not Traveller.objects.exists()

    actions.start(journey, by=way.cast.max, at=NOON)
    way.pass_by(NOON)
    gone = actions.stop(journey, why="预算取消", by=way.cast.max, at=NOON)
    way.pass_by(NOON + 5 * DAY)

    assert (gone.customers, gone.messages) == (2, 0)
    assert {(row.state, row.why) for row in Traveller.objects.all()} == {("stopped", "journey")}


def test_once_ever_and_again_after_some_days(way: Way) -> None:
    way.running(leave(), how=How.DAILY, again=10)
    way.pass_by(NOON + DAY, NOON + 9 * DAY)
    assert Traveller.objects.filter(customer=way.cast.li).count() == 1

    way.pass_by(NOON + 10 * DAY)

    assert Traveller.objects.filter(customer=way.cast.li).count() == 2


def test_only_newcomers_enter_where_newcomers_are_wanted(way: Way) -> None:
    way.running(wait("a"), leave(), how=How.NEWLY)
    assert not Traveller.objects.exists()

    way.group("sleepers", way.cast.zhou)
    way.leave("sleepers", way.cast.li)
    way.pass_by(NOON + DAY)
    assert [row.customer for row in Traveller.objects.all()] == [way.cast.zhou]

    way.group("sleepers", way.cast.li)
    way.pass_by(NOON + 2 * DAY)
    assert way.of(way.cast.li).state == "travelling"


def test_a_branch_asks_at_its_moment(way: Way) -> None:
    cast = way.cast
    way.group("vip", cast.li)
    way.running(
        wait("w", 1),
        branch("s", Ask.SEGMENT, [wait("sy", 9)], segment=way.group("vip")),
        branch("t", Ask.ANSWERED, [leave("ty")], [leave("tn")]),
    )
    talked(cast, cast.qian, NOON + timedelta(hours=3))
    talked(cast, cast.li, NOON - DAY)

    way.pass_by(NOON + DAY, NOON + 10 * DAY)

    assert way.story(cast.li) == [
        ("w", "waited"), ("s", "yes"), ("sy", "waited"), ("t", "no"), ("tn", "exit"),
    ]  # fmt: skip
    assert way.story(cast.qian) == [
        ("w", "waited"), ("s", "no"), ("t", "yes"), ("ty", "exit"),
    ]  # fmt: skip


def test_whether_they_bought_is_read_from_facts(way: Way) -> None:
    cast = way.cast
    way.running(wait("w", 2), branch("b", Ask.BOUGHT, [leave("y")], [leave("n")]))
    bought(cast, cast.li, (NOON + DAY).date())
    bought(cast, cast.qian, (NOON - DAY).date())

    way.pass_by(NOON + 2 * DAY)

    assert way.story(cast.li)[-1] == ("y", "exit")
    assert way.story(cast.qian)[-1] == ("n", "exit")


def test_whether_the_message_arrived_is_asked_of_its_delivery(way: Way) -> None:
    cast = way.cast
    way.running(
        way.send("a"), wait("w", 1), branch("b", Ask.ARRIVED, [leave("y")], [leave("n")])
    )
    Delivery.objects.filter(customer=cast.li).update(state="delivered", begun_at=NOON)
    Delivery.objects.filter(customer=cast.qian).update(state="failed")

    way.pass_by(NOON + DAY)

    assert way.story(cast.li)[-1] == ("y", "exit")
    assert way.story(cast.qian)[-1] == ("n", "exit")


def test_the_goal_takes_a_customer_out_wherever_they_are(way: Way) -> None:
    cast = way.cast
    journey = way.running(
        task("a", 20), way.send("b"), leave(), goal=Goal(Aim.SEGMENT, way.group("awake"))
    )
    assert Errand.objects.filter(state="open").count() == 2

    way.group("awake", cast.li)
    way.pass_by(NOON + DAY)

    li = way.of(cast.li)
    assert (li.state, li.goal_at) == ("goal", NOON + DAY)
    assert Errand.objects.get(customer=cast.li).state == "dropped"
    assert way.of(cast.qian).state == "travelling"
    assert queries.progress(cast.ana, journey).treated.goal == 1


def test_the_goal_is_asked_before_a_step_on_the_same_day_too(way: Way) -> None:
    way.running(
        wait("a", 1, hour="15:00"), way.send("b"), leave(),
        goal=Goal(Aim.SEGMENT, way.group("awake")),
    )  # fmt: skip
    way.pass_by(NOON + DAY)
    way.group("awake", way.cast.li)
    way.pass_by(NOON + DAY + timedelta(hours=4))

    assert way.of(way.cast.li).state == "goal"
    assert not Delivery.objects.filter(customer=way.cast.li).exists()
    assert Delivery.objects.filter(customer=way.cast.qian).exists()


def test_who_is_left_alone_by_lot_enters_and_nothing_happens_to_them(way: Way) -> None:
    cast = way.cast
    many = [person(cast, n) for n in range(60)]
    way.group("sleepers", *many)
    journey = way.running(
        way.send("a"), leave(), holdout=0.3, window=10,
        goal=Goal(Aim.SEGMENT, way.group("awake")),
    )  # fmt: skip
    held = Traveller.objects.filter(is_control=True)
    found = queries.experiment(journey)

    assert found is not None
    assert 5 < held.count() < 35
    arms = experiments.arms_of(
        found, list(Traveller.objects.values_list("customer_id", flat=True))
    )
    assert {pk for pk, arm in arms.items() if arm == "control"} == set(
        held.values_list("customer_id", flat=True)
    )
    assert not Delivery.objects.filter(customer__in=held.values("customer")).exists()

    first = held.order_by("pk")[0]
    way.group("awake", first.customer)
    way.pass_by(NOON + DAY, NOON + 11 * DAY)

    figures = queries.progress(cast.ana, journey)
    assert (figures.control.goal, figures.treated.goal) == (1, 0)
    assert set(held.values_list("state", "why")) == {("goal", ""), ("exited", "window")}


def person(cast: Cast, n: int) -> Customer:
    return customer(f"J{n:03}", f"客户{n}", cast.mei_book)


def test_a_task_waits_for_its_result_and_goes_on_with_it(way: Way) -> None:
    cast = way.cast
    way.running(task("a", 5), branch("b", Ask.ANSWERED, [leave("y")], [leave("n")]))
    errand = Errand.objects.get(customer=cast.li)
    cycle = f"errand:{errand.pk}:{errand.on.isoformat()}"
    assert [(one.customer_id, one.step) for one in queries.work(errand.on)] == [
        (cast.li.pk, "打电话问候"), (cast.qian.pk, "打电话问候"),
    ]  # fmt: skip

    touch = talked(cast, cast.li, NOON + DAY)
    actions.do_errands([cycle], touch=touch, by=cast.mei, at=NOON + DAY)
    way.pass_by(NOON + DAY + timedelta(minutes=1), NOON + 6 * DAY)

    assert way.story(cast.li) == [("a", "done"), ("b", "yes"), ("y", "exit")]
    assert way.story(cast.qian) == [("a", "undone"), ("b", "no"), ("n", "exit")]
    assert Errand.objects.get(customer=cast.qian).state == "lapsed"


def test_a_contact_taken_back_opens_the_task_unless_the_journey_went_on(way: Way) -> None:
    cast = way.cast
    way.running(task("a", 5), leave())
    errand = Errand.objects.get(customer=cast.li)
    cycle = f"errand:{errand.pk}:{errand.on.isoformat()}"
    touch = talked(cast, cast.li, NOON + DAY)
    actions.do_errands([cycle], touch=touch, by=cast.mei, at=NOON + DAY)

    actions.reopen_errands([cycle], done_at=NOON + DAY, by=cast.mei, at=NOON + DAY)
    errand.refresh_from_db()
    assert errand.state == "open"
    way.pass_by(NOON + 2 * DAY)
    assert way.story(cast.li) == []

    actions.do_errands([cycle], touch=touch, by=cast.mei, at=NOON + 3 * DAY)
    way.pass_by(NOON + 3 * DAY)
    actions.reopen_errands([cycle], done_at=NOON + 3 * DAY, by=cast.mei, at=NOON + 3 * DAY)
    errand.refresh_from_db()
    assert errand.state == "done"


def test_going_back_repeats_the_steps_so_often_and_no_more(way: Way) -> None:
    way.running(wait("w", 7), way.send("a"), Step("r", Kind.REPEAT, to="w", times=2), leave())
    way.pass_by(*(NOON + n * DAY for n in range(1, 40)))

    assert Delivery.objects.filter(customer=way.cast.li).count() == 3
    assert [what for step, what in way.story(way.cast.li) if step == "r"] == [
        "back", "back", "on",
    ]  # fmt: skip


def test_after_a_long_stop_what_is_out_of_its_time_is_not_sent(way: Way) -> None:
    way.running(wait("a", 3), way.send("b", days=2), wait("c", 5), way.send("d"), leave())

    way.pass_by(NOON + 10 * DAY)

    li = way.of(way.cast.li)
    assert way.story(way.cast.li) == [("a", "waited"), ("b", "late")]
    assert (li.step, li.due_at) == ("c", NOON + 15 * DAY)
    assert not Delivery.objects.exists()


def test_waits_catch_up_where_the_journey_says_so(way: Way) -> None:
    way.running(
        wait("a", 3), way.send("b"), wait("c", 5), way.send("d", 3), leave(), late=Late.CATCH_UP
    )

    way.pass_by(NOON + 10 * DAY)

    assert way.story(way.cast.li) == [
        ("a", "waited"), ("b", "late"), ("c", "passed"), ("d", "sent"), ("z", "exit"),
    ]  # fmt: skip


def test_a_paused_journey_does_nothing_and_goes_on_where_it_was(way: Way) -> None:
    journey = way.running(wait("a", 3), way.send("b", 9), leave())
    actions.pause(journey, why="等审批", by=way.cast.max, at=NOON)
    way.pass_by(NOON + 5 * DAY)
    assert way.story(way.cast.li) == []

    actions.resume(journey, by=way.cast.max, at=NOON + 6 * DAY)
    way.pass_by(NOON + 6 * DAY)

    assert way.story(way.cast.li)[:2] == [("a", "waited"), ("b", "sent")]


def test_a_journey_whose_segment_is_gone_pauses_and_says_why(way: Way) -> None:
    journey = way.running(
        wait("a", 1), branch("b", Ask.SEGMENT, [leave("y")], [leave("n")],
                             segment=way.group("vip")),
    )  # fmt: skip
    segment = way.groups["vip"]
    type(segment).objects.filter(pk=segment.pk).update(archived_at=NOON)

    way.pass_by(NOON + DAY)

    journey.refresh_from_db()
    assert (journey.state, bool(journey.why)) == (Journey.State.PAUSED, True)
    assert way.story(way.cast.li) == []


def test_who_is_no_customer_any_more_leaves(way: Way) -> None:
    way.running(wait("a", 1), way.send("b"), leave())
    Customer.objects.filter(pk=way.cast.li.pk).update(deceased_on=NOON.date())

    way.pass_by(NOON + DAY)

    assert (way.of(way.cast.li).state, way.of(way.cast.li).why) == ("stopped", "gone")
    assert not Delivery.objects.filter(customer=way.cast.li).exists()


def test_somebody_is_taken_out_by_hand_with_a_reason(way: Way) -> None:
    way.running(task("a"), leave())

    actions.take_out(way.of(way.cast.li), words="客户不想被打扰", by=way.cast.mei, at=NOON)

    li = way.of(way.cast.li)
    assert (li.state, li.words, li.ended_by) == ("stopped", "客户不想被打扰", way.cast.mei)
    assert Errand.objects.get(customer=way.cast.li).state == "dropped"
    with pytest.raises(actions.Ended):
        actions.take_out(li, words="again", by=way.cast.mei, at=NOON)


def test_two_customers_that_become_one_travel_once(way: Way) -> None:
    cast = way.cast
    way.running(task("a"), leave())
    told = custody.Merge(cast.li.pk, cast.qian.pk, by=cast.ada, at=NOON)

    story = custody.merge(told)

    live = Traveller.objects.get(ended_at__isnull=True)
    assert (live.customer, live.state) == (cast.qian, "travelling")
    assert Traveller.objects.filter(customer=cast.qian, why="merged").count() == 1
    assert Errand.objects.get(state="open").traveller == live

    custody.unmerge(told, story)
    assert way.of(cast.li).state == "travelling"
    assert Errand.objects.get(customer=cast.li).state == "open"
    way.pass_by(NOON + 6 * DAY)
    assert way.story(cast.li) == way.story(cast.qian) == [("a", "undone"), ("z", "exit")]


def test_a_person_has_their_journeys_in_their_copy_and_an_erasure_takes_them(way: Way) -> None:
    way.running(wait("a", 1), way.send("b"), task("c"), leave())
    way.pass_by(NOON + DAY)

    copied = str(custody.copy(way.cast.li.pk))
    custody.erase(way.cast.li.pk, by=way.cast.ada, at=NOON)

    assert "打电话问候" in copied
    assert not Traveller.objects.filter(customer=way.cast.li).exists()
    assert Traveller.objects.filter(customer=way.cast.qian).exists()


def test_the_holdout_of_the_programme_does_not_enter(way: Way) -> None:
    many = [person(way.cast, n) for n in range(200)]
    way.group("sleepers", *many)
    today = NOON.date()
    holding.hold_out(0.05, starts_on=today, ends_on=today + 90 * DAY, by=way.cast.ada, at=NOON)

    way.running(wait("a"), leave())

    ids = list(Customer.objects.values_list("pk", flat=True))
    out = experiments.held_out_among(ids, on=NOON.date())
    assert out
    assert not Traveller.objects.filter(customer__in=out).exists()


def test_a_journey_whose_message_is_put_away_pauses_and_nothing_is_half_done(way: Way) -> None:
    journey = way.running(wait("a", 1), way.send("b"), leave())
    content.put_away("message", way.code, by=way.cast.max, at=NOON)

    way.pass_by(NOON + DAY)

    journey.refresh_from_db()
    assert (journey.state, bool(journey.why)) == (Journey.State.PAUSED, True)
    assert way.story(way.cast.li) == []
    assert way.of(way.cast.li).step == "a"


def test_an_owner_of_a_branch_leads_only_customers_of_theirs(way: Way) -> None:
    cast = way.cast
    wei_group = segments.make_group(name="ours", by=cast.wei, at=NOON)
    segments.add_members(wei_group, [cast.li.pk, cast.qian.pk], by=cast.wei, at=NOON)
    journey = way.made(way.route(wait("a"), leave()))
    actions.rename(journey, name="本行", name_en="", owner=cast.wei, by=cast.max, at=NOON)
    route = replace(way.route(wait("a"), leave()), enter=Enter(wei_group.public_id))
    actions.write(journey, route, by=cast.max, at=NOON)
    way.publish(journey)
    actions.start(journey, by=cast.max, at=NOON)

    way.pass_by(NOON)

    assert [row.customer for row in Traveller.objects.all()] == [cast.li]


def test_a_stop_keeps_back_what_did_not_go_out_and_says_how_many(way: Way) -> None:
    cast = way.cast
    journey = way.running(way.send("a"), wait("b"), leave())
    other = way.running(way.send("c"), leave())
    Delivery.objects.filter(customer=cast.li, mailing__key__contains=journey.public_id).update(
        state="sent", begun_at=NOON
    )
    assert queries.under_way(journey) == (2, 1)

    told = actions.stop(journey, why="预算取消", by=cast.max, at=NOON + DAY)

    assert (told.customers, told.messages) == (2, 1)
    kept = Delivery.objects.get(customer=cast.qian, mailing__key__contains=journey.public_id)
    assert (kept.state, kept.mailing.state, kept.mailing.why) == (
        "stopped", "stopped", "预算取消",
    )  # fmt: skip
    others = Delivery.objects.filter(mailing__key__contains=other.public_id)
    assert {row.state for row in others} == {"waiting"}
