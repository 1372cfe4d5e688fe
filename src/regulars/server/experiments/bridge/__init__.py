"""Sums of the arms from the facts: assignments go to DuckDB, one row per arm comes back."""

from regulars.server.experiments.bridge.outcomes import BEFORE, Column, Wanted, select
from regulars.server.experiments.bridge.sums import assigned, history, moments

__all__ = ["BEFORE", "Column", "Wanted", "assigned", "history", "moments", "select"]
