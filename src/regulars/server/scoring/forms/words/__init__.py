"""Words for every code that the lessons bring: facts, changes, steps, classes, reasons.

The engine speaks in codes and figures; here they become one sentence in the reader's
language. A test walks through the engine's own lists, so that no code stays without words.
"""

from regulars.server.scoring.forms.words.codes import (
    ALIKE,
    ATTRIBUTES,
    BANDS,
    CATEGORIES,
    CHANNELS,
    CLASSES,
    CONFIDENCE,
    FINDINGS,
    LEVELS,
    METHODS,
    MODELS,
    OUTCOMES,
    REASONS,
    SERVICE,
    STEPS,
    TIMELESS,
)
from regulars.server.scoring.forms.words.facts import FACTS, OF_SHOPS, UNKNOWN, Fact
from regulars.server.scoring.forms.words.voice import FINE, Voice, listed

__all__ = [
    "ALIKE",
    "ATTRIBUTES",
    "BANDS",
    "CATEGORIES",
    "CHANNELS",
    "CLASSES",
    "CONFIDENCE",
    "FACTS",
    "FINDINGS",
    "FINE",
    "LEVELS",
    "METHODS",
    "MODELS",
    "OF_SHOPS",
    "OUTCOMES",
    "REASONS",
    "SERVICE",
    "STEPS",
    "TIMELESS",
    "UNKNOWN",
    "Fact",
    "Voice",
    "listed",
]
