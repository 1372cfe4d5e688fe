"""Each trigger alone: what makes it speak, when, for whom, and when it is silent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.server.care.conftest import OUT, World

from regulars.base.calendar import solar_of_lunar
from regulars.testing.cast import NOON, TODAY

pytestmark = pytest.mark.django_db


def born(world: World, in_days: int, level: int = 5) -> date:
    """Give Li a birthday some days ahead, and a tier."""
    day = TODAY + timedelta(days=in_days)
    world.cast.li.birth_date = day.replace(year=1974)
    world.cast.li.save()
    world.agree(world.cast.li)
    world.talk(world.cast.li, 1)
    world.level(world.cast.li, level)
    return day


@pytest.mark.parametrize(
    ("level", "in_days", "speaks"),
    [
        (5, 22, False), (5, 21, True), (5, 14, True), (5, 3, True),
        (4, 8, False), (4, 7, True), (4, 0, True),
        (3, 2, False), (3, 1, True), (3, 0, True),
        (2, 1, False), (2, 0, True),
    ],
)  # fmt: skip
def test_the_better_the_tier_the_earlier_a_birthday_is_prepared(
    world: World, level: int, in_days: int, speaks: bool
) -> None:
    born(world, in_days, level)

    world.plan()

    assert (world.triggers(world.cast.li) == ["birthday"]) is speaks


def test_an_invitation_for_the_top_tier_is_due_two_weeks_ahead(world: World) -> None:
    day = born(world, 21)

    world.plan()

    (task,) = world.tasks(world.cast.li)
    assert (task.due_on, task.happens_on, task.cycle) == (
        TODAY + timedelta(days=7), day, day.isoformat(),
    )  # fmt: skip


def test_a_lunar_birthday_is_found_on_this_years_day(world: World) -> None:
    world.cast.li.lunar_birthday = "10-21"
    world.cast.li.save()
    world.agree(world.cast.li)
    world.talk(world.cast.li, 1)
    world.level(world.cast.li, 4)

    world.plan()

    (task,) = world.tasks(world.cast.li)
    assert task.happens_on == solar_of_lunar(2026, 10, 21) == date(2026, 11, 29)
    assert task.facts["lunar"] == "10-21"


def test_those_born_on_29_february_are_greeted_on_the_28th(world: World) -> None:
    world.cast.li.birth_date = date(1980, 2, 29)
    world.cast.li.save()
    world.agree(world.cast.li)
    world.level(world.cast.li, 2)

    world.plan(date(2027, 2, 28))

    assert world.triggers(world.cast.li) == ["birthday"]


@pytest.mark.parametrize(
    ("in_days", "stage"),
    [(9, None), (7, "7"), (4, "7"), (3, "3"), (2, "3"), (1, "1"), (0, "1")],
)
def test_a_deposit_is_announced_seven_three_and_one_day_ahead(
    world: World, in_days: int, stage: str | None
) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=in_days))

    world.plan()

    found = [task.facts["stage"] for task in world.tasks(world.cast.li)]
    assert found == ([stage] if stage else [])


def test_a_reminder_on_a_sunday_comes_on_the_friday(world: World) -> None:
    # Seven days before Monday 30 November is Monday 23; before Sunday 29 it is Sunday 22.
    world.hold(world.cast.li, date(2026, 11, 29))

    world.plan(date(2026, 11, 20))

    assert [task.facts["stage"] for task in world.tasks(world.cast.li)] == ["7"]


def test_the_next_reminder_takes_the_place_of_the_one_before(world: World) -> None:
    world.hold(world.cast.li, date(2026, 11, 27))
    world.plan()
    world.plan(date(2026, 11, 24))

    (task,) = world.tasks(world.cast.li)
    assert task.facts["stage"] == "3"
    assert world.card(world.cast.li, date(2026, 11, 24)).tasks.count() == 1


def test_money_that_lies_idle_after_it_matured_is_called_about(world: World) -> None:
    world.hold(world.cast.li, TODAY - timedelta(days=1))

    world.plan()

    assert [task.facts["stage"] for task in world.tasks(world.cast.li)] == ["-1"]


def test_money_that_was_placed_again_is_not(world: World) -> None:
    matured = TODAY - timedelta(days=1)
    world.hold(world.cast.li, matured)
    world.hold(world.cast.li, TODAY + timedelta(days=364), holding="D2", opened_on=matured)

    world.plan()

    # What was opened is followed up; what matured is not asked for.
    assert world.triggers(world.cast.li) == ["playbook_step"]


def test_a_loan_that_ends_is_no_maturity(world: World) -> None:
    world.hold(world.cast.li, TODAY + timedelta(days=3), kind="loan")

    world.plan()

    assert world.triggers(world.cast.li) == []


@pytest.mark.parametrize(
    ("level", "days", "speaks"),
    [(5, 14, False), (5, 15, True), (4, 30, False), (4, 31, True),
     (3, 90, False), (3, 91, True), (2, 400, False)],
)  # fmt: skip
def test_silence_longer_than_the_tier_allows_is_overdue(
    world: World, level: int, days: int, speaks: bool
) -> None:
    world.talk(world.cast.li, days)
    world.level(world.cast.li, level)

    world.plan()

    assert (world.triggers(world.cast.li) == ["contact_overdue"]) is speaks


def test_a_call_that_nobody_answered_is_no_contact(world: World) -> None:
    world.talk(world.cast.li, 40)
    world.talk(world.cast.li, 2, outcome="no_answer", two_way=False)
    world.level(world.cast.li, 4)

    world.plan()

    assert world.triggers(world.cast.li) == ["contact_overdue"]


def test_a_reversed_contact_does_not_count(world: World) -> None:
    from regulars.server.channels import actions as channels

    world.talk(world.cast.li, 40)
    recent = world.talk(world.cast.li, 2)
    channels.reverse_touch(recent, by=world.cast.mei, at=NOON)
    world.level(world.cast.li, 4)

    world.plan()

    assert world.triggers(world.cast.li) == ["contact_overdue"]


@pytest.mark.parametrize(("level", "due"), [(4, date(2026, 11, 24)), (5, TODAY)])
def test_a_large_outflow_is_due_the_next_working_day_and_at_the_top_today(
    world: World, level: int, due: date
) -> None:
    world.talk(world.cast.li, 1)
    world.tier(world.score({world.cast.li: OUT}), {world.cast.li: (level, None, None)})

    world.plan()

    (task,) = world.tasks(world.cast.li)
    assert (task.trigger, task.due_on, task.stake) == (
        "large_outflow", due, Decimal("2184000.00"),
    )  # fmt: skip
    assert task.facts["amount"] == "720000.0"
    assert (task.facts["low"], task.facts["high"]) == ("-80000.0", "60000.0")


def test_one_outflow_is_told_once_though_each_run_of_its_window_shows_it(world: World) -> None:
    for offset in range(3):
        world.score({world.cast.li: OUT}, as_of=TODAY + timedelta(days=offset))
        world.plan(TODAY + timedelta(days=offset))

    assert len(world.tasks(world.cast.li)) == 1


def test_an_inflow_is_no_outflow(world: World) -> None:
    world.score({world.cast.li: OUT | {"large_movement": "in", "flow_5": 720_000.0}})

    world.plan()

    assert world.triggers(world.cast.li) == []


def test_who_turns_dormant_between_two_runs_is_asked_why(world: World) -> None:
    world.agree(world.cast.li)
    world.score({world.cast.li: {"stage": "active"}}, as_of=TODAY - timedelta(days=1))
    world.score({world.cast.li: {"stage": "dormant"}})

    world.plan()

    assert world.triggers(world.cast.li) == ["became_dormant"]


@pytest.mark.parametrize("before", ["dormant", None])
def test_who_was_dormant_or_unknown_before_did_not_turn_so(
    world: World, before: str | None
) -> None:
    world.agree(world.cast.li)
    earlier = {world.cast.li: {"stage": before}} if before else {world.cast.qian: {}}
    world.score(earlier, as_of=TODAY - timedelta(days=1))
    world.score({world.cast.li: {"stage": "dormant"}})

    world.plan()

    assert world.triggers(world.cast.li) == []


@pytest.mark.parametrize(
    ("measure", "speaks"),
    [("399999", False), ("400000", True), ("468000", True), ("500000", False)],
)
def test_from_four_fifths_of_the_next_tier_there_is_a_chance(
    world: World, measure: str, speaks: bool
) -> None:
    world.agree(world.cast.li)
    world.talk(world.cast.li, 1)
    run = world.score({world.cast.li: {}})
    world.tier(run, {world.cast.li: (3, measure, "500000")})

    world.plan()

    assert (world.triggers(world.cast.li) == ["tier_threshold"]) is speaks


@pytest.mark.parametrize(("before", "speaks"), [("300000", False), ("450000", True)])
def test_with_two_runs_both_must_say_so(world: World, before: str, speaks: bool) -> None:
    world.agree(world.cast.li)
    world.talk(world.cast.li, 1)
    first = world.score({world.cast.li: {}}, as_of=TODAY - timedelta(days=30))
    world.tier(first, {world.cast.li: (3, before, "500000")})
    second = world.score({world.cast.li: {}})
    world.tier(second, {world.cast.li: (3, "468000", "500000")})

    world.plan()

    found = world.tasks(world.cast.li)
    assert ([task.trigger for task in found] == ["tier_threshold"]) is speaks
    if speaks:
        assert found[0].stake == Decimal("32000.00")
        assert found[0].facts["tier_en"] == "VIP"


def test_deadlines_jump_over_national_day_and_count_the_weekend_that_is_worked(
    world: World,
) -> None:
    free = {date(2026, 10, day): False for day in range(1, 8)}
    world.days(free | {date(2026, 10, 10): True})
    world.talk(world.cast.li, 160)
    world.level(world.cast.li, 3)

    world.plan(date(2026, 9, 30))

    # Five working days after Wed 30 Sept: 8, 9, Sat 10 (worked), 12, 13 October.
    (task,) = world.tasks(world.cast.li)
    assert task.due_on == date(2026, 10, 13)


def test_marketing_needs_a_recorded_yes_and_service_does_not(world: World) -> None:
    world.cast.li.consents = {}
    world.cast.li.save()
    run = world.score({world.cast.li: {}})
    world.tier(run, {world.cast.li: (3, "468000", "500000")})
    world.hold(world.cast.li, TODAY + timedelta(days=3))
    world.talk(world.cast.li, 1)

    made = world.plan()

    assert world.triggers(world.cast.li) == ["deposit_maturity"]
    assert made.counts["held_back"] == 1


def test_a_blocked_channel_is_closed_whatever_was_agreed(world: World) -> None:
    born(world, 0, 3)
    world.cast.li.blocked_channels = ["call", "wecom"]
    world.cast.li.save()

    world.plan()

    assert world.triggers(world.cast.li) == []


def test_a_company_may_change_its_standards(world: World) -> None:
    from regulars.server.core import actions as core
    from regulars.testing.cast import TESTS

    core.change_settings(by=TESTS, at=NOON, contact_every={"3": 10}, triggers_off=["birthday"])
    born(world, 0, 3)
    world.talk(world.cast.qian, 11)
    run = world.score({world.cast.li: {}, world.cast.qian: {}})
    world.tier(run, {world.cast.li: (3, None, None), world.cast.qian: (3, None, None)})

    world.plan()

    assert world.triggers(world.cast.li) == []
    assert world.triggers(world.cast.qian) == ["contact_overdue"]
