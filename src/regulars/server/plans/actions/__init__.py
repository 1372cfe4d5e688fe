"""Every change of plans, their goals, steps and reviews, and of the judgement of bonds."""

from regulars.server.plans.actions.bonds import judge
from regulars.server.plans.actions.goals import NoGoal, add_goal, decide_goal, read_goal
from regulars.server.plans.actions.merging import join, part
from regulars.server.plans.actions.plans import (
    HasPlan,
    NotLive,
    NotReady,
    ask,
    begin,
    change,
    draft,
    give_up,
    held,
    review_day,
)
from regulars.server.plans.actions.reviews import hold
from regulars.server.plans.actions.settings import set_policy
from regulars.server.plans.actions.steps import (
    UNDO,
    add_step,
    do_step,
    do_steps,
    drop_step,
    move_step,
    reopen_step,
    reopen_steps,
)

__all__ = [
    "UNDO",
    "HasPlan",
    "NoGoal",
    "NotLive",
    "NotReady",
    "add_goal",
    "add_step",
    "ask",
    "begin",
    "change",
    "decide_goal",
    "do_step",
    "do_steps",
    "draft",
    "drop_step",
    "give_up",
    "held",
    "hold",
    "join",
    "judge",
    "move_step",
    "part",
    "read_goal",
    "reopen_step",
    "reopen_steps",
    "review_day",
    "set_policy",
]
