"""Segments ask of plans and bonds, through the viewer's eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.plans.conftest import Make

from regulars.server.core.models import Person
from regulars.server.plans import actions
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking, choices
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import Condition, Group
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db


def found(viewer: Person, field: str, op: str, *values: str) -> set[int]:
    on = ground(viewer, NOON)
    asked = asking.settle(Group("all", (Condition(field, op, values),)), on)
    return set(asking.ids(viewer, asked, on))


def test_who_has_a_plan_and_how_they_are_bound_are_conditions(
    as_system: Cast, planned: Make
) -> None:
    cast = as_system
    planned(cast.li)
    planned(cast.qian, begun=False)
    actions.judge(cast.li, strands=["points"], by=cast.mei, at=NOON)
    later = NOON + timedelta(days=1)
    actions.judge(cast.li, strands=["met", "greeted"], by=cast.mei, at=later)

    assert found(cast.ana, "care_plan", "in", "in_force") == {cast.li.pk}
    assert found(cast.ana, "care_plan", "known") == {cast.li.pk, cast.qian.pk}
    assert cast.zhou.pk in found(cast.ana, "care_plan", "unknown")
    assert found(cast.ana, "bond_level", "in", "2") == {cast.li.pk}
    assert found(cast.ana, "bond_level", "in", "1") == set(), "the last judgement counts"
    assert found(cast.tao, "care_plan", "known") == {cast.qian.pk}, "the own book only"


def test_their_values_have_names(as_system: Cast, planned: Make) -> None:
    cast = as_system
    planned(cast.li)
    on, words = ground(cast.ana, NOON), Words(cast.ana)
    plan = on.fields["care_plan"]

    assert [(c.value, c.count) for c in choices.choices(cast.ana, plan, on)] == [
        ("in_force", 1)
    ]
    assert (words.label(plan), words.value(plan, "in_force")) == ("维护计划", "执行中")
    assert words.value(on.fields["bond_level"], "3") == "结构"
