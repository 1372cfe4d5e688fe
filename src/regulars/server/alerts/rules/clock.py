"""How long an alert may wait before it goes up the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regulars.base.workhours import WorkHours
from regulars.server.alerts.rules.kinds import KINDS, LEVELS, UNTIERED

SAME_DAY_FROM = 4
# What comes in the last minutes of a day still leaves somebody time to read it.
LEAST = timedelta(hours=1)


@dataclass(frozen=True)
class Patience:
    """The company's settings of the clock.

    Keys of the settings: alert_hours {kind: {level: working hours}}, alert_days {kind:
    working days}, alert_from {kind: level}, alert_same_day_from (level), alerts_off [kind].
    """

    hours: Mapping[str, Mapping[int, int]] = field(
        default_factory=lambda: {code: kind.hours for code, kind in KINDS.items()}
    )
    days: Mapping[str, int] = field(
        default_factory=lambda: {code: kind.days for code, kind in KINDS.items()}
    )
    least: Mapping[str, int] = field(
        default_factory=lambda: {code: kind.least for code, kind in KINDS.items()}
    )
    same_day_from: int = SAME_DAY_FROM
    off: frozenset[str] = frozenset()

    def wants(self, kind: str, level: int) -> bool:
        """Whether the kind is raised for a tier of that level; 0 is no tier."""
        known = level if level in LEVELS else UNTIERED
        return kind not in self.off and known >= self.least[kind]

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Patience:
        """Read a company's settings; what is not set keeps its default."""
        hours, days = settings.get("alert_hours", {}), settings.get("alert_days", {})
        least = settings.get("alert_from", {})
        return cls(
            hours={
                code: {n: int(hours.get(code, {}).get(str(n), kind.hours[n])) for n in LEVELS}
                for code, kind in KINDS.items()
            },
            days={code: int(days.get(code, kind.days)) for code, kind in KINDS.items()},
            least={code: int(least.get(code, kind.least)) for code, kind in KINDS.items()},
            same_day_from=int(settings.get("alert_same_day_from", SAME_DAY_FROM)),
            off=frozenset(settings.get("alerts_off", ())),
        )


@dataclass(frozen=True)
class Clock:
    """The settings at one moment: when what comes now is late."""

    patience: Patience
    work: WorkHours
    at: datetime
    _known: dict[tuple[str, int], datetime] = field(
        default_factory=dict, repr=False, compare=False
    )

    def acknowledge_by(self, kind: str, level: int) -> datetime:
        """When somebody must have acknowledged it.

        For top tiers on the same working day at the latest; what comes in the day's last
        hour has an hour of work all the same.
        """
        if (kind, level) not in self._known:
            self._known[kind, level] = self._due(kind, level if level in LEVELS else UNTIERED)
        return self._known[kind, level]

    def close_by(self, kind: str) -> datetime:
        """When what is acknowledged now must have an outcome."""
        return self.work.after_days(self.at, self.patience.days[kind])

    def _due(self, kind: str, level: int) -> datetime:
        usual = self.work.add(self.at, timedelta(hours=self.patience.hours[kind][level]))
        if level < self.patience.same_day_from:
            return usual
        least = self.work.add(self.at, LEAST)
        return min(usual, max(self.work.day_ends(self.at), least))
