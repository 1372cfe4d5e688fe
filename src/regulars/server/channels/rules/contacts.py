"""Pure rules of contacts: which steps follow, who may be reached by marketing, and how."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

# In the order in which a relationship manager would try them.
MARKETING_CHANNELS = ("call", "wecom", "sms", "email")
# An answer came back: these count as an interaction.
TWO_WAY = frozenset({"reached", "interested", "not_now", "done", "refused_all", "unsuitable"})


class Step(StrEnum):
    """What is to happen after a contact."""

    DONE = "done"
    CALL_TOMORROW = "call_tomorrow"
    CALL_3 = "call_3"
    MESSAGE = "message"
    MEET = "meet"
    OFFER = "offer"
    MONTH = "month"


# Working days until the step; None where nothing follows.
DAYS_UNTIL: Mapping[Step, int | None] = {
    Step.DONE: None,
    Step.CALL_TOMORROW: 1,
    Step.CALL_3: 3,
    Step.MESSAGE: 3,
    Step.MEET: 5,
    Step.OFFER: 2,
    Step.MONTH: 22,
}


def is_two_way(outcome: str) -> bool:
    """Tell whether an outcome means that the customer answered."""
    return outcome in TWO_WAY


def marketing_channels(
    consents: Mapping[str, bool], blocked: Collection[str], *, unknown: bool = False
) -> tuple[str, ...]:
    """Return the channels on which marketing is allowed.

    Silence is refusal: a channel without a recorded consent is closed, unless the company
    says otherwise with `unknown`. A blocked channel stays closed whatever was agreed.
    """
    return tuple(
        channel
        for channel in MARKETING_CHANNELS
        if consents.get(channel, unknown) is True and channel not in blocked
    )


def refuses_marketing(consents: Mapping[str, bool]) -> bool:
    """Tell whether the customer took back everything, as `refuse_all` writes it."""
    return all(consents.get(channel) is False for channel in MARKETING_CHANNELS)
