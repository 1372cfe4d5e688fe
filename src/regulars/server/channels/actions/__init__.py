"""Every change of contacts and consents."""

from regulars.server.channels.actions.consents import (
    NotGiven,
    WordingGone,
    correct_consent,
    lapse,
    publish_wording,
    record_consent,
    refuse_all,
)
from regulars.server.channels.actions.contacts import (
    AlreadyReversed,
    WrongOutcome,
    record_touch,
    reverse_touch,
)

__all__ = [
    "AlreadyReversed",
    "NotGiven",
    "WordingGone",
    "WrongOutcome",
    "correct_consent",
    "lapse",
    "publish_wording",
    "record_consent",
    "record_touch",
    "refuse_all",
    "reverse_touch",
]
