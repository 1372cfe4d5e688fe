"""How active a member is: over half a year, by what they did and not by what they own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SPAN = 180  # days
AWAY = 92  # three months without coming
# What each deed counts: who brings a friend does most for a community.
CAME, IDEA, ANSWER, FRIEND = 3, 2, 1, 5
ACTIVE = 6  # two meetings, or one and some more
NEW = 30  # days in which nobody is called asleep


@dataclass(frozen=True)
class Doing:
    """What a member did in the last half year.

    Attributes
    ----------
    came
        Meetings they came to.
    ideas
        Posts, pictures and ideas they brought.
    answers
        Replies to invitations and questions.
    friends
        People they brought into the community or to us.
    """

    came: int = 0
    ideas: int = 0
    answers: int = 0
    friends: int = 0

    @property
    def score(self) -> int:
        return (
            CAME * self.came + IDEA * self.ideas + ANSWER * self.answers + FRIEND * self.friends
        )


def standing(doing: Doing, joined: date, today: date) -> str:
    """Return "active", "some", "new" or "asleep"."""
    if doing.score >= ACTIVE:
        return "active"
    if doing.score:
        return "some"
    return "new" if today - joined < timedelta(days=NEW) else "asleep"
