"""Terms that end, out of the ledger of dealings with organisations."""

from __future__ import annotations

from regulars.server.care.queries.morning.happenings.spans import window
from regulars.server.care.rules.detect import Morning, Row
from regulars.server.care.rules.shape import Trigger
from regulars.server.trade import queries as trade

# Before the number of the terms, so that their task can be found when they are renewed.
PREFIX = "terms-"


def agreed(trigger: Trigger, morning: Morning) -> list[Row]:
    """The last days of terms that nothing follows, with what was billed in a year."""
    _first, last = window(trigger, morning)
    return [
        Row(each.customer.pk, f"{PREFIX}{each.terms.pk}", each.terms.ends_on, each.volume)
        for each in trade.everybodys_ending(morning.day, days=(last - morning.day).days)
        if each.terms.ends_on is not None
    ]
