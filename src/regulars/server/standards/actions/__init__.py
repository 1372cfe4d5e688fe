"""Every change of the standard, and of who is led to self-service."""

from regulars.server.standards.actions.adopting import (
    DayIsPast,
    NotByYourself,
    NothingToAdopt,
    adopt,
)
from regulars.server.standards.actions.drafting import (
    DraftStands,
    NoDraft,
    change_cell,
    change_hours,
    change_plan,
    change_treatment,
    discard_draft,
    start_draft,
)
from regulars.server.standards.actions.steering import (
    AlreadyDecided,
    AlreadyProposed,
    NoGround,
    NotYours,
    end,
    propose,
    review,
    withdraw,
)

__all__ = [
    "AlreadyDecided",
    "AlreadyProposed",
    "DayIsPast",
    "DraftStands",
    "NoDraft",
    "NoGround",
    "NotByYourself",
    "NotYours",
    "NothingToAdopt",
    "adopt",
    "change_cell",
    "change_hours",
    "change_plan",
    "change_treatment",
    "discard_draft",
    "end",
    "propose",
    "review",
    "start_draft",
    "withdraw",
]
