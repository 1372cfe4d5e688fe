"""The words of lists and rules, and what a person may type into them."""

from regulars.server.segments.forms.listing import (
    LABELS,
    MEASURES,
    QUIET,
    SORTS,
    STAGES,
    TYPES,
    Choice,
    Pill,
    choices,
    pills,
    type_words,
)

__all__ = [
    "LABELS",
    "MEASURES",
    "QUIET",
    "SORTS",
    "STAGES",
    "TYPES",
    "Choice",
    "Pill",
    "choices",
    "pills",
    "type_words",
]
