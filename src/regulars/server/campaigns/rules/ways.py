"""Ways to reach a customer, and when a step reached nobody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

MESSAGES = ("wecom", "sms", "email")
CALLS = ("call", "visit")
# States of a message after which the next step is taken at once: it certainly did not arrive.
UNREACHED = frozenset({"failed", "bounced", "limited", "kept", "expired", "stopped"})
# States after which nothing of it is to be waited for; "unknown" may have arrived.
ENDED = UNREACHED | {"sent", "delivered", "unknown"}


def ends_of(percents: Sequence[int]) -> list[float]:
    """Where each wave but the last ends, as a share of all: 30, 30, 40 gives 0.3, 0.6."""
    return [round(each / 100, 6) for each in accumulate(percents[:-1])]
