"""A journey waits for a day of each customer: a birthday, a maturity, the end of terms."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.server.journeys.conftest import Way, branch, leave, wait

from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import actions as facts
from regulars.server.journeys import actions, queries, rules
from regulars.server.journeys.forms import FORMS
from regulars.server.journeys.models import Traveller
from regulars.server.journeys.queries import Wording
from regulars.server.journeys.rules import Ask, Code, Enter, Kind, Late, Route, Step, Until
from regulars.server.trade.models import Terms
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def own(key: str, until: Until, days: int = 0, **more: object) -> Step:
    return Step(key, Kind.WAIT, until=until, days=days, **more)  # type: ignore[arg-type]


def nine(day: date) -> datetime:
    """Nine in the morning of a day, when a wait for a day ends."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI)


def born(customer: Customer, day: date | None, lunar: str = "") -> None:
    Customer.objects.filter(pk=customer.pk).update(birth_date=day, lunar_birthday=lunar)


def holds(
    customer: Customer, matures_on: date, *, closed_on: date | None = None, known: int = 1
) -> None:
    """A deposit; told once more with a later `known`, it says what it says then."""
    key = FactKey.objects.get(customer=customer).pk
    closed = f"date '{closed_on}'" if closed_on else "null::date"
    facts.add(
        "holdings",
        f"select {key}::bigint fact_key, 'D{matures_on}' holding_id, 'P1' product_id, "
        f"date '2026-01-01' opened_on, date '{matures_on}' matures_on, {closed} closed_on, "
        f"10000000::bigint amount, '{matures_on}-{known}' row_key, "
        f"timestamp '2026-11-01' + interval {known} day known_at",
        source=f"cast-{known}", by=TESTS, at=NOON,
    )  # fmt: skip


def test_the_next_birthday_counts_so_many_days_before_it(way: Way) -> None:
    born(way.cast.li, date(1980, 12, 20))
    born(way.cast.qian, date(1990, (TODAY + 3 * DAY).month, (TODAY + 3 * DAY).day))
    way.running(own("b", Until.BIRTHDAY, 7), leave())

    assert way.of(way.cast.li).due_at == nine(date(2026, 12, 13))
    # Seven days before the one in three days are over: the next year's counts.
    soon = TODAY + 3 * DAY
    assert way.of(way.cast.qian).due_at == nine(soon.replace(year=2027) - 7 * DAY)

    way.pass_by(nine(date(2026, 12, 13)))

    assert way.story(way.cast.li) == [("b", "waited"), ("z", "exit")]
    assert way.story(way.cast.qian) == []


def test_a_birthday_by_the_moon_is_waited_for_by_the_moon(way: Way) -> None:
    born(way.cast.li, date(1980, 12, 20), "1-15")
    way.running(own("b", Until.BIRTHDAY, hour="10:30"), leave())

    assert way.of(way.cast.li).due_at == datetime(2027, 2, 20, 10, 30, tzinfo=SHANGHAI)


def test_days_after_a_maturity_count_too_and_what_was_closed_early_does_not(way: Way) -> None:
    li, yesterday = way.cast.li, TODAY - DAY
    holds(li, yesterday, closed_on=yesterday)
    holds(li, TODAY + 40 * DAY)
    holds(way.cast.qian, TODAY + 9 * DAY, closed_on=TODAY - DAY)
    way.running(own("m", Until.MATURITY, 3, after=True), leave())

    assert way.of(li).due_at == nine(TODAY + 2 * DAY)
    assert way.story(way.cast.qian) == [("m", "undated"), ("z", "exit")]


def test_who_has_no_such_day_takes_the_other_way_where_it_is_asked(way: Way) -> None:
    agreed = {"starts_on": TODAY - 300 * DAY, "ends_on": TODAY + 30 * DAY, "payment_days": 30}
    Terms.objects.create(customer=way.cast.li, noted_at=NOON, **agreed)
    followed = Terms.objects.create(
        customer=way.cast.qian, starts_on=TODAY + 31 * DAY, payment_days=30, noted_at=NOON
    )
    Terms.objects.create(customer=way.cast.qian, replaced_by=followed, noted_at=NOON, **agreed)
    way.running(
        branch(
            "a",
            Ask.DAY,
            [own("w", Until.CONTRACT, 10)],
            [leave("n", "none")],
            until=Until.CONTRACT,
        ),
        leave(),
    )

    assert way.of(way.cast.li).due_at == nine(TODAY + 20 * DAY)
    assert way.story(way.cast.qian) == [("a", "no"), ("n", "exit")]


def test_a_day_that_moves_is_followed_and_one_that_is_gone_is_waited_for_no_more(
    way: Way,
) -> None:
    li, qian = way.cast.li, way.cast.qian
    for customer in (li, qian):
        holds(customer, TODAY + 100 * DAY)
    way.running(own("m", Until.MATURITY, 5), leave())
    assert way.of(li).due_at == nine(TODAY + 95 * DAY)

    holds(li, TODAY + 20 * DAY)
    holds(qian, TODAY + 100 * DAY, closed_on=TODAY, known=2)
    way.pass_by(NOON + DAY)

    assert way.of(li).due_at == nine(TODAY + 15 * DAY)
    assert way.story(qian) == [("m", "undated"), ("z", "exit")]

    holds(li, TODAY + 20 * DAY, closed_on=TODAY + 2 * DAY, known=3)
    way.pass_by(nine(TODAY + 15 * DAY))
    assert way.of(li).state == "travelling"
    assert way.of(li).due_at == nine(TODAY + 95 * DAY)


def test_a_wait_that_was_begun_is_kept_by_a_later_version(way: Way) -> None:
    born(way.cast.li, date(1980, 12, 20))
    journey = way.running(own("b", Until.BIRTHDAY, 7), leave())

    way.change(journey, own("b", Until.BIRTHDAY, 1), leave(), at=NOON + DAY)
    born(way.cast.li, date(1980, 12, 22))
    way.pass_by(NOON + DAY)
    assert way.of(way.cast.li).due_at == nine(date(2026, 12, 15))

    way.change(journey, wait("c", 2), leave(), at=NOON + 2 * DAY, b="c")
    way.pass_by(NOON + 2 * DAY, nine(date(2026, 12, 15)))
    assert way.story(way.cast.li) == [("b", "waited")]
    assert way.of(way.cast.li).step == "c"


def test_after_a_stop_over_the_day_the_wait_is_over_and_happens_once(way: Way) -> None:
    born(way.cast.li, date(1980, 12, 20))
    journey = way.running(own("b", Until.BIRTHDAY), leave(), late=Late.CATCH_UP)
    actions.pause(journey, why="一个月", by=way.cast.max, at=NOON + DAY)
    later = nine(date(2026, 12, 28))
    way.pass_by(later)
    assert way.story(way.cast.li) == []

    actions.resume(journey, by=way.cast.max, at=later)
    way.pass_by(later, later + DAY)

    assert way.story(way.cast.li) == [("b", "waited"), ("z", "exit")]
    assert Traveller.objects.filter(customer=way.cast.li).count() == 1


def test_going_back_to_a_day_needs_a_wait_between() -> None:
    steps = (
        own("b", Until.BIRTHDAY), Step("r", Kind.REPEAT, to="b", times=2),
        Step("z", Kind.EXIT),
    )  # fmt: skip
    asked = Step("q", Kind.BRANCH, ask=Ask.DAY, yes=(Step("z", Kind.EXIT),))

    found = rules.troubles(Route(enter=Enter("s"), steps=steps))
    unsaid = rules.troubles(Route(enter=Enter("s"), steps=(asked, Step("y", Kind.EXIT))))

    assert [one.code for one in found] == [Code.LOOP]
    assert [one.code for one in unsaid] == [Code.NO_DATE]


def test_the_form_says_what_was_typed_and_the_sentence_who_goes_on_at_once() -> None:
    form = FORMS[Kind.WAIT](
        {"until": "maturity", "days": "3", "after": "True", "hour": "10:00"},
        step=None, choices={},
    )  # fmt: skip
    assert form.is_valid()
    step = form.told("m")
    question = FORMS[Kind.BRANCH]({"ask": "day", "until": "contract"}, step=None, choices={})
    assert question.is_valid()

    assert rules.read(rules.written(Route(steps=(step,)))).steps == (step,)
    assert (step.until, step.days, step.after) == (Until.MATURITY, 3, True)
    words = queries.sentence(step, Wording())
    assert "3" in words
    assert "10:00" in words
    assert question.told("q").until is Until.CONTRACT
