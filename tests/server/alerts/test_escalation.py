"""What nobody takes in time goes up the line, one step at a time, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.alerts.conftest import Raise, shanghai
from tests.server.overlap import overlapping

from regulars.server.alerts import actions, jobs
from regulars.server.alerts.models import Alert, Step
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def now(alert: Alert) -> Alert:
    return Alert.objects.select_related("holder").get(pk=alert.pk)


def trail(alert: Alert) -> list[tuple[str, str, str | None]]:
    rows = Step.objects.filter(alert=alert).order_by("pk")
    return [(s.what, s.why, s.to.username if s.to else None) for s in rows]


def test_what_is_not_acknowledged_goes_up_step_by_step_and_stays_at_the_top(
    as_system: Cast, raised: Raise
) -> None:
    alert = raised(at=shanghai(23, 9))  # two hours each

    assert actions.escalate(by=TESTS, at=shanghai(23, 11) - MINUTE) == 0
    for hour in (11, 13, 15, 16):
        actions.escalate(by=TESTS, at=shanghai(23, hour))
        actions.escalate(by=TESTS, at=shanghai(23, hour))

    assert trail(alert) == [
        ("raised", "", "mei"),
        ("escalated", "silent", "wei"),
        ("escalated", "silent", "lin"),
        ("stayed", "silent", None),
    ]
    found = now(alert)
    assert (found.holder, found.at_top, found.due_at) == (
        as_system.lin, True, shanghai(23, 15),
    )  # fmt: skip
    actions_kept = AuditEntry.objects.filter(details__alerts__contains=alert.pk)
    assert list(actions_kept.order_by("pk").values_list("action", flat=True)) == [
        "alerts.escalated", "alerts.escalated", "alerts.stayed",
    ]  # fmt: skip


def test_who_acknowledged_has_days_for_the_outcome_and_then_loses_it_too(
    as_system: Cast, raised: Raise
) -> None:
    alert = raised(at=shanghai(23, 9))
    actions.acknowledge(alert, by=as_system.mei, at=shanghai(23, 10))

    assert now(alert).due_at == shanghai(24, 17, 30)
    assert actions.escalate(by=TESTS, at=shanghai(24, 17, 29)) == 0
    assert actions.escalate(by=TESTS, at=shanghai(24, 17, 30)) == 1
    assert trail(alert)[-1] == ("escalated", "unclosed", "wei")
    assert now(alert).state == Alert.State.OPEN, "whoever has it now must take it"


def test_a_closed_alert_never_moves(as_system: Cast, raised: Raise) -> None:
    alert = raised()
    actions.close(alert, outcome="explained", by=as_system.mei, at=NOON)

    assert actions.escalate(by=TESTS, at=NOON + timedelta(days=9)) == 0


def test_when_the_holder_goes_away_the_backup_has_it_and_nobody_is_passed_over_twice(
    as_system: Cast, backup: Person, raised: Raise
) -> None:
    alert = raised(at=shanghai(23, 9))
    actions.go_away(as_system.mei, since=TODAY, until=TODAY, by=as_system.mei, at=NOON)

    assert actions.escalate(by=TESTS, at=shanghai(23, 10)) == 1
    assert actions.escalate(by=TESTS, at=shanghai(23, 10)) == 0
    assert trail(alert)[-1] == ("followed", "away", "jun")
    assert now(alert).due_at == shanghai(23, 12), "with a clock of its own"


def test_who_said_that_they_take_it_keeps_it_when_away_until_it_is_late(
    as_system: Cast, backup: Person, raised: Raise
) -> None:
    alert = raised(at=shanghai(23, 9))
    actions.acknowledge(alert, by=as_system.mei, at=shanghai(23, 9))
    actions.go_away(as_system.mei, since=TODAY, until=TODAY, by=as_system.mei, at=NOON)

    assert actions.escalate(by=TESTS, at=shanghai(23, 10)) == 0
    assert now(alert).holder == as_system.mei


def test_what_somebody_who_left_holds_goes_to_whoever_is_there(
    as_system: Cast, raised: Raise
) -> None:
    alert = raised()
    actions.acknowledge(alert, by=as_system.mei, at=NOON)
    core.change_person(as_system.mei, is_active=False, by=TESTS, at=NOON)

    actions.escalate(by=TESTS, at=NOON)

    assert trail(alert)[-1] == ("followed", "gone", "wei")


def test_a_book_given_away_by_any_road_takes_its_alerts_along_within_a_minute(
    as_system: Cast, backup: Person, raised: Raise
) -> None:
    alert = raised()
    core.assign_book(as_system.mei_book, owner=backup, backup=None, by=TESTS, at=NOON)

    actions.escalate(by=TESTS, at=NOON)

    assert trail(alert)[-1] == ("followed", "moved", "jun")


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_escalate_once() -> None:
    with scope.everything():
        cast = assemble()
        causes = [actions.Cause("large_movement", f"k{n}", cast.li.pk, 5) for n in range(30)]
        actions.raise_many(causes, by=TESTS, at=shanghai(23, 9))
    moved: list[int] = []

    told = overlapping(
        lambda: moved.append(actions.escalate(by=TESTS, at=shanghai(23, 11))),
        lambda: moved.append(actions.escalate(by=TESTS, at=shanghai(23, 11))),
    )

    with scope.everything():
        assert (told, sorted(moved)) == (["", ""], [0, 30])
        assert Step.objects.filter(what="escalated").count() == 30
        assert set(Alert.objects.values_list("holder__username", flat=True)) == {"wei"}


@pytest.mark.django_db(transaction=True)
def test_who_closes_while_the_clock_escalates_is_not_overwritten() -> None:
    with scope.everything():
        cast = assemble()
        made = actions.raise_(
            kind="large_movement", key="k", customer=cast.li, level=5, by=TESTS,
            at=shanghai(23, 9),
        )  # fmt: skip
    assert made is not None

    told = overlapping(
        lambda: actions.close(made, outcome="handled", by=cast.mei, at=shanghai(23, 11)),
        lambda: actions.escalate(by=TESTS, at=shanghai(23, 12)),
    )

    with scope.everything():
        assert told == ["", ""]
        assert now(made).state == Alert.State.CLOSED
        assert [what for what, _why, _to in trail(made)] == ["raised", "closed"]


@pytest.mark.django_db(transaction=True)
def test_the_job_asks_the_database_for_the_time() -> None:
    with scope.everything():
        cast = assemble()
        actions.raise_(
            kind="large_movement", key="k", customer=cast.li, level=5, by=TESTS,
            at=shanghai(2, 9).replace(year=2020),
        )  # fmt: skip

    jobs.escalate(0)

    with scope.everything():
        found = Alert.objects.get()
        assert Step.objects.filter(what="escalated").count() == 1
        assert found.holder == cast.wei
