"""How often promises are kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """Promises of somebody in some span: those open now, and those decided in it.

    Withdrawn ones stand beside the share, not in it: who withdraws much is seen.
    """

    open: int = 0
    kept: int = 0
    broken: int = 0
    withdrawn: int = 0

    @property
    def decided(self) -> int:
        return self.kept + self.broken

    @property
    def share(self) -> float | None:
        """Kept out of kept and broken; None before the first is decided."""
        return self.kept / self.decided if self.decided else None
