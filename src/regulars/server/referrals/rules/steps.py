"""How a referral moves, and of which steps who referred hears."""

from __future__ import annotations

from collections.abc import Mapping

# What people say by hand; facts alone make a customer, and a reward follows them.
NEXT: Mapping[str, frozenset[str]] = {
    "received": frozenset({"contacted", "met", "lost", "refused"}),
    "contacted": frozenset({"met", "lost", "refused"}),
    "met": frozenset({"lost", "refused"}),
    "customer": frozenset({"refused"}),
    "rewarded": frozenset(),
    "lost": frozenset(),  # they go on where they stood, or not at all
    "refused": frozenset(),
}
TOLD = frozenset({"received", "contacted", "met", "customer", "rewarded", "lost", "refused"})


def may_move(state: str, to: str) -> bool:
    """Whether a person may move it there."""
    return to in NEXT.get(state, frozenset())
