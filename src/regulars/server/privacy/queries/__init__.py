"""Reads of requests and periods, and what a person's copy holds."""

from regulars.server.privacy.queries.copies import content, copy_path, old_copies
from regulars.server.privacy.queries.done import did
from regulars.server.privacy.queries.periods import days_of, periods, sweeps, told
from regulars.server.privacy.queries.readable import file_rows, kept_for, tables
from regulars.server.privacy.queries.requests import (
    answered_before,
    counts,
    due,
    fate,
    late_count,
    old_requests,
    one,
    requests,
    requests_of,
    soon,
    to_be_searched,
)

__all__ = [
    "answered_before",
    "content",
    "copy_path",
    "counts",
    "days_of",
    "did",
    "due",
    "fate",
    "file_rows",
    "kept_for",
    "late_count",
    "old_copies",
    "old_requests",
    "one",
    "periods",
    "requests",
    "requests_of",
    "soon",
    "sweeps",
    "tables",
    "to_be_searched",
    "told",
]
