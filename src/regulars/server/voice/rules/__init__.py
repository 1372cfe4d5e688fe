"""Pure: scores with intervals, gaps, sampling, kinds of questions, topics, the settings."""

from regulars.server.voice.rules.kinds import CHOICE, KINDS, LONGEST_TEXT, SCALES, TEXT, fits
from regulars.server.voice.rules.policy import KEY, NEWS, Policy

__all__ = [
    "CHOICE",
    "KEY",
    "KINDS",
    "LONGEST_TEXT",
    "NEWS",
    "SCALES",
    "TEXT",
    "Policy",
    "fits",
]
