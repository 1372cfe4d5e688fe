"""What is known of each customer on a date, in windows of days: what models learn from.

Every column is float64 or int64 and rests on facts up to the date alone, so that the same
function describes a customer today and, for training, on any day of the past.
"""

from __future__ import annotations

from regulars.engine.measures.windows.features import FEATURES, Feature, features_of
from regulars.engine.measures.windows.look import BEFORE_ALL, DAY, Look
from regulars.engine.measures.windows.rows import joined
from regulars.engine.measures.windows.table import windows, windows_on

__all__ = [
    "BEFORE_ALL",
    "DAY",
    "FEATURES",
    "Feature",
    "Look",
    "features_of",
    "joined",
    "windows",
    "windows_on",
]
