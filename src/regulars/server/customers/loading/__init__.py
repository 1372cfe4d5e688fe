"""Whole files of customers at once; see `files`. Whose value wins is judged in `judging`."""

from regulars.server.customers.loading.files import Loaded, ensure, known, load
from regulars.server.customers.loading.searching import index
from regulars.server.customers.loading.staging import COLUMNS, Csv
from regulars.server.customers.loading.witness import Witness

__all__ = ["COLUMNS", "Csv", "Loaded", "Witness", "ensure", "index", "known", "load"]
