"""Reads of experiments, of who is left alone, and of what worked."""

from regulars.server.experiments.queries.arms import (
    Row,
    arm_counts,
    arms_of,
    in_control,
    of_customer,
    rows,
)
from regulars.server.experiments.queries.contacts import contacts_from, contacts_sql
from regulars.server.experiments.queries.holdout import (
    held_out,
    held_out_among,
    holdout_in_force,
    holdouts,
    members,
)
from regulars.server.experiments.queries.one import (
    by_source,
    latest,
    one,
    readings,
    running,
    waiting_for_review,
)

__all__ = [
    "Row",
    "arm_counts",
    "arms_of",
    "by_source",
    "contacts_from",
    "contacts_sql",
    "held_out",
    "held_out_among",
    "holdout_in_force",
    "holdouts",
    "in_control",
    "latest",
    "members",
    "of_customer",
    "one",
    "readings",
    "rows",
    "running",
    "waiting_for_review",
]
