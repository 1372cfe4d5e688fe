"""Whole files of customers at once; see `files`. Whose value wins is judged in `judging`."""

from regulars.server.customers.loading.files import (
    COLUMNS,
    Loaded,
    ensure,
    index,
    known,
    load,
)

__all__ = ["COLUMNS", "Loaded", "ensure", "index", "known", "load"]
