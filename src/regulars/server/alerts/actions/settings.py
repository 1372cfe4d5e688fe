"""How long alerts may wait, as the company sets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from regulars.server.alerts.rules import KINDS, LEVELS
from regulars.server.core import actions as core
from regulars.server.core.audit import Actor


def set_patience(
    *,
    hours: Mapping[str, Mapping[int, int]],
    days: Mapping[str, int],
    least: Mapping[str, int],
    same_day_from: int,
    off: Iterable[str],
    spans: Iterable[tuple[str, str]],
    by: Actor,
    at: datetime,
) -> None:
    """Keep the clock's settings; alerts that wait already keep their time."""
    core.change_settings(
        alert_hours={
            code: {str(n): hours[code][n] for n in LEVELS} for code in KINDS if code in hours
        },
        alert_days={code: days[code] for code in KINDS if code in days},
        alert_from={code: least[code] for code in KINDS if code in least},
        alert_same_day_from=same_day_from,
        alerts_off=sorted(set(off) & set(KINDS)),
        working_hours=[list(span) for span in spans],
        by=by,
        at=at,
    )
