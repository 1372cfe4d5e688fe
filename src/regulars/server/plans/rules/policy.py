"""Who needs a plan, and how often it is looked at: settings of the company. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from regulars.server.plans.rules.bonds import NEEDS, Level

NOBODY = 0  # no tier needs a plan
KEY = "care_plans"


@dataclass(frozen=True)
class Policy:
    """Which customers must have a plan, and what is asked of one.

    Attributes
    ----------
    from_level
        Customers of tiers from this level on need a plan (5 is the best); 0: nobody must.
        Everybody else may have one.
    review_days
        Days after which a plan is looked at again, where nobody says another day.
    ask_days
        Working days within which a plan that was asked for stands.
    bond_days
        Days after which a judgement of the bond is old.
    needs
        Strands that make a level of the bond.
    """

    from_level: int = 5
    review_days: int = 90
    ask_days: int = 10
    bond_days: int = 365
    needs: Mapping[Level, int] = field(default_factory=lambda: dict(NEEDS))

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """Read `care_plans` from a company's settings; what is not set keeps its default."""
        given: Mapping[str, Any] = settings.get(KEY) or {}
        usual = cls()
        numbers = {
            name: int(given.get(name, getattr(usual, name)))
            for name in ("from_level", "review_days", "ask_days", "bond_days")
        }
        needs = given.get("needs") or {}
        return cls(
            **numbers,
            needs={step: int(needs.get(str(int(step)), n)) for step, n in NEEDS.items()},
        )

    def must(self, level: int) -> bool:
        """Whether a customer of this level needs a plan."""
        return self.from_level != NOBODY and level >= self.from_level
