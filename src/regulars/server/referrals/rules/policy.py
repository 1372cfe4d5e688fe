"""What a company sets: the clock of the first contact, bursts, and what a referral is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

KEY = "referrals"


@dataclass(frozen=True)
class Policy:
    """The company's settings.

    Attributes
    ----------
    contact_hours
        Within so many hours of the clock the friend is spoken with; they run on working days
        only (24: by the same time on the next working day).
    rise_hours
        A late one stays so many working hours on one rung of the line.
    burst, burst_days
        From so many friends of one referrer within so many days on somebody looks at it.
    usual_days
        So many days a friend is waited for who came while no rule held.
    late_days
        So many days after those of the rule its event still counts where facts come late.
    wait_days
        So many days a reward waits for its customer, who collects no points yet.
    share_percent
        q: of those who were referred, the share who would not have come otherwise.
    saving
        What winning a customer costs otherwise, in whole units of the currency.
    """

    contact_hours: int = 24
    rise_hours: int = 4
    burst: int = 6
    burst_days: int = 7
    usual_days: int = 90
    late_days: int = 30
    wait_days: int = 180
    share_percent: int = 50
    saving: int = 0

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """Read what is set; what is not keeps its default."""
        given = settings.get(KEY, {})
        usual = asdict(cls())
        return cls(**{name: int(given.get(name, value)) for name, value in usual.items()})
