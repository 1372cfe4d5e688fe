"""Where the engine computes. Everything above speaks Ibis; what Ibis cannot say is here."""

from __future__ import annotations

from regulars.engine.backends.duckdb import Connection, connect, write_parts, write_table
from regulars.engine.backends.workbench import Workbench, first_row

__all__ = ["Connection", "Workbench", "connect", "first_row", "write_parts", "write_table"]
