"""Promises are made for working time, kept or broken, and follow their customers."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from tests.server.overlap import overlapping
from tests.server.promises.conftest import Make, shanghai

from regulars.base.errors import BadInput
from regulars.server.alerts.models import Alert
from regulars.server.books import actions as books
from regulars.server.books import queries as holding
from regulars.server.books.rules import Split
from regulars.server.channels import actions as channels
from regulars.server.core import actions as core
from regulars.server.core import custody, scope
from regulars.server.core.custody import Merge
from regulars.server.promises import actions, queries
from regulars.server.promises.models import Promise
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = pytest.mark.django_db
FRIDAY = TODAY.replace(day=27)


def now(promise: Promise) -> Promise:
    return Promise.objects.select_related("owner").get(pk=promise.pk)


def test_a_promise_is_due_at_the_end_of_a_working_day_or_at_its_hour(promised: Make) -> None:
    assert promised(on=FRIDAY).due_at == shanghai(27, 17, 30)
    assert promised(on=FRIDAY, hour=time(10)).due_at == shanghai(27, 10)


@pytest.mark.parametrize(
    ("on", "hour", "told"),
    [
        (date(2026, 11, 28), None, "2026-11-27.*2026-11-30"),
        (FRIDAY, time(22), "22:00.*09:00-17:30"),
        (date(2026, 11, 20), None, "2026-11-20"),
        (TODAY, time(11), "2026-11-23"),
        (date(2028, 11, 23), None, "2028-11-23"),
    ],
)
def test_a_due_time_nobody_works_or_that_is_over_is_refused_with_what_to_choose(
    promised: Make, on: date, hour: time | None, told: str
) -> None:
    with pytest.raises(actions.WrongDue, match=told):
        promised(on=on, hour=hour)


def test_a_saturday_that_is_worked_is_a_day_to_promise_for(promised: Make) -> None:
    core.set_calendar_day(date(2026, 11, 28), is_workday=True, by=TESTS, at=NOON)

    assert promised(on=date(2026, 11, 28)).due_at == shanghai(28, 17, 30)


def test_words_that_promise_nothing_are_refused(promised: Make) -> None:
    with pytest.raises(actions.NoPromise):
        promised(text="尽快处理")


@pytest.mark.parametrize(
    "text", ["周五前到账，保证收益 3%", "a guaranteed return of 5% by Friday"]
)
def test_what_may_not_be_said_to_a_customer_is_not_promised_either(
    promised: Make, text: str
) -> None:
    with pytest.raises(actions.NoPromise, match=r"保证收益|guaranteed return"):
        promised(text=text)


def test_the_owner_is_who_looks_after_the_customer_whoever_promised(
    as_system: Cast, promised: Make
) -> None:
    touch = channels.record_touch(
        as_system.li, channel="call", outcome="reached", two_way=True, by=as_system.wei, at=NOON
    )

    made = promised(by=as_system.wei, touch=touch, to_whom=" the accountant ")

    assert (made.owner, made.made_by, made.touch) == (as_system.mei, as_system.wei, touch)
    assert made.to_whom == "the accountant"
    assert promised(as_system.zhou).owner == as_system.wei, "of the pool: the manager"


def test_done_in_time_it_is_kept_and_nobody_decides_it_twice(
    as_system: Cast, promised: Make
) -> None:
    promise = promised()

    actions.keep(promise, by=as_system.mei, at=shanghai(23, 17))

    assert now(promise).state == "kept"
    with pytest.raises(actions.AlreadyDecided):
        actions.keep(promise, by=as_system.mei, at=shanghai(23, 17))
    with pytest.raises(actions.AlreadyDecided):
        actions.withdraw(promise, reason="x", by=as_system.mei, at=shanghai(23, 17))


def test_a_click_is_taken_back_within_minutes_by_who_made_it(
    as_system: Cast, promised: Make
) -> None:
    promise = promised()
    actions.keep(promise, by=as_system.mei, at=shanghai(23, 14))
    with pytest.raises(actions.AlreadyDecided):
        actions.reopen(promise, by=as_system.wei, at=shanghai(23, 14))
    with pytest.raises(actions.AlreadyDecided):
        actions.reopen(promise, by=as_system.mei, at=shanghai(23, 15))

    actions.reopen(promise, by=as_system.mei, at=shanghai(23, 14))

    assert (now(promise).state, now(promise).decided_at) == ("open", None)


def test_the_clock_alone_breaks_it_and_raises_one_alert(promised: Make) -> None:
    promise = promised()

    assert actions.lapse(by=TESTS, at=promise.due_at) == 0
    assert actions.lapse(by=TESTS, at=promise.due_at + timedelta(seconds=1)) == 1
    assert actions.lapse(by=TESTS, at=shanghai(25, 9)) == 0

    alert = Alert.objects.get()
    assert (alert.kind, alert.facts["due"]) == ("promise_broken", "2026-11-23")
    assert alert.holder == now(promise).owner
    assert now(promise).state == "broken"


def test_made_good_late_it_stays_broken_and_its_alert_is_settled(
    as_system: Cast, promised: Make
) -> None:
    promise = promised()
    actions.lapse(by=TESTS, at=shanghai(24, 9))

    actions.keep(promise, by=as_system.mei, at=shanghai(24, 10), note="sent by courier")

    assert (now(promise).state, now(promise).done_at) == ("broken", shanghai(24, 10))
    assert Alert.objects.get().outcome == "settled"


def test_done_after_its_time_it_is_broken_even_before_the_clock_came_by(
    as_system: Cast, promised: Make
) -> None:
    promise = promised()

    actions.keep(promise, by=as_system.mei, at=shanghai(23, 17, 31))

    assert now(promise).state == "broken"
    assert actions.lapse(by=TESTS, at=shanghai(24, 9)) == 0


def test_a_withdrawal_says_why_and_comes_before_the_time(
    as_system: Cast, promised: Make
) -> None:
    promise = promised()
    with pytest.raises(BadInput):
        actions.withdraw(promise, reason=" ", by=as_system.mei, at=NOON)
    with pytest.raises(actions.AlreadyDecided):
        actions.withdraw(promise, reason="too late", by=as_system.mei, at=shanghai(24, 9))

    actions.withdraw(promise, reason="the customer changed plans", by=as_system.mei, at=NOON)

    assert now(promise).state == "withdrawn"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_break_it_once() -> None:
    with scope.everything():
        cast = assemble()
        for n in range(20):
            actions.make(cast.li, text=f"call back {n}", due_on=TODAY, by=cast.mei, at=NOON)
    late: list[int] = []

    told = overlapping(
        lambda: late.append(actions.lapse(by=TESTS, at=shanghai(24, 9))),
        lambda: late.append(actions.lapse(by=TESTS, at=shanghai(24, 9))),
    )

    with scope.everything():
        assert (told, sorted(late), Alert.objects.count()) == (["", ""], [0, 20], 20)


@pytest.mark.django_db(transaction=True)
def test_kept_while_the_clock_breaks_it_counts_once() -> None:
    with scope.everything():
        cast = assemble()
        made = actions.make(cast.li, text="call back", due_on=TODAY, by=cast.mei, at=NOON)

    told = overlapping(
        lambda: actions.keep(made, by=cast.mei, at=shanghai(23, 17)),
        lambda: actions.lapse(by=TESTS, at=shanghai(23, 18)),
    )

    with scope.everything():
        assert (told, now(made).state, Alert.objects.count()) == (["", ""], "kept", 0)


def test_a_hand_over_carries_what_is_open_and_owed_and_leaves_what_is_decided(
    as_system: Cast, promised: Make
) -> None:
    cast = as_system
    successor = stage.person("jun", "君", "Jun", "rm", cast.willow)
    into = stage.book("K09", "新", cast.willow, owner=successor)
    open_, kept, leader = promised(on=FRIDAY), promised(), promised(on=FRIDAY, owner=cast.wei)
    owed = promised()
    actions.keep(kept, by=cast.mei, at=NOON)
    actions.lapse(by=TESTS, at=shanghai(24, 9))
    assert holding.carried(cast.wei, cast.mei_book).promises == 3

    books.hand_over(
        cast.mei_book, Split(into.pk, {}), note="", greets=False, by=cast.wei, at=NOON
    )

    owners = [now(each).owner for each in (open_, owed, kept, leader)]
    assert owners == [successor, successor, cast.mei, cast.wei]


def test_a_merge_brings_promises_to_the_survivors_owner_and_an_unmerge_gives_them_back(
    as_system: Cast, promised: Make
) -> None:
    promise = promised(as_system.qian)
    told = Merge(as_system.qian.pk, as_system.li.pk, by=TESTS, at=NOON)

    story = custody.merge(told)
    assert (now(promise).owner, now(promise).customer_id) == (as_system.mei, as_system.li.pk)

    custody.unmerge(told, story)
    assert (now(promise).owner, now(promise).customer_id) == (as_system.tao, as_system.qian.pk)


def test_a_person_has_the_promises_in_their_copy_and_an_erasure_takes_them(
    as_system: Cast, promised: Make
) -> None:
    promised()

    copied = custody.copy(as_system.li.pk)
    custody.erase(as_system.li.pk, by=TESTS, at=NOON)

    assert any("send the written quote" in str(rows) for rows in copied.values())
    assert not Promise.objects.exists()


def test_the_morning_run_is_told_what_is_due_and_what_is_still_owed(
    as_system: Cast, promised: Make
) -> None:
    today, friday, owed = promised(on=FRIDAY), promised(on=date(2026, 11, 30)), promised()
    done = promised()
    actions.lapse(by=TESTS, at=shanghai(24, 9))
    actions.keep(done, by=as_system.mei, at=shanghai(24, 9))

    found = queries.due(FRIDAY)

    assert [(each.promise_id, each.is_broken) for each in found] == [
        (owed.pk, True),
        (today.pk, False),
    ]
    assert found[0].customer_id == as_system.li.pk
    assert found[0].owner_id == as_system.mei.pk
    assert friday.pk not in {each.promise_id for each in found}
