"""Reads of plans and bonds, for one viewer; and what plans lay on a day, for the system."""

from regulars.server.plans.queries.bonds import (
    UNJUDGED,
    BondView,
    bond,
    history,
)
from regulars.server.plans.queries.bonds import rows as bond_rows
from regulars.server.plans.queries.bonds import tallies as bond_tallies
from regulars.server.plans.queries.bonds import view as bond_view
from regulars.server.plans.queries.due import STANDS, work
from regulars.server.plans.queries.fields import FIELDS
from regulars.server.plans.queries.keys import Key, needs_plan, without
from regulars.server.plans.queries.lists import (
    DRAFTS,
    ENDED,
    IN_FORCE,
    LACKING,
    MINE,
    PLACE,
    REVIEWS,
    SHOWS,
    STEPS,
    Line,
    Tallies,
    lacking,
    late_steps,
    lines,
    pressing,
    reviews_to_hold,
    steps_to_do,
    tallies,
    view_of,
)
from regulars.server.plans.queries.moments import moments
from regulars.server.plans.queries.plans import (
    GoalView,
    PlanView,
    StepView,
    after,
    current,
    ended,
    goal,
    one,
    policy,
    standings,
    step,
    view,
)
from regulars.server.plans.queries.strands import suggested
from regulars.server.plans.queries.whole import Whole, whole

__all__ = [
    "DRAFTS",
    "ENDED",
    "FIELDS",
    "IN_FORCE",
    "LACKING",
    "MINE",
    "PLACE",
    "REVIEWS",
    "SHOWS",
    "STANDS",
    "STEPS",
    "UNJUDGED",
    "BondView",
    "GoalView",
    "Key",
    "Line",
    "PlanView",
    "StepView",
    "Tallies",
    "Whole",
    "after",
    "bond",
    "bond_rows",
    "bond_tallies",
    "bond_view",
    "current",
    "ended",
    "goal",
    "history",
    "lacking",
    "late_steps",
    "lines",
    "moments",
    "needs_plan",
    "one",
    "policy",
    "pressing",
    "reviews_to_hold",
    "standings",
    "step",
    "steps_to_do",
    "suggested",
    "tallies",
    "view",
    "view_of",
    "whole",
    "without",
    "work",
]
