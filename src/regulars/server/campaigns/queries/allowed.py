"""Who may not be called or visited for a campaign, and why: messages are asked as they go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from regulars.server.channels.queries import contexts
from regulars.server.channels.rules.policy import Ask, Outcome, walk
from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.core import scope
from regulars.server.customers import queries as customers

WAITS = "on_hold"  # a complaint is open: the lists bring the call back when it is closed


def refused(
    ids: Sequence[int],
    *,
    channel: str,
    purpose: str,
    message: str,
    personal: bool,
    at: datetime,
) -> dict[int, str]:
    """The reason for each of some customers to whom it must not be said in person, ever.

    Caps and hours are no reason: whoever calls chooses the moment, and their call counts.
    """
    text = content.message_in_force(message)
    risk = None
    if text is not None and isinstance(text.body, Message):
        nature = content.nature(text.body)
        risk, personal = nature.risk, personal or nature.is_personal
    ask = Ask(channel, purpose, at, personal=personal, product_risk=risk, approved=True)
    people = list(customers.customers(scope.house()).filter(pk__in=list(ids)).order_by("pk"))
    found = {}
    for pk, context in contexts(people, ask).items():
        reasons = [one.reason for one in walk(context) if one.outcome == Outcome.DENY]
        if reasons and reasons[0] != WAITS:
            found[pk] = reasons[0]
    return found
