"""Pure rules of the standard.

lines of a version + a customer's tier, place, class -> Standard     lines.py
lines + counts of customers + people -> Load                         hours.py
two contents -> Differences                                          differences.py
"""

from regulars.server.standards.rules.checks import (
    BadHours,
    BadLine,
    BadTerm,
    check_cell,
    check_hours,
    check_term,
)
from regulars.server.standards.rules.differences import Cell, Changed, Differences, differences
from regulars.server.standards.rules.hours import Count, Load, Staff, by_role, loads
from regulars.server.standards.rules.lines import (
    CHANNELS,
    EVERYBODY,
    LEVELS,
    NEGATIVE,
    ORGANIZATION,
    PERSON,
    UNTIERED,
    Doer,
    Line,
    Matrix,
    Period,
    Purpose,
    Rhythm,
    Standard,
    fulfils,
)
from regulars.server.standards.rules.plans import (
    CLASSES,
    STAGES,
    ClassPlan,
    Content,
    Hours,
    Treatment,
)
from regulars.server.standards.rules.presets import PRESETS, preset, with_settings

__all__ = [
    "CHANNELS",
    "CLASSES",
    "EVERYBODY",
    "LEVELS",
    "NEGATIVE",
    "ORGANIZATION",
    "PERSON",
    "PRESETS",
    "STAGES",
    "UNTIERED",
    "BadHours",
    "BadLine",
    "BadTerm",
    "Cell",
    "Changed",
    "ClassPlan",
    "Content",
    "Count",
    "Differences",
    "Doer",
    "Hours",
    "Line",
    "Load",
    "Matrix",
    "Period",
    "Purpose",
    "Rhythm",
    "Staff",
    "Standard",
    "Treatment",
    "by_role",
    "check_cell",
    "check_hours",
    "check_term",
    "differences",
    "fulfils",
    "loads",
    "preset",
    "with_settings",
]
