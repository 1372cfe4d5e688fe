"""Plans in lists, one plan with its parts, bonds, and a customer as a whole."""

from regulars.server.plans.views.customers import bond, whole
from regulars.server.plans.views.lists import bonds, index, steps
from regulars.server.plans.views.one import ask, begin, change, draft, give_up, one, review
from regulars.server.plans.views.parts import add_goal, add_step, goal, reopen_step, step
from regulars.server.plans.views.settings import rules

__all__ = [
    "add_goal",
    "add_step",
    "ask",
    "begin",
    "bond",
    "bonds",
    "change",
    "draft",
    "give_up",
    "goal",
    "index",
    "one",
    "reopen_step",
    "review",
    "rules",
    "step",
    "steps",
    "whole",
]
