"""When festivals are, what is to be done before them, and what may be done at them."""

from regulars.server.festivals.rules.days import CARE, Rule, Wrong, days, next_day
from regulars.server.festivals.rules.plans import (
    NOTICE,
    TASKS,
    Split,
    burden,
    due,
    split,
    task_days,
)

__all__ = [
    "CARE",
    "NOTICE",
    "TASKS",
    "Rule",
    "Split",
    "Wrong",
    "burden",
    "days",
    "due",
    "next_day",
    "split",
    "task_days",
]
