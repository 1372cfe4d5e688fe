"""Reads of the standard: what holds, what it asks of people, who is treated by it.

What care asks for: `in_force(day).standard(level, kind=, unit=, business_class=)`,
`self_service(day)`, `entering(run, before, day=)`, `duties(matrix, everybody=, day=)`.
"""

from regulars.server.standards.queries.classes import (
    customers_of_classes,
    products,
    products_named,
)
from regulars.server.standards.queries.counting import counts, staff, workdays_a_month
from regulars.server.standards.queries.duties import Duty, duties, fulfils
from regulars.server.standards.queries.entering import Entry, entered, entering
from regulars.server.standards.queries.intervals import every, intervals
from regulars.server.standards.queries.page import Place, columns, exceptions, own_lines, rows
from regulars.server.standards.queries.simulating import Row, Simulation, simulate
from regulars.server.standards.queries.steering import (
    HOLDING,
    Ground,
    Negative,
    Negatives,
    ground,
    holding,
    negatives,
    own_proposals,
    self_service,
    steering,
    steering_of,
    steerings,
    to_review,
)
from regulars.server.standards.queries.tiers import Level, levels
from regulars.server.standards.queries.versions import (
    ServiceStandard,
    before,
    before_versions,
    content,
    draft,
    editors,
    in_force,
    lines,
    may_adopt,
    other_adopters,
    planned,
    unit_names,
    units,
    version_by_number,
    version_on,
    versions,
)

__all__ = [
    "HOLDING",
    "Duty",
    "Entry",
    "Ground",
    "Level",
    "Negative",
    "Negatives",
    "Place",
    "Row",
    "ServiceStandard",
    "Simulation",
    "before",
    "before_versions",
    "columns",
    "content",
    "counts",
    "customers_of_classes",
    "draft",
    "duties",
    "editors",
    "entered",
    "entering",
    "every",
    "exceptions",
    "fulfils",
    "ground",
    "holding",
    "in_force",
    "intervals",
    "levels",
    "lines",
    "may_adopt",
    "negatives",
    "other_adopters",
    "own_lines",
    "own_proposals",
    "planned",
    "products",
    "products_named",
    "rows",
    "self_service",
    "simulate",
    "staff",
    "steering",
    "steering_of",
    "steerings",
    "to_review",
    "unit_names",
    "units",
    "version_by_number",
    "version_on",
    "versions",
    "workdays_a_month",
]
