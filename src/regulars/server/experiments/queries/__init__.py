"""Reads of experiments, of who is left alone, and of what worked."""

from regulars.server.experiments.queries.above import (
    Choice,
    contacts_from,
    contacts_sql,
    lists,
    lists_from,
    members_of,
    read_table,
    tables_from,
)
from regulars.server.experiments.queries.arms import (
    Row,
    arm_counts,
    arms_of,
    ids_of,
    in_control,
    of_customer,
    rows,
)
from regulars.server.experiments.queries.holdout import (
    held_out,
    held_out_among,
    holdout_in_force,
    holdouts,
    how_many,
    members,
)
from regulars.server.experiments.queries.library import Filter, labels, library, like, pooled
from regulars.server.experiments.queries.one import (
    by_source,
    latest,
    listed,
    one,
    readings,
    running,
    waiting_for_review,
)
from regulars.server.experiments.queries.planning import history, wanted

__all__ = [
    "Choice",
    "Filter",
    "Row",
    "arm_counts",
    "arms_of",
    "by_source",
    "contacts_from",
    "contacts_sql",
    "held_out",
    "held_out_among",
    "history",
    "holdout_in_force",
    "holdouts",
    "how_many",
    "ids_of",
    "in_control",
    "labels",
    "latest",
    "library",
    "like",
    "listed",
    "lists",
    "lists_from",
    "members",
    "members_of",
    "of_customer",
    "one",
    "pooled",
    "read_table",
    "readings",
    "rows",
    "running",
    "tables_from",
    "waiting_for_review",
    "wanted",
]
