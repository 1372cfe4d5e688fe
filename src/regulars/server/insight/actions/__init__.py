"""What the pages of insight set going."""

from regulars.server.insight.actions.running import (
    ReasonMissing,
    admit,
    ask_current,
    ask_learning,
    ask_run,
    perform,
)
from regulars.server.insight.actions.trust import measure_files

__all__ = [
    "ReasonMissing",
    "admit",
    "ask_current",
    "ask_learning",
    "ask_run",
    "measure_files",
    "perform",
]
