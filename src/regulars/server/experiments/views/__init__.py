"""What worked, one experiment, a plan, a file that was brought, the programme holdout."""

from regulars.server.experiments.views.bringing import bring
from regulars.server.experiments.views.holdout import end_holdout, holdout
from regulars.server.experiments.views.library import export, index
from regulars.server.experiments.views.one import close, costs, one, review, rows
from regulars.server.experiments.views.planning import plan

__all__ = [
    "bring",
    "close",
    "costs",
    "end_holdout",
    "export",
    "holdout",
    "index",
    "one",
    "plan",
    "review",
    "rows",
]
