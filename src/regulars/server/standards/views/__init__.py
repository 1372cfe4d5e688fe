"""Pages and drawers of the standard."""

from regulars.server.standards.views.drafting import (
    adopt,
    attempt,
    cell,
    discard,
    draft,
    hours,
    plan,
    start,
    treatment,
)
from regulars.server.standards.views.pages import classes, history, index, stages, version
from regulars.server.standards.views.steering import end, negative, propose, steering, withdraw

__all__ = [
    "adopt",
    "attempt",
    "cell",
    "classes",
    "discard",
    "draft",
    "end",
    "history",
    "hours",
    "index",
    "negative",
    "plan",
    "propose",
    "stages",
    "start",
    "steering",
    "treatment",
    "version",
    "withdraw",
]
