"""At its minute each persona gets its item; nobody gets two, nothing late, nothing twice."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from tests.server.posts.conftest import (
    EVENING,
    TUESDAY,
    Approved,
    persona,
    shanghai,
    slot,
)

from regulars.base.errors import BadInput
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Delivery, Line
from regulars.server.posts import actions, queries
from regulars.server.posts.models import Aimed, Belonging, Item, Mark, Persona
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Member
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("carried")]
AT = shanghai(TUESDAY, 8, 30)


def minute(at: datetime) -> None:
    """What the job does in one minute."""
    due = actions.due(at=at)
    if due:
        actions.sort(at=at)
    for pk in due:
        actions.post(pk, by=TESTS, at=at)


def now(item: Item) -> Item:
    return Item.objects.get(pk=item.pk)


def got(item: Item) -> set[int]:
    return set(Aimed.objects.filter(item=item).values_list("customer_id", flat=True))


def test_a_customer_who_fits_several_belongs_to_the_first(as_system: Cast) -> None:
    first = persona(as_system, "企业主", [as_system.li])
    second = persona(as_system, "家长", [as_system.li, as_system.qian])

    actions.sort(at=NOON)
    assert dict(Belonging.objects.values_list("customer", "persona")) == {
        as_system.li.pk: first.pk,
        as_system.qian.pk: second.pk,
    }

    actions.move_persona(second, up=True, by=as_system.max, at=NOON)
    actions.sort(at=NOON)
    assert set(Belonging.objects.values_list("persona", flat=True)) == {second.pk}


def test_who_leaves_the_segment_leaves_the_persona(as_system: Cast) -> None:
    who = persona(as_system, "家长", [as_system.li])
    actions.sort(at=NOON)

    segments.remove_members(who.segment, [as_system.li.pk], by=as_system.max, at=NOON)
    actions.sort(at=NOON)

    assert not Belonging.objects.exists()


def test_nothing_goes_out_before_its_minute(as_system: Cast, approved: Approved) -> None:
    made = approved(persona(as_system, "家长", [as_system.li]))

    minute(AT - timedelta(seconds=1))
    assert now(made).state == "approved"

    minute(AT)
    assert now(made).state == "posted"
    assert got(made) == {as_system.li.pk}


def test_more_than_half_an_hour_late_is_not_sent_and_says_so(
    as_system: Cast, approved: Approved
) -> None:
    in_time = approved(persona(as_system, "家长", [as_system.li]))
    minute(AT + timedelta(minutes=30))
    late = approved(persona(as_system, "退休", [as_system.qian]), slot(as_system, EVENING))
    minute(shanghai(TUESDAY, 18, 1))

    assert now(in_time).state == "posted"
    assert (now(late).state, now(late).why_over) == ("over", "late")
    assert not got(late)


def test_what_nobody_approved_in_time_does_not_go_out(as_system: Cast) -> None:
    who = persona(as_system, "家长", [as_system.li])
    draft = actions.write(
        who, slot(as_system), TUESDAY, actions.Told(title="一条"), by=as_system.max, at=NOON
    )

    minute(AT)

    assert (now(draft).state, now(draft).why_over) == ("over", "unapproved")


def test_a_second_turn_of_the_same_minute_changes_nothing(
    as_system: Cast, approved: Approved
) -> None:
    made = approved(persona(as_system, "家长", [as_system.li]))

    minute(AT)
    before = now(made).posted_at
    minute(AT + timedelta(minutes=1))
    actions.post(made.pk, by=TESTS, at=AT + timedelta(minutes=2))

    assert now(made).posted_at == before
    assert Aimed.objects.count() == 1
    assert Mark.objects.count() == 1


def test_who_changes_persona_between_two_items_of_a_slot_gets_one(
    as_system: Cast, approved: Approved
) -> None:
    """The worker dies after the first item; in the minute between, the segments change."""
    first = persona(as_system, "企业主", [as_system.li])
    second = persona(as_system, "家长", [as_system.qian])
    one, other = approved(first), approved(second)
    actions.sort(at=AT)
    actions.post(one.pk, by=TESTS, at=AT)

    segments.remove_members(first.segment, [as_system.li.pk], by=as_system.max, at=AT)
    segments.add_members(second.segment, [as_system.li.pk], by=as_system.max, at=AT)
    minute(AT + timedelta(minutes=1))

    assert got(one) == {as_system.li.pk}
    assert got(other) == {as_system.qian.pk}


def test_managers_with_such_customers_have_it_to_post(
    as_system: Cast, approved: Approved
) -> None:
    made = approved(persona(as_system, "家长", [as_system.li, as_system.zhou]))
    minute(AT)

    assert [one.item for one in queries.packs(as_system.mei, day=TUESDAY)] == [made]
    assert queries.packs(as_system.tao, day=TUESDAY) == []
    assert queries.to_post(as_system.mei, at=AT) == 1

    found = queries.mark(as_system.mei, made.public_id)
    assert found is not None
    actions.mark(found, state="posted", by=as_system.mei, at=AT)

    assert queries.to_post(as_system.mei, at=AT) == 0
    seen = queries.board(as_system.ana, day=TUESDAY)
    assert [(one.posted, one.open) for one in seen] == [(1, 0)]
    assert queries.board(as_system.tao, day=TUESDAY) == []


def test_each_customer_gets_the_words_in_their_language(
    as_system: Cast, approved: Approved
) -> None:
    type(as_system.li).objects.filter(pk=as_system.qian.pk).update(language="en")
    made = approved(persona(as_system, "家长", [as_system.li, as_system.qian]))
    minute(AT)

    said = dict(Delivery.objects.values_list("customer", "text"))
    assert said[as_system.li.pk] == f"李娜，{made.title}\n{made.words}"
    assert "Open the vents" in said[as_system.qian.pk]
    mailing = queries.mailing_of(made)
    assert mailing is not None
    assert mailing.valid_until == shanghai(TUESDAY + timedelta(days=1), 8, 30)


def test_managers_have_it_even_where_the_message_finds_no_line(
    as_system: Cast, approved: Approved
) -> None:
    for line in Line.objects.all():
        delivery.switch_line(line, on=False, by=TESTS, at=NOON)
    made = approved(persona(as_system, "家长", [as_system.li]))

    minute(AT)
    assert (now(made).state, bool(now(made).trouble)) == ("approved", True)
    assert queries.to_post(as_system.mei, at=AT) == 1

    minute(AT + timedelta(minutes=31))
    assert (now(made).state, now(made).aimed_at) == ("posted", 0)
    assert not got(made)


def test_not_posted_gives_a_reason(as_system: Cast, approved: Approved) -> None:
    made = approved(persona(as_system, "家长", [as_system.li]))
    minute(AT)
    found = queries.mark(as_system.mei, made.public_id)
    assert found is not None

    with pytest.raises(BadInput):
        actions.mark(found, state="not_posted", by=as_system.mei, at=AT)

    told = actions.mark(
        found, state="not_posted", reason="客户都在地里，晚上再发", by=as_system.mei, at=AT
    )
    assert told.reason
    assert queries.mark(as_system.tao, made.public_id) is None


@pytest.mark.parametrize("seed", range(4))
def test_over_random_weeks_everybody_gets_the_right_item_once(
    as_system: Cast, approved: Approved, seed: int
) -> None:
    """A twin by brute force: walk the days by quarters of an hour, ask who should get what."""
    dice = random.Random(seed)
    people = [as_system.li, as_system.zhou, as_system.qian] + [
        stage.customer(f"1{n:03}", f"客户{n}", as_system.mei_book) for n in range(5)
    ]
    hours = [time(8, 30), time(12), time(17, 30)][: dice.randint(1, 3)]
    slots = [slot(as_system, hour) for hour in hours]
    groups = [
        persona(as_system, f"群{n}", dice.sample(people, dice.randint(0, len(people))))
        for n in range(dice.randint(1, 4))
    ]
    planned = {
        (who.pk, one.pk, day): approved(who, one, day)
        for who in groups
        for one in slots
        for day in (TUESDAY, TUESDAY + timedelta(days=1))
        if dice.random() < 0.7
    }
    asleep = _sleeps(dice)

    expected: Counter[tuple[int, int, date]] = Counter()
    at = shanghai(TUESDAY, 8)
    while at < shanghai(TUESDAY + timedelta(days=1), 20):
        if dice.random() < 0.3:
            _moves(as_system, dice, groups, people, at)
        if not asleep(at):
            expected.update(_right_now(planned, groups, people, at))
            minute(at)
        at += timedelta(minutes=15)

    found = Counter(Aimed.objects.values_list("customer_id", "item_id", "day"))
    assert found == expected
    seen = Counter(Aimed.objects.values_list("customer_id", "slot_id", "day"))
    assert all(n == 1 for n in seen.values())


def _sleeps(dice: random.Random) -> Any:
    """The worker is down for some hours."""
    begins = shanghai(TUESDAY, dice.randint(8, 17))
    ends = begins + timedelta(minutes=dice.choice([20, 45, 90]))
    return lambda at: begins <= at < ends


def _moves(
    cast: Cast, dice: random.Random, groups: list[Persona], people: list[Customer], at: datetime
) -> None:
    who, one = dice.choice(groups), dice.choice(people)
    if fits(who, one):
        segments.remove_members(who.segment, [one.pk], by=cast.max, at=at)
    else:
        segments.add_members(who.segment, [one.pk], by=cast.max, at=at)


def fits(who: Persona, one: Customer) -> bool:
    return Member.objects.filter(segment=who.segment, customer=one).exists()


def _right_now(
    planned: dict[Any, Item], groups: list[Persona], people: list[Customer], at: datetime
) -> list[tuple[int, int, date]]:
    """Who should get which item now: by hand, customer by customer."""
    out = []
    for (who, _slot, day), item in planned.items():
        begins = shanghai(day, item.slot.at.hour, item.slot.at.minute)
        if not begins <= at <= begins + timedelta(minutes=30) or now(item).state != "approved":
            continue
        for one in people:
            mine = next((each for each in groups if fits(each, one)), None)
            if mine is not None and mine.pk == who:
                out.append((one.pk, item.pk, day))
    return out
