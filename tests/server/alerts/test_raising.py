"""Alerts are raised once, reach the right person, and are late when they should be."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest
from tests.server.alerts.conftest import Raise, shanghai
from tests.server.overlap import overlapping

from regulars.server.alerts import actions, queries
from regulars.server.alerts.actions import Cause
from regulars.server.alerts.models import Alert, Step
from regulars.server.alerts.rules import KINDS
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.customers.models import Customer
from regulars.testing.cast import (
    NOON,
    TESTS,
    TODAY,
    Cast,
    assemble,
    bought,
    has_balance,
    scored,
)

pytestmark = pytest.mark.django_db


def test_one_thing_is_raised_once_even_after_it_was_closed(
    as_system: Cast, raised: Raise
) -> None:
    first = raised(key="movement:li:2026-11-20")
    again = actions.raise_(
        kind="large_movement", key=first.key, customer=as_system.li, by=TESTS, at=NOON
    )
    actions.close(first, outcome="handled", by=as_system.mei, at=NOON)
    later = actions.raise_many(
        [Cause("large_movement", first.key, as_system.li.pk)] * 2, by=TESTS, at=NOON
    )

    assert (again, later, Alert.objects.count()) == (None, 0, 1)


def test_a_morning_raises_what_is_new_with_a_first_step_each(
    as_system: Cast, raised: Raise
) -> None:
    raised(key="a")
    li, qian = as_system.li.pk, as_system.qian.pk
    causes = [
        Cause("large_movement", "a", li),
        Cause("dormant", "b", li, 3, {"last": "2026-05-01"}),
        Cause("dormant", "c", qian, 3),
        Cause("dormant", "c", qian, 3),
    ]

    assert actions.raise_many(causes, by=TESTS, at=NOON) == 2

    found = Alert.objects.get(key="b")
    assert (found.holder, found.facts) == (as_system.mei, {"last": "2026-05-01"})
    assert list(Step.objects.filter(alert=found).values_list("what", "to", "due_at")) == [
        ("raised", as_system.mei.pk, found.due_at)
    ]
    entry = AuditEntry.objects.filter(action="alerts.raised").order_by("-pk")[0]
    assert entry.details == {"dormant": 2}, "one entry for the run"


def test_an_unknown_kind_is_refused_and_one_switched_off_is_passed_over(
    as_system: Cast,
) -> None:
    core.change_settings(alerts_off=["dormant"], by=TESTS, at=NOON)

    with pytest.raises(actions.UnknownKind, match="earthquake"):
        actions.raise_many([Cause("earthquake", "k", as_system.li.pk)], by=TESTS, at=NOON)
    assert actions.raise_many([Cause("dormant", "k", as_system.li.pk)], by=TESTS, at=NOON) == 0


def test_nothing_is_raised_about_a_customer_who_is_gone(as_system: Cast) -> None:
    Customer.objects.filter(pk=as_system.li.pk).update(state="closed")

    made = actions.raise_many([Cause("dormant", "k", as_system.li.pk, 5)], by=TESTS, at=NOON)

    assert made == 0


def test_a_kind_is_raised_from_its_tier_on_which_the_company_sets(as_system: Cast) -> None:
    def made() -> list[str]:
        causes = [Cause("dormant", f"{n}", as_system.li.pk, n) for n in range(6)]
        actions.raise_many(causes, by=TESTS, at=NOON)
        return list(Alert.objects.order_by("key").values_list("key", flat=True))

    assert made() == ["3", "4", "5"]
    core.change_settings(alert_from={"dormant": 2}, by=TESTS, at=NOON)
    assert made() == ["0", "2", "3", "4", "5"], "without a tier it is as of the mass"


@pytest.mark.parametrize(
    ("level", "at", "due"),
    [
        (5, shanghai(23, 5), shanghai(23, 11)),  # raised in the morning run: two hours
        (4, shanghai(23, 16), shanghai(23, 17, 30)),  # four hours, but the same day
        (4, shanghai(23, 17, 20), shanghai(24, 9, 50)),  # in the last minutes: one hour
        (5, shanghai(21, 12), shanghai(23, 11)),  # a Saturday
        (3, shanghai(23, 16), shanghai(24, 15, 30)),  # eight hours, over the night
        (0, shanghai(23, 9), shanghai(24, 16, 30)),  # no tier: like the mass
    ],
)
def test_top_tiers_are_due_the_same_day_and_others_by_their_hours(
    raised: Raise, level: int, at: datetime, due: datetime
) -> None:
    assert raised(level=level, at=at).due_at == due


def test_the_company_sets_the_hours(raised: Raise) -> None:
    hours = {"large_movement": {"3": 1}}
    core.change_settings(
        alert_hours=hours, working_hours=[["10:00", "11:00"]], by=TESTS, at=NOON
    )

    assert raised(level=3, at=shanghai(23, 10, 30)).due_at == shanghai(24, 10, 30)
    assert set(queries.patience().hours) == set(KINDS), "what is not set keeps its default"


def test_without_a_level_the_tier_of_the_customer_says_it(as_system: Cast) -> None:
    weekly = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]
    bought(as_system, as_system.li, *weekly)
    has_balance(as_system, as_system.li, (date(2026, 1, 1), 90_000_000_00))
    scored(as_system)

    actions.raise_many(
        [
            Cause("large_movement", "li", as_system.li.pk),
            Cause("large_movement", "qian", as_system.qian.pk),
        ],
        by=TESTS,
        at=NOON,
    )

    assert Alert.objects.get(key="li").level == 5
    assert Alert.objects.get(key="qian").level < 5


def test_it_goes_to_the_owner_to_the_backup_when_away_and_from_a_pool_to_the_manager(
    as_system: Cast, backup: Person, raised: Raise
) -> None:
    cast = as_system
    usual = raised()
    actions.go_away(cast.mei, since=TODAY, until=TODAY, by=cast.mei, at=NOON)
    away = raised()
    pool = raised(cast.zhou)
    actions.go_away(cast.wei, since=TODAY, until=TODAY, by=cast.wei, at=NOON)
    above = raised(cast.zhou)

    holders = [Alert.objects.get(pk=each.pk).holder for each in (usual, away, pool, above)]

    assert holders == [cast.mei, backup, cast.wei, cast.lin]
    assert [each.rung for each in (usual, away, pool, above)] == [0, 0, 1, 2]


def test_with_nobody_there_an_alert_waits_and_says_so(as_system: Cast, raised: Raise) -> None:
    for person in (as_system.mei, as_system.wei, as_system.lin):
        core.change_person(person, is_active=False, by=TESTS, at=NOON)

    assert raised().holder is None
    assert actions.escalate(by=TESTS, at=NOON) == 0, "and the clock does not spin"

    core.change_person(as_system.wei, is_active=True, by=TESTS, at=NOON)
    assert queries.tallies(as_system.wei, NOON).nobody == 1
    assert actions.escalate(by=TESTS, at=NOON) == 1
    assert Alert.objects.get().holder == as_system.wei


def test_what_waits_is_settled_when_its_cause_is_gone_and_closed_ones_keep_theirs(
    as_system: Cast, raised: Raise
) -> None:
    raised(key="a")
    closed = actions.close(raised(key="b"), outcome="handled", by=as_system.mei, at=NOON)

    assert actions.settle(["a", "b", "never"], by=TESTS, at=NOON) == 1
    assert Alert.objects.get(key="a").outcome == "settled"
    assert Alert.objects.get(key="b").outcome == closed.outcome == "handled"
    assert queries.standing(["large_movement"]) == []


@pytest.mark.django_db(transaction=True)
def test_two_mornings_at_once_raise_each_thing_once() -> None:
    with scope.everything():
        cast = assemble()
    causes = [Cause("dormant", key, cast.li.pk, 3) for key in "bcad"]
    made: list[int] = []

    told = overlapping(
        lambda: made.append(actions.raise_many(causes, by=TESTS, at=NOON)),
        lambda: made.append(actions.raise_many(causes[::-1], by=TESTS, at=NOON)),
    )

    with scope.everything():
        assert (told, sorted(made), Alert.objects.count()) == (["", ""], [0, 4], 4)
        assert Step.objects.count() == 4


@pytest.mark.drill
def test_fifty_thousand_are_raised_at_once(
    as_system: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    book = as_system.mei_book.pk
    rows = [{"number": f"N{n}", "name": "某某", "book_id": book} for n in range(50_000)]
    from regulars.server.customers import loading

    loading.load(
        rows, ["number", "name", "book_id"], default_book=as_system.mei_book, origin="test",
        by=TESTS, at=NOON,
    )  # fmt: skip
    ids = Customer.objects.filter(number__startswith="N").values_list("pk", flat=True)
    causes = [
        Cause("large_movement", f"moved:{pk}:2026-11-20", pk, None, {"amount": "720000"})
        for pk in ids
    ]

    began = time.perf_counter()
    made = actions.raise_many(causes, by=TESTS, at=NOON)
    first = time.perf_counter() - began
    again = actions.raise_many(causes, by=TESTS, at=NOON)
    second = time.perf_counter() - began - first

    moved, late, began = 0, NOON + timedelta(days=30), time.perf_counter()
    for _batch in range(10):
        moved += actions.escalate(by=TESTS, at=late)
    third = time.perf_counter() - began

    with capsys.disabled():
        print(  # noqa: T201
            f"\nraise_many of 50,000: {first:.1f} s, again {second:.1f} s; "
            f"{moved:,} of them escalated: {third:.1f} s"
        )
    assert (made, again) == (50_000, 0)
    assert first < 20
