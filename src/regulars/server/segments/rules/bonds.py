"""How close a customer is to us: a rule of the company over contacts and business. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# Stages of a customer who does business with us.
ALIVE = ("new", "active", "loyal", "reactivated")


class Bond(StrEnum):
    """How close a customer is to us."""

    DEEP = "deep"
    FAIR = "fair"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class BondRule:
    """When a customer counts as close, and when as forgotten: settings of the company.

    Close: that many two-way contacts within the days, and business with us. Forgotten: no
    two-way contact for so long; who came later than that is not forgotten yet.
    """

    deep_contacts: int = 2
    deep_days: int = 180
    forgotten_days: int = 365

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> BondRule:
        """Read `relation` from a company's settings; what is not set keeps its default."""
        given = settings.get("relation", {})
        return cls(
            *(
                max(1, int(given.get(name, getattr(cls, name))))
                for name in ("deep_contacts", "deep_days", "forgotten_days")
            )
        )
