"""What a source is called, whose file this is, what is unusual about it. Pure functions."""

from regulars.server.intake.rules.layouts import Cut, LayoutWrong, cut_line, layout
from regulars.server.intake.rules.presets import (
    PRESETS,
    Preset,
    column,
    made,
    mapped,
    preset,
    whose,
)
from regulars.server.intake.rules.sources import (
    Known,
    asks_evidence,
    code,
    differences,
    is_due,
    recognise,
    remembered,
    unusual,
)

__all__ = [
    "PRESETS",
    "Cut",
    "Known",
    "LayoutWrong",
    "Preset",
    "asks_evidence",
    "code",
    "column",
    "cut_line",
    "differences",
    "is_due",
    "layout",
    "made",
    "mapped",
    "preset",
    "recognise",
    "remembered",
    "unusual",
    "whose",
]
