"""Money: whole minor units in facts, Decimal in records."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

# Currencies without a hundredth; all others here have two digits (ISO 4217).
WHOLE = {"JPY": 0, "KRW": 0, "VND": 0}


def digits(currency: str) -> int:
    """Decimal places of a currency, 2 unless it has none."""
    return WHOLE.get(currency, 2)


def scale(currency: str) -> int:
    """Minor units in one unit: 100 for CNY."""
    return int(10 ** digits(currency))


def to_minor(amount: Decimal, currency: str = "CNY") -> int:
    """Round half to even into minor units."""
    return int((amount * scale(currency)).quantize(Decimal(1), ROUND_HALF_EVEN))
