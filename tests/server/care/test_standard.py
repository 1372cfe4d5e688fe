"""The morning run keeps to the service standard in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from regulars.server.care import queries
from regulars.server.care.queries import morning as reads
from regulars.server.care.rules import Morning, Policy
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.standards import actions
from regulars.server.standards import queries as standards
from regulars.server.standards.models import Steering
from regulars.server.standards.rules import Line, Purpose, Rhythm
from regulars.testing.cast import NOON, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
LINE = Line(
    4, Purpose.CONTACT, rhythm=Rhythm.DAYS, days=900, minutes=10, channels=("call",),
    kind="person",
)  # fmt: skip


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """Li is premier and Qian target; nobody ever spoke with them."""
    for who, yuan in ((as_system.li, 900_000), (as_system.qian, 240_000)):
        who.since = date(2025, 1, 1)
        who.save(update_fields=["since"])
        bought(as_system, who, *(date(2026, 1, 5) + timedelta(weeks=n) for n in range(46)))
        has_balance(as_system, who, (date(2026, 1, 1), yuan * 100))
    scored(as_system)
    scope.set_scope(scope.EVERYBODY)
    return as_system


def overdue() -> set[int]:
    policy = Policy.of({}, kind="bank", matrix=standards.in_force(TODAY).matrix)
    found = reads.overdue(reads.Sight(Morning(TODAY, core.work_calendar(), policy), None, NOON))
    return {row.customer_id for row in found}


def adopt(cast: Cast, line: Line, **of: object) -> None:
    actions.start_draft(by=cast.ana, at=NOON)
    actions.change_cell(
        [line], level=line.level, purpose="contact", kind="person", by=cast.ana, at=NOON, **of
    )  # type: ignore[arg-type]  # a place or none
    actions.adopt(number=1, seen=None, from_day=TODAY, note="", by=cast.lin, at=NOON)


def test_nothing_changes_before_somebody_edits(town: Cast) -> None:
    assert overdue() == {town.li.pk, town.qian.pk}


def test_a_longer_interval_of_a_tier_waits_longer(town: Cast) -> None:
    adopt(town, LINE)

    assert overdue() == {town.qian.pk}


def test_a_branch_of_its_own_has_its_own_interval(town: Cast) -> None:
    adopt(town, replace(LINE, level=3), unit=town.lake)
    board = queries.team(town.lin, NOON)

    assert overdue() == {town.li.pk}
    assert board.total is not None


def test_who_is_led_to_self_service_is_not_called_in_a_rhythm(town: Cast) -> None:
    Steering.objects.create(
        customer=town.li, state="approved", reason="x", earned=1, cost=2, as_of=TODAY,
        review_on=TODAY + timedelta(days=9), from_day=TODAY, proposed_by=town.wei,
        proposed_at=NOON, decided_by=town.lin, decided_at=NOON,
    )  # fmt: skip

    assert overdue() == {town.qian.pk}
