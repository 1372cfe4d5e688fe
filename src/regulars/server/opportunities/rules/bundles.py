"""Who may be offered a bundle, and what speaks against it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Fits:
    """Whether a customer is eligible, and which of the conditions fails."""

    lacks: tuple[str, ...]  # level, kind, class, segment

    @property
    def is_eligible(self) -> bool:
        return not self.lacks


def fits(
    *,
    levels: Collection[int],
    kind: str,
    classes: Collection[str],
    in_segment: bool | None,
    level: int | None,
    customer_kind: str,
    business_class: str,
) -> Fits:
    """Hold a customer against a bundle; a condition that is empty asks for nothing.

    `in_segment` is None where the bundle names no segment.
    """
    checks = {
        "level": not levels or level in levels,
        "kind": not kind or customer_kind == kind,
        "class": not classes or business_class in classes,
        "segment": in_segment is not False,
    }
    return Fits(tuple(name for name, holds in checks.items() if not holds))
