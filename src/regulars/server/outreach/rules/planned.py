"""One thing of the marketing calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class Planned:
    """What happens on some days: a wave of a campaign, a salon, a festival, a slot.

    Attributes
    ----------
    kind
        "campaign", "salon", "festival", "topic", "post", "community" or "journey".
    day, last
        Its first and last day; `last` is `day` of what takes one.
    at
        The company's time of day; None for the whole day.
    state
        A short word beside it, such as "draft"; empty: it goes as planned.
    customers
        How many it is meant for; None where nobody knows yet.
    url
        Its page.
    """

    kind: str
    day: date
    title: str
    url: str
    last: date | None = None
    at: time | None = None
    state: str = ""
    customers: int | None = None
