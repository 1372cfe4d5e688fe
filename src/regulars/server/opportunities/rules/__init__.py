"""What opportunities are judged by. Pure."""

from regulars.server.opportunities.rules.bundles import Fits, fits
from regulars.server.opportunities.rules.forecast import (
    ENOUGH,
    Chance,
    Expected,
    Open,
    chances,
    expect,
    hit,
)
from regulars.server.opportunities.rules.funnel import (
    FEW,
    Deal,
    Rung,
    Stay,
    climb,
    conversion,
    median,
    rungs,
    stays,
)
from regulars.server.opportunities.rules.signals import SIGNALS, kind_of
from regulars.server.opportunities.rules.stages import DEFAULTS, LOST, WON, Usual

__all__ = [
    "DEFAULTS",
    "ENOUGH",
    "FEW",
    "LOST",
    "SIGNALS",
    "WON",
    "Chance",
    "Deal",
    "Expected",
    "Fits",
    "Open",
    "Rung",
    "Stay",
    "Usual",
    "chances",
    "climb",
    "conversion",
    "expect",
    "fits",
    "hit",
    "kind_of",
    "median",
    "rungs",
    "stays",
]
