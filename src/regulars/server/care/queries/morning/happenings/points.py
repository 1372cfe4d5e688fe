"""Points of our own programme that end; those of another system come as events."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.server.care.queries.morning.happenings.spans import Found, source_of, window
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.rules.detect import Row
from regulars.server.care.rules.detectors import Before, Event
from regulars.server.care.rules.shape import Trigger
from regulars.server.loyalty import queries as loyalty

KIND = "points_expire"


def from_points(triggers: Sequence[Trigger], sight: Sight, found: Found) -> None:
    """Rows of customers whose points end within the reminders' days, as of this morning."""
    for trigger in triggers:
        source = source_of(trigger)
        speaks = isinstance(source, Event) and KIND in source.kinds
        # What is spent or reversed during the day is minded the next morning.
        if not speaks or not isinstance(trigger.detect, Before) or sight.since is not None:
            continue
        first, last = window(trigger, sight.morning)
        found[trigger.code] += [
            Row(each.customer_id, loyalty.MARK, each.on, facts={"value": f"{each.points}"})
            for each in loyalty.expiring(max(first, sight.morning.day), last)
        ]
