"""Versions: a draft changes nothing, another person adopts it, what was adopted stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from regulars.server.core import actions as core
from regulars.server.core.models import AuditEntry, Person
from regulars.server.standards import actions, queries
from regulars.server.standards.models import Version
from regulars.server.standards.rules import Doer, Hours, Line, Purpose, Rhythm, differences
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
WEEKLY = Line(
    5,
    Purpose.CONTACT,
    rhythm=Rhythm.DAYS,
    days=7,
    minutes=20,
    channels=("call",),
    kind="person",
)


def weekly(cast: Cast, *, by: Person) -> Version:
    """A draft in which the top tier hears from us every week."""
    if queries.draft() is None:
        actions.start_draft(by=by, at=NOON)
    return actions.change_cell(
        [WEEKLY], level=5, purpose="contact", kind="person", by=by, at=NOON
    )


def adopted(cast: Cast, *, on: int = 0) -> Version:
    version = weekly(cast, by=cast.ana)
    return actions.adopt(
        number=version.number, seen=None, from_day=TODAY + timedelta(days=on), note="more",
        by=cast.lin, at=NOON,
    )  # fmt: skip


def every(day_offset: int = 0) -> int | None:
    return queries.in_force(TODAY + timedelta(days=day_offset)).standard(5).contact_every


def test_a_draft_changes_nothing(as_system: Cast) -> None:
    weekly(as_system, by=as_system.ana)

    assert every() == 14


def test_an_adopted_draft_holds_from_its_day(as_system: Cast) -> None:
    adopted(as_system, on=3)

    assert (every(2), every(3)) == (14, 7)


def test_what_is_adopted_later_takes_the_place_of_what_was_planned(as_system: Cast) -> None:
    adopted(as_system, on=10)
    actions.start_draft(by=as_system.ana, at=NOON)
    month = replace(WEEKLY, days=30)
    actions.change_cell(
        [month], level=5, purpose="contact", kind="person", by=as_system.ana, at=NOON
    )
    actions.adopt(number=2, seen=None, from_day=TODAY, note="", by=as_system.lin, at=NOON)

    assert (every(), every(20)) == (30, 30)


def test_nobody_adopts_what_they_wrote_in(as_system: Cast) -> None:
    weekly(as_system, by=as_system.ana)
    version = weekly(as_system, by=as_system.lin)

    with pytest.raises(actions.NotByYourself):
        actions.adopt(
            number=version.number, seen=None, from_day=TODAY, note="", by=as_system.lin, at=NOON
        )

    assert queries.may_adopt(as_system.ada, version)


def test_whoever_may_not_adopt_does_not(as_system: Cast) -> None:
    version = weekly(as_system, by=as_system.lin)

    assert not queries.may_adopt(as_system.ana, version)


def test_the_only_one_who_may_adopts_alone_and_the_version_says_so(as_system: Cast) -> None:
    core.change_person(as_system.lin, is_active=False, by=TESTS, at=NOON)
    version = weekly(as_system, by=as_system.ada)

    made = actions.adopt(
        number=version.number, seen=None, from_day=TODAY, note="", by=as_system.ada, at=NOON
    )

    assert made.alone


def test_the_database_refuses_an_author_who_adopts(as_system: Cast) -> None:
    version = weekly(as_system, by=as_system.ana)

    with pytest.raises(IntegrityError, match="adopted_by_another"), transaction.atomic():
        Version.objects.filter(pk=version.pk).update(
            state="adopted", from_day=TODAY, adopted_at=NOON, adopted_by=as_system.ana
        )


def test_a_draft_that_changed_meanwhile_is_not_adopted(as_system: Cast) -> None:
    version = weekly(as_system, by=as_system.ana)
    seen = version.changed_at
    later = NOON + timedelta(minutes=1)
    actions.change_hours(Hours(hours_a_day=7), by=as_system.ana, at=later)

    with pytest.raises(actions.NothingToAdopt):
        actions.adopt(
            number=version.number, seen=seen, from_day=TODAY, note="", by=as_system.lin, at=NOON
        )


def test_nothing_holds_backwards(as_system: Cast) -> None:
    version = weekly(as_system, by=as_system.ana)

    with pytest.raises(actions.DayIsPast):
        actions.adopt(
            number=version.number, seen=None, from_day=TODAY - timedelta(days=1), note="",
            by=as_system.lin, at=NOON,
        )  # fmt: skip


def test_there_is_one_draft_at_a_time(as_system: Cast) -> None:
    actions.start_draft(by=as_system.ana, at=NOON)

    with pytest.raises(actions.DraftStands):
        actions.start_draft(by=as_system.ada, at=NOON)


def test_a_draft_begins_as_what_is_in_force_ends(as_system: Cast) -> None:
    adopted(as_system)
    draft = actions.start_draft(by=as_system.ana, at=NOON)

    assert not differences(queries.in_force(TODAY).content, queries.content(draft))


def test_a_draft_may_begin_from_another_line_of_business(as_system: Cast) -> None:
    draft = actions.start_draft(by=as_system.ana, at=NOON, preset="insurance")

    assert queries.content(draft).matrix.standard(5).contact_every == 30


def test_a_branch_has_a_standard_of_its_own_until_it_follows_again(as_system: Cast) -> None:
    weekly(as_system, by=as_system.ana)
    lake = {
        "level": 5, "purpose": "contact", "kind": "person", "unit": as_system.lake,
        "by": as_system.ana, "at": NOON,
    }  # fmt: skip
    actions.change_cell([replace(WEEKLY, days=3)], **lake)
    path = as_system.lake.path

    content = queries.content(queries.draft() or Version())
    assert content.matrix.standard(5, unit=path).contact_every == 3
    assert content.matrix.standard(5, unit=as_system.willow.path).contact_every == 7

    actions.change_cell([], **lake)
    content = queries.content(queries.draft() or Version())
    assert content.matrix.standard(5, unit=path).contact_every == 7


def test_everything_of_a_version_comes_back_as_it_was_written(as_system: Cast) -> None:
    actions.start_draft(by=as_system.ana, at=NOON)
    known = queries.before_versions()
    plan = replace(known.plans["credit"], aim="新的目标", products=("L001",))
    treatment = replace(known.treatments["dormant"], doer=Doer.REMOTE, workdays=7)
    actions.change_plan(plan, by=as_system.ana, at=NOON)
    actions.change_treatment(treatment, by=as_system.ana, at=NOON)
    actions.change_hours(Hours(7.5, {"rm": 0.5}, 12), by=as_system.ana, at=NOON)

    content = queries.content(queries.draft() or Version())

    assert content.plans["credit"] == plan
    assert content.treatments["dormant"] == treatment
    assert content.hours == Hours(7.5, {"rm": 0.5}, 12)
    assert content.matrix.lines == known.matrix.lines


def test_every_change_stands_in_the_audit_trail(as_system: Cast) -> None:
    adopted(as_system)

    told = AuditEntry.objects.filter(action__startswith="standards.").order_by("pk")
    assert list(told.values_list("action", flat=True)) == [
        "standards.draft.started",
        "standards.cell.changed",
        "standards.version.adopted",
    ]
