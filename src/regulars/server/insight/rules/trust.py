"""Figures about files, added up from those of a book and a tier level. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

TENTHS = 11  # ten of ten per cent each, and the complete ones
BEST = 4  # the two best tiers are the ones to look after first


@dataclass(frozen=True)
class Files:
    """Some files: how many, how complete, how many of them nobody confirmed in time."""

    customers: int = 0
    shares: int = 0
    stale: int = 0
    never: int = 0
    tenths: tuple[int, ...] = (0,) * TENTHS

    @property
    def mean(self) -> float | None:
        """The mean completeness as a share of one."""
        return self.shares / self.customers / 100 if self.customers else None

    @property
    def stale_share(self) -> float | None:
        return self.stale / self.customers if self.customers else None

    @property
    def lacking(self) -> int:
        """Files that lack anything."""
        return self.customers - self.tenths[-1]

    def __add__(self, other: Files) -> Files:
        return Files(
            self.customers + other.customers,
            self.shares + other.shares,
            self.stale + other.stale,
            self.never + other.never,
            tuple(a + b for a, b in zip(self.tenths, other.tenths, strict=True)),
        )


def total(files: Iterable[Files]) -> Files:
    return sum(files, Files())


@dataclass(frozen=True)
class Wanted:
    """Which files a list behind a figure holds."""

    branch: str = ""
    book: str = ""
    level: int | None = None
    tenth: int | None = None
    stale: bool = False
    never: bool = False
    lacking: bool = False
    best: bool = False
    order: str = "stake"

    @classmethod
    def read(cls, given: Any) -> Wanted:
        """Read an address; what nobody knows is left out."""
        return cls(
            branch=str(given.get("branch", ""))[:40],
            book=str(given.get("book", ""))[:40],
            level=_number(given.get("level"), 5),
            tenth=_number(given.get("tenth"), TENTHS - 1),
            stale=given.get("stale") == "1",
            never=given.get("never") == "1",
            lacking=given.get("lacking") == "1",
            best=given.get("best") == "1",
            order="share" if given.get("order") == "share" else "stake",
        )

    def pairs(self) -> list[tuple[str, str]]:
        """The same as it stands in an address."""
        found = [("branch", self.branch), ("book", self.book)]
        found += [("level", "" if self.level is None else str(self.level))]
        found += [("tenth", "" if self.tenth is None else str(self.tenth))]
        found += [
            ("stale", "1" if self.stale else ""),
            ("never", "1" if self.never else ""),
            ("lacking", "1" if self.lacking else ""),
        ]
        found += [("best", "1" if self.best else "")]
        found += [("order", self.order if self.order != "stake" else "")]
        return [(name, value) for name, value in found if value]


def bounds(tenth: int) -> tuple[int, int]:
    """The per cents of one bar, both ends within."""
    return (100, 100) if tenth == TENTHS - 1 else (tenth * 10, tenth * 10 + 9)


def tenth_words(tenth: int) -> str:
    low, high = bounds(tenth)
    return "100%" if low == high else f"{low}–{high}%"


def _number(given: Any, most: int) -> int | None:
    try:
        found = int(str(given))
    except ValueError:
        return None
    return found if 0 <= found <= most else None
