"""What holds for every campaign: shares, dates, who goes on to the next step."""

from regulars.server.campaigns.rules.dates import PHASES, a_year_on, template
from regulars.server.campaigns.rules.ways import (
    CALLS,
    ENDED,
    MESSAGES,
    UNREACHED,
    ends_of,
)

__all__ = [
    "CALLS",
    "ENDED",
    "MESSAGES",
    "PHASES",
    "UNREACHED",
    "a_year_on",
    "ends_of",
    "template",
]
