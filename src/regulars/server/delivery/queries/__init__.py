"""Reads of lines, mailings and deliveries."""

from regulars.server.delivery.queries.addresses import Address, addresses_of
from regulars.server.delivery.queries.lines import (
    SEALED,
    due_lines,
    line,
    line_for,
    line_of_hook,
    lines_to_ask,
    secrets_of,
    set_up,
)
from regulars.server.delivery.queries.mailings import counted, running, unknown

__all__ = [
    "SEALED",
    "Address",
    "addresses_of",
    "counted",
    "due_lines",
    "line",
    "line_for",
    "line_of_hook",
    "lines_to_ask",
    "running",
    "secrets_of",
    "set_up",
    "unknown",
]
