"""Pure rules: which steps follow a contact, what a consent is worth, who may be reached."""

from regulars.server.channels.rules.contacts import (
    DAYS_UNTIL,
    MARKETING_CHANNELS,
    TWO_WAY,
    Step,
    is_two_way,
    marketing_channels,
    refuses_marketing,
)

__all__ = [
    "DAYS_UNTIL",
    "MARKETING_CHANNELS",
    "TWO_WAY",
    "Step",
    "is_two_way",
    "marketing_channels",
    "refuses_marketing",
]
