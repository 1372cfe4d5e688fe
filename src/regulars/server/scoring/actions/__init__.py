"""Everything that changes in scoring: runs, what is learned after them, what is declined."""

from regulars.server.scoring.actions.declining import decline, take_back
from regulars.server.scoring.actions.learning import (
    ask_learning,
    attach,
    learn,
    perform_learning,
)
from regulars.server.scoring.actions.running import NothingToScore, run_scoring, sweep_sums

__all__ = [
    "NothingToScore",
    "ask_learning",
    "attach",
    "decline",
    "learn",
    "perform_learning",
    "run_scoring",
    "sweep_sums",
    "take_back",
]
