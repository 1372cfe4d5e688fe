"""What a contact is worth: the stake times the chance to change it, a minute of work.

The chance begins as a stated assumption of the trigger, or the company's own, and gives way
to what such contacts came to: the share that ended in interest or a deal, of those made in a
year. It is a share of contacts, not an effect: only a holdout group tells what would have
happened anyway. Greetings and other care are not judged by it and keep their assumption.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.server.care.rules.detect.reasons import Reason
from regulars.server.care.rules.policy import Policy
from regulars.server.care.rules.shape import Priority, Trigger

# So many contacts weigh as much as the assumption does.
WEIGHT = 30
JUDGED = (Priority.LOSS, Priority.MATURITY, Priority.GROWTH)


@dataclass(frozen=True)
class Tally:
    """Contacts for one kind of reason within a year, and those that came to something."""

    made: int
    won: int


@dataclass(frozen=True)
class Chances:
    """Trigger -> chance (0-1), from the company's settings and its own outcomes."""

    policy: Policy
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    def of(self, trigger: Trigger) -> float:
        assumed = self.policy.chances.get(trigger.code, trigger.chance)
        tally = self.tallies.get(trigger.code)
        if tally is None or trigger.priority not in JUDGED:
            return assumed
        return round((tally.won + WEIGHT * assumed) / (tally.made + WEIGHT), 4)

    def weigh(self, reason: Reason) -> Reason:
        return reason.but(chance=self.of(reason.trigger))
