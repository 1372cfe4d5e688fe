"""Small pictures drawn as SVG: what was forecast against what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language

from regulars.server.web import rules as web

WIDE, HIGH = 300, 200  # of the square that a calibration is drawn in
TOPS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Spot:
    """One tenth: where it was forecast to be, where it came to be, and how sure that is."""

    x: float
    y: float
    low: float
    high: float
    said: str


@dataclass(frozen=True)
class Calibration:
    """Spots in a box of 300 by 200, and the labels of both axes."""

    spots: tuple[Spot, ...]
    ticks: tuple[tuple[float, float, str], ...]  # x, y, label


@dataclass(frozen=True)
class Interval:
    """A dot with whiskers on a line 200 long."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Pair:
    """The share of a class then and now, on a line 100 long."""

    label: str
    then: float
    now: float
    then_width: float
    now_width: float


@dataclass(frozen=True)
class Tried:
    """A quarter of the past: what was forecast then, and what came."""

    day: str
    forecast: float
    actual: float

    @property
    def error(self) -> float:
        return self.forecast / self.actual - 1 if self.actual else 0.0


def calibration(tenths: Sequence[Mapping[str, float]]) -> Calibration:
    """Place ten parts: forecast to the right, what came upwards, both on one scale."""
    largest = max(max(each["forecast"], each["rate_high"]) for each in tenths)
    top = next((top for top in TOPS if largest <= top), 1.0)
    spots = tuple(
        Spot(
            _put(each["forecast"], top, WIDE),
            HIGH - _put(each["rate"], top, HIGH),
            HIGH - _put(max(each["rate_low"], 0.0), top, HIGH),
            HIGH - _put(each["rate_high"], top, HIGH),
            f"{web.percent(each['forecast'])} → {web.percent(each['rate'])}",
        )
        for each in tenths
    )
    digits = 0 if top >= 0.2 else 1
    ticks = tuple(
        (WIDE * part, HIGH - HIGH * part, web.percent(top * part, digits=digits))
        for part in (0.0, 0.5, 1.0)
    )
    return Calibration(spots, ticks)


def interval(low: float, middle: float, high: float, top: float) -> Interval:
    """Place a share with its interval on a line that ends at `top`."""
    placed = (_put(max(each, 0.0), top, 200) for each in (low, middle, high))
    return Interval(*placed)


def pairs(classes: Sequence[tuple[str, float, float]]) -> list[Pair]:
    """Place shares then and now beside each other, the largest as long as the line."""
    largest = max((max(then, now) for _label, then, now in classes), default=0.0) or 1.0
    return [
        Pair(label, then, now, round(100 * then / largest, 1), round(100 * now / largest, 1))
        for label, then, now in classes
    ]


def tries(card: Mapping[str, Any]) -> list[Tried]:
    """What the chosen way would have forecast for each quarter of the past it was tried on."""
    return [
        Tried(
            web.day(date.fromisoformat(each["cutoff"]), "full", language=get_language()),
            each["forecast"],
            each["actual"],
        )
        for each in card["tries"]
        if each["way"] == card["way"]
    ]


def _put(share: float, top: float, length: float) -> float:
    return round(length * min(share, top) / top, 1)
