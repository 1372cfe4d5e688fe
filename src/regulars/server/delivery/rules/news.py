"""What news does to a message: it only ever moves on, in whatever order news comes."""

from __future__ import annotations

# By what happened: the states it moves on from, and where to.
MOVES: dict[str, tuple[frozenset[str], str]] = {
    "sent": (frozenset({"begun", "created", "unknown"}), "sent"),
    "delivered": (frozenset({"begun", "created", "unknown", "sent", "failed"}), "delivered"),
    "failed": (frozenset({"begun", "created", "unknown", "sent"}), "failed"),
    "bounced": (frozenset({"begun", "created", "unknown", "sent", "failed"}), "bounced"),
    "limited": (frozenset({"begun", "created", "unknown"}), "limited"),
    "stopped": (frozenset({"begun", "created", "unknown", "sent"}), "failed"),
    "complained": (frozenset({"begun", "created", "unknown", "sent"}), "delivered"),
    "clicked": (frozenset({"begun", "created", "unknown", "sent"}), "delivered"),
}
# Complaints about mail, as a share of what was sent: an alarm, and the end (C-42).
ALARM, END = 0.001, 0.003
ENOUGH = 3  # complaints below which a share says nothing


def after(state: str, what: str) -> str:
    """The state after the news; the same where it changes nothing."""
    before, then = MOVES.get(what, (frozenset(), state))
    return then if state in before else state


def too_many(complaints: int, sent: int) -> bool:
    """Whether so many called it spam that the rest must not go out."""
    return complaints >= ENOUGH and complaints >= END * sent
