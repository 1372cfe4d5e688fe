"""The stages that a company begins with."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Usual:
    """One stage as it is before a company changes it."""

    code: str
    name: str
    name_en: str
    chance: Decimal
    patience: int
    ends: str = ""


# Why a deal was won; everything else is why one was lost.
WON = ("fit", "price_won", "service_won", "trust", "bundle", "other")
LOST = (
    "price", "rival", "product", "no_need", "later", "silent", "unsuitable", "service",
    "duplicate", "other",
)  # fmt: skip
# The chances are a beginning, not a finding: the own won rates take their place.
DEFAULTS = (
    Usual("found", "发现", "Found", Decimal("0.10"), 14),
    Usual("contacted", "已联系", "Contacted", Decimal("0.20"), 14),
    Usual("needs", "需求确认", "Need confirmed", Decimal("0.40"), 21),
    Usual("proposal", "方案", "Proposal", Decimal("0.60"), 14),
    Usual("negotiation", "商谈", "Negotiation", Decimal("0.80"), 14),
    Usual("won", "成交", "Won", Decimal(1), 0, "won"),
    Usual("lost", "失败", "Lost", Decimal(0), 0, "lost"),
)
