"""Reads of requests and periods, and what a person's copy holds."""

from regulars.server.privacy.queries.copies import content, copy_path, old_copies
from regulars.server.privacy.queries.periods import days_of, periods, sweeps, told
from regulars.server.privacy.queries.requests import (
    counts,
    fate,
    late_count,
    one,
    requests,
    requests_of,
)

__all__ = [
    "content",
    "copy_path",
    "counts",
    "days_of",
    "fate",
    "late_count",
    "old_copies",
    "one",
    "periods",
    "requests",
    "requests_of",
    "sweeps",
    "told",
]
