"""Every change of experiments: made, assigned, read, closed, reviewed; who is held out."""

from regulars.server.experiments.actions.assigning import Assigned, assign
from regulars.server.experiments.actions.bringing import WrongFile, bring
from regulars.server.experiments.actions.deciding import NotOver, close, exported, review
from regulars.server.experiments.actions.holding_out import (
    AlreadyHeldOut,
    end_holdout,
    hold_out,
)
from regulars.server.experiments.actions.making import Plan, WrongPlan, change_costs, plan
from regulars.server.experiments.actions.reading import read, read_all

__all__ = [
    "AlreadyHeldOut",
    "Assigned",
    "NotOver",
    "Plan",
    "WrongFile",
    "WrongPlan",
    "assign",
    "bring",
    "change_costs",
    "close",
    "end_holdout",
    "exported",
    "hold_out",
    "plan",
    "read",
    "read_all",
    "review",
]
