"""Triggers of a company's own: on segments, events, payments and dates, without code."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import (
    LONG_AGO,
    Given,
    day,
    event,
    held,
    moved,
    of_trade,
    put,
)

from regulars.server.care import actions
from regulars.server.care.models import Card, OwnTrigger, Stay, Task
from regulars.server.care.queries import card_view, catalogue
from regulars.server.care.queries.own import trial
from regulars.server.care.rules import own
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers.models import Customer
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.testing.cast import NOON, TODAY

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)

BODY: dict[str, Any] = {
    "name": {"zh": "老客户回店", "en": "An old customer came"},
    "say": {"zh": "{name}，欢迎回来。", "en": "{name}, welcome back."},
    "hint": {"zh": "先寒暄。", "en": "Say hello first."},
    "purpose": "service", "priority": 4, "desk": "rm", "deadline": 2, "minutes": 7,
    "chance": 0.2, "channels": ["call"], "stages": [], "rest": 0,
    "find": {"kind": "event", "event": "branch_visit"},
}  # fmt: skip


def body(**more: Any) -> dict[str, Any]:
    return BODY | more


def made(world: World, *, by: Person | None = None, on: bool = True, **more: Any) -> OwnTrigger:
    """One trigger of the administrator's, on since long ago."""
    who = by or world.cast.ada
    found = actions.make_trigger(body(**more), by=who, at=NOON - timedelta(days=60))
    if on:
        actions.switch_trigger(found, on=True, by=who, at=NOON - timedelta(days=60))
    return found


def group(world: World, *members: Customer, owner: Person | None = None) -> Segment:
    who = owner or world.cast.ada
    found = segments.make_group(name=f"名单{Segment.objects.count()}", by=who, at=NOON)
    segments.add_members(found, [c.pk for c in members], by=who, at=NOON)
    return found


def waits_for(segment: Segment, **more: Any) -> dict[str, Any]:
    return {"kind": "segment", "segment": segment.public_id} | more


def world_of(world: World, *givens: Given) -> list[Customer]:
    of_trade("estate")  # nothing of it speaks of these people
    found = put(world, [*givens, Given()])
    world.score({customer: {"stake": "10000"} for customer, _given in found})
    return [customer for customer, _given in found]


def said(customer: Customer, code: str) -> list[Task]:
    return list(Task.objects.filter(customer=customer, trigger=code).order_by("pk"))


# Segments ----------------------------------------------------------------------------------


def test_only_coming_into_a_segment_speaks(world: World) -> None:
    one, other, _ = world_of(world, Given(), Given())
    segment = group(world, one)
    trigger = made(world, find=waits_for(segment))
    world.plan()
    assert Task.objects.filter(trigger=trigger.code).count() == 0

    segments.add_members(segment, [other.pk], by=world.cast.ada, at=NOON)
    world.plan(TOMORROW)
    world.plan(TOMORROW)

    (task,) = Task.objects.filter(trigger=trigger.code)
    assert (task.customer, task.state, task.minutes) == (other, "open", 7)
    assert (task.happens_on, task.due_on) == (TOMORROW, TOMORROW + timedelta(days=2))


def test_those_already_in_count_where_the_form_says_so(world: World) -> None:
    one, other, _ = world_of(world, Given(), Given())
    segment = group(world, one, other)
    trigger = made(world, find=waits_for(segment, already=True))

    world.plan()

    assert {task.customer for task in Task.objects.filter(trigger=trigger.code)} == {one, other}


def test_leaving_takes_the_card_back_and_coming_again_is_a_new_cycle(world: World) -> None:
    one, _ = world_of(world, Given())
    segment = group(world)
    trigger = made(world, find=waits_for(segment))
    world.plan()
    segments.add_members(segment, [one.pk], by=world.cast.ada, at=NOON)
    world.plan(day(1))
    segments.remove_members(segment, [one.pk], by=world.cast.ada, at=NOON)
    world.plan(day(2))
    assert [(t.state, t.gone) for t in said(one, trigger.code)] == [("gone", "over")]

    segments.add_members(segment, [one.pk], by=world.cast.ada, at=NOON)
    world.plan(day(3))

    assert [t.state for t in said(one, trigger.code)] == ["gone", "open"]


def test_a_second_word_waits_until_the_trigger_has_rested(world: World) -> None:
    one, _ = world_of(world, Given())
    segment = group(world)
    trigger = made(world, find=waits_for(segment), rest=30)
    world.plan()
    for n in (1, 3):
        segments.add_members(segment, [one.pk], by=world.cast.ada, at=NOON)
        world.plan(day(n))
        segments.remove_members(segment, [one.pk], by=world.cast.ada, at=NOON)
        world.plan(day(n + 1))
    assert len(said(one, trigger.code)) == 1

    segments.add_members(segment, [one.pk], by=world.cast.ada, at=NOON)
    world.plan(day(40))

    assert len(said(one, trigger.code)) == 2


def test_a_maker_who_sees_a_branch_triggers_nothing_outside(world: World) -> None:
    world_of(world)
    lead = Person.objects.get(pk=world.cast.lin.pk)
    lead.org_unit = world.cast.willow
    lead.save(update_fields=["org_unit"])
    lead = Person.objects.get(pk=lead.pk)
    everybodys = group(world, world.cast.li, world.cast.qian)
    everybodys.sharing = "everybody"
    everybodys.save()
    segment = made(world, by=lead, find=waits_for(everybodys, already=True))
    put(world, [Given(events=[event("branch_visit", 0)])], first=90)
    visit = made(world, by=lead)

    world.plan()

    found = Task.objects.filter(trigger__in=[segment.code, visit.code])
    assert {task.customer.number for task in found} == {"0001", "CASE090"}


def test_a_segment_that_is_gone_leaves_the_morning_standing(world: World) -> None:
    one, _ = world_of(world, Given(events=[event("branch_visit", 0)]))
    segment = group(world, one)
    made(world, find=waits_for(segment, already=True))
    visit = made(world)
    segments.archive(segment, by=world.cast.ada, at=NOON)

    world.plan()

    assert [task.trigger for task in Task.objects.filter(customer=one)] == [visit.code]
    assert Stay.objects.count() == 0


# Events, payments, dates -------------------------------------------------------------------


def test_an_event_speaks_when_its_condition_holds(world: World) -> None:
    high, low, other, _ = world_of(
        world,
        Given(events=[event("survey", 0, value=9, ref="app")]),
        Given(events=[event("survey", 0, value=8, ref="app")]),
        Given(events=[event("survey", 0, value=9, ref="else")]),
    )
    find = {"kind": "event", "event": "survey", "op": "ge", "value": 9, "ref": "app"}
    trigger = made(world, find=find)

    world.plan()

    assert [len(said(who, trigger.code)) for who in (high, low, other)] == [1, 0, 0]


def test_a_payment_speaks_from_an_amount_on(world: World) -> None:
    large, small, _ = world_of(
        world,
        Given(moves=[moved("purchase", 0, 5000, category="tea")]),
        Given(moves=[moved("purchase", 0, 4999, category="tea")]),
    )
    trigger = made(
        world,
        find={"kind": "move", "move": "purchase", "op": "ge", "amount": 5000,
              "category": "tea"},
    )  # fmt: skip

    world.plan()

    (task,) = said(large, trigger.code)
    assert str(task.stake) == "5000.00"
    assert said(small, trigger.code) == []


@pytest.mark.parametrize(("opened", "speaks"), [(-30, 1), (-29, 0)])
def test_a_date_speaks_so_many_days_after_it(world: World, opened: int, speaks: int) -> None:
    one, _ = world_of(world, Given(holdings=[held("loan", opened=opened)]))
    find = {"kind": "date", "date": "opened_on", "holding": "loan", "way": "after"}
    trigger = made(world, find=find, stages=[30])

    world.plan()

    assert len(said(one, trigger.code)) == speaks


@pytest.mark.parametrize(("matures", "speaks"), [(10, 1), (40, 0)])
def test_a_date_speaks_so_many_days_before_it(world: World, matures: int, speaks: int) -> None:
    one, _ = world_of(world, Given(holdings=[held("card", matures=matures)]))
    find = {"kind": "date", "date": "matures_on", "holding": "card", "way": "before"}
    trigger = made(world, find=find, stages=[10])

    world.plan()

    assert len(said(one, trigger.code)) == speaks


def test_a_day_that_comes_each_year_speaks_before_it(world: World) -> None:
    since = date(2020, 11, 30)
    one, other, _ = world_of(world, Given(file={"since": since}), Given())
    find = {"kind": "date", "date": "since", "way": "before"}
    trigger = made(world, find=find, stages=[7])

    world.plan()

    assert [len(said(who, trigger.code)) for who in (one, other)] == [1, 0]
    assert LONG_AGO.month != 11


def dated(name: str, **more: Any) -> dict[str, Any]:
    return {"kind": "date", "date": "sent", "named": name, "way": "before"} | more


def test_a_date_of_the_companys_own_speaks_before_it_and_again_at_the_next_step(
    world: World,
) -> None:
    soon, late, other, _ = world_of(
        world,
        Given(events=[event("lease_ends", 30, ref="A1", known=-90)]),
        Given(events=[event("lease_ends", 60, known=-90)]),
        Given(events=[event("lease_begins", 30, known=-90)]),
    )
    trigger = made(world, find=dated("lease_ends"), stages=[30, 7])

    world.plan()

    assert [len(said(who, trigger.code)) for who in (soon, late, other)] == [1, 0, 0]
    (task,) = said(soon, trigger.code)
    assert (task.happens_on, task.facts["item"]) == (day(30), "A1")
    world.plan(day(23))
    assert [each.facts["stage"] for each in said(soon, trigger.code)] == ["7"]


def test_a_date_put_right_replaces_the_one_told_before(world: World) -> None:
    moved_on, two, _ = world_of(
        world,
        Given(events=[
            event("lease_ends", 20, ref="A1", known=-90),
            event("lease_ends", 200, ref="A1", known=-5),
        ]),
        Given(events=[
            event("lease_ends", 20, ref="A1", known=-90),
            event("lease_ends", 200, ref="A2", known=-5),
        ]),
    )  # fmt: skip
    before = made(world, find=dated("lease_ends"), stages=[30])
    after = made(world, find=dated("lease_ends", way="after"), stages=[3])

    world.plan()
    world.plan(day(23))

    assert [len(said(who, before.code)) for who in (moved_on, two)] == [0, 1]
    assert [len(said(who, after.code)) for who in (moved_on, two)] == [0, 1]


def test_a_date_of_the_companys_own_comes_round_each_year(world: World) -> None:
    one, young, past, _ = world_of(
        world,
        Given(events=[event("car_registered", -2 * 365 - 1 + 5)]),
        Given(events=[event("car_registered", -20)]),
        Given(events=[event("car_registered", -2 * 365 - 1 - 5)]),
    )
    trigger = made(
        world, find=dated("car_registered", yearly=True), stages=[7],
        say={"zh": "{name}，上牌 {count} 年了。", "en": ""},
    )  # fmt: skip

    world.plan()
    world.plan(day(3))

    assert [len(said(who, trigger.code)) for who in (one, young, past)] == [1, 0, 0]
    (task,) = said(one, trigger.code)
    assert task.facts["count"] == "2"


def test_a_leap_day_is_told_in_common_years_too(world: World) -> None:
    one, _ = world_of(world, Given(events=[event("car_registered", -950)]))
    leap = date(2024, 2, 29)
    put(world, [Given(events=[event("car_registered", (leap - TODAY).days)])], first=80)
    trigger = made(world, find=dated("car_registered", yearly=True), stages=[2])

    world.plan(date(2027, 2, 26))

    assert [t.customer.number for t in Task.objects.filter(trigger=trigger.code)] == ["CASE080"]
    assert said(one, trigger.code) == []


# As any other ------------------------------------------------------------------------------


def test_what_happened_before_it_was_switched_on_is_old_news(world: World) -> None:
    old, new, _ = world_of(
        world,
        Given(events=[event("branch_visit", -1)]),
        Given(events=[event("branch_visit", 0)]),
    )
    trigger = made(world, on=False)
    actions.switch_trigger(trigger, on=True, by=world.cast.ada, at=NOON)

    world.plan()

    assert [len(said(who, trigger.code)) for who in (old, new)] == [0, 1]


def test_a_draft_and_one_switched_off_find_nobody(world: World) -> None:
    one, _ = world_of(world, Given(events=[event("branch_visit", 0)]))
    draft, off = made(world, on=False), made(world)
    world.plan()
    assert len(said(one, off.code)) == 1

    actions.switch_trigger(off, on=False, by=world.cast.ada, at=NOON)

    assert said(one, draft.code) == []
    assert [(t.state, t.gone) for t in said(one, off.code)] == [("gone", "off")]
    assert Card.objects.get(customer=one).state == "gone"


def test_marketing_of_ones_own_asks_for_a_yes(world: World) -> None:
    yes, no, _ = world_of(
        world,
        Given(events=[event("branch_visit", 0)]),
        Given(events=[event("branch_visit", 0)], file={"consents": {"call": False}}),
    )
    trigger = made(world, purpose="marketing")

    world.plan()

    assert [len(said(who, trigger.code)) for who in (yes, no)] == [1, 0]


def test_its_card_speaks_as_any_other_card(world: World) -> None:
    one, _ = world_of(world, Given(events=[event("branch_visit", 0)]))
    made(world)
    world.plan()

    view = card_view(world.cast.mei, Card.objects.get(customer=one), NOON)

    assert view.words.title == "老客户回店"
    assert view.words.say.endswith("，欢迎回来。")
    assert view.chips[0].text.startswith("老客户回店 · ")
    actions.record_outcome(
        view.card, outcome="interested", step="offer", by=world.cast.mei, at=NOON
    )
    assert view.card.touch is not None
    assert (view.card.touch.purpose, view.card.touch.topic) == ("service", "opportunity")


def test_each_change_is_a_version_and_stands_in_the_trail(world: World) -> None:
    trigger = made(world)
    actions.change_trigger(trigger, body(minutes=9), by=world.cast.ada, at=NOON)
    actions.change_trigger(trigger, body(minutes=9), by=world.cast.ada, at=NOON)

    assert [v.number for v in trigger.versions.all()] == [2, 1]
    assert catalogue()[trigger.code].minutes == 9
    told = AuditEntry.objects.filter(action__startswith="care.trigger").order_by("pk")
    assert [entry.action.rpartition(".")[2] for entry in told] == [
        "made", "switched_on", "changed"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": {"zh": "", "en": ""}}, "name"),
        ({"minutes": 0}, "minutes"),
        ({"chance": 1.5}, "chance"),
        ({"priority": 1}, "priority"),
        ({"channels": []}, "channels"),
        ({"find": {"kind": "event", "event": "x'; drop"}}, "event"),
        ({"find": {"kind": "move", "move": "fee", "op": "ge", "amount": "nan"}}, "amount"),
        ({"find": {"kind": "date", "date": "since", "way": "after"}, "stages": [3]}, "stages"),
        ({"find": dated("Lease ends"), "stages": [3]}, "named"),
        ({"find": dated("lease_ends", yearly=True), "stages": [30, 7]}, "stages"),
    ],
)
def test_a_field_beyond_its_bounds_is_refused_by_name(
    world: World, wrong: dict[str, Any], field: str
) -> None:
    with pytest.raises(own.Unreadable) as refused:
        actions.make_trigger(body(**wrong), by=world.cast.ada, at=NOON)

    assert refused.value.field == field


@pytest.mark.parametrize("say", ["这款保本又稳赚。", "{nmae}，您好。", "{amount} 到了。"])
def test_words_that_must_not_be_said_are_refused(world: World, say: str) -> None:
    with pytest.raises(actions.WrongWords):
        actions.make_trigger(body(say={"zh": say, "en": ""}), by=world.cast.ada, at=NOON)


def test_who_sees_less_may_not_change_what_the_maker_made(world: World) -> None:
    trigger = made(world)
    lead = Person.objects.get(pk=world.cast.lin.pk)
    lead.org_unit = world.cast.willow

    with pytest.raises(actions.NotYours):
        actions.change_trigger(trigger, body(minutes=9), by=lead, at=NOON)


def test_a_trial_tells_what_today_would_bring_and_leaves_nothing(world: World) -> None:
    world_of(
        world,
        Given(events=[event("branch_visit", 0)]),
        Given(events=[event("branch_visit", -1)]),
        Given(events=[event("branch_visit", 0)], file={"consents": {"call": False}}),
    )

    found = trial(world.cast.ada, body(purpose="marketing"), at=NOON)

    assert (found.cards, found.people, found.minutes, found.held_back) == (2, 1, 14, 1)
    assert Task.objects.count() == Stay.objects.count() == OwnTrigger.objects.count() == 0


def test_a_trial_shows_the_first_customers_that_its_maker_sees(world: World) -> None:
    few, much, _ = world_of(
        world,
        Given(moves=[moved("purchase", 0, 5000)]),
        Given(moves=[moved("purchase", 0, 9000)]),
    )
    find = {"kind": "move", "move": "purchase", "op": "ge", "amount": 100}

    found = trial(world.cast.ada, body(find=find), at=NOON)
    of_nobody = trial(world.cast.tao, body(find=find), at=NOON)

    assert [each.customer for each in found.first] == [much, few]
    assert {each.on for each in found.first} == {TODAY}
    assert of_nobody.first == ()


def test_a_trial_on_a_segment_names_those_who_are_in_already(world: World) -> None:
    one, other, _ = world_of(world, Given(), Given())
    segment = group(world, one, other)

    entering = trial(world.cast.ada, body(find=waits_for(segment)), at=NOON)
    all_ = trial(world.cast.ada, body(find=waits_for(segment, already=True)), at=NOON)

    assert (entering.already, entering.cards) == (2, 0)
    assert (all_.already, all_.cards) == (2, 2)


def test_stays_are_walled_like_their_customers(world: World) -> None:
    made(world, find=waits_for(group(world, world.cast.li, world.cast.qian), already=True))
    world.plan()
    assert Stay.objects.count() == 2

    scope.set_scope(world.cast.mei.scope)

    assert [stay.customer_id for stay in Stay.objects.all()] == [world.cast.li.pk]
