"""Bonds, progress and policy: pure."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from regulars.server.plans import rules
from regulars.server.plans.queries import wording
from regulars.server.plans.queries.strands import EVENTS
from regulars.server.plans.rules import Lack, Level, Policy
from regulars.server.segments.forms.events import EVENTS as NAMED


@pytest.mark.parametrize(
    ("strands", "level", "missing"),
    [
        ([], Level.NONE, 1),
        (["points"], Level.FINANCIAL, 2),
        (["met"], Level.NONE, 1),
        (["points", "met"], Level.FINANCIAL, 1),
        (["met", "greeted"], Level.SOCIAL, 2),
        (["met", "greeted", "payroll"], Level.SOCIAL, 1),
        (["payroll", "council"], Level.STRUCTURAL, 0),
        (["payroll", "gone long ago"], Level.NONE, 1),
    ],
)
def test_the_highest_level_with_enough_strands_counts(
    strands: list[str], level: Level, missing: int
) -> None:
    assert (rules.level(strands), rules.missing(strands)) == (level, missing)


def test_a_company_says_itself_how_many_strands_make_a_level() -> None:
    policy = Policy.of({"care_plans": {"from_level": 0, "needs": {"2": 1}}})

    assert rules.level(["met"], policy.needs) is Level.SOCIAL
    assert not policy.must(5), "nobody must have a plan"
    assert Policy.of({}).must(5)
    assert not Policy.of({}).must(4)


def test_a_strand_is_offered_to_those_whom_it_can_bind() -> None:
    person = {strand.code for strand in rules.strands_for("person")}
    firm = {strand.code for strand in rules.strands_for("organization")}

    assert firm - person == {"deciders_known", "framework", "joint_plan", "systems"}
    assert person <= firm


def test_every_strand_has_words_and_every_fact_behind_one_is_known() -> None:
    assert set(wording.STRANDS) == set(rules.STRANDS)
    assert set(wording.BY_HAND) <= set(rules.STRANDS)
    assert {kind for kinds in EVENTS.values() for kind in kinds} - set(NAMED) == {"payroll"}


@pytest.mark.parametrize(
    ("start", "target", "now", "share", "reached"),
    [
        (D(0), D(4), D(1), 0.25, False),
        (D(0), D(4), D(5), 1.0, True),
        (D(10), D(2), D(6), 0.5, False),
        (D(10), D(2), D(1), 1.0, True),
        (D(10), D(20), D(5), 0.0, False),
        (None, D(4), D(1), 0.25, False),
        (D(0), D(4), None, None, None),
    ],
)
def test_a_goal_is_reached_from_below_or_from_above(
    start: D | None, target: D, now: D | None, share: float | None, reached: bool | None
) -> None:
    assert rules.share(start, target, now) == share
    assert rules.reached(start, target, now) is reached


def test_a_plan_needs_an_aim_a_goal_and_a_step() -> None:
    assert rules.lacks(aim=" ", goals=0, steps=1) == (Lack.AIM, Lack.GOAL)
    assert rules.lacks(aim="grow", goals=1, steps=1) == ()
