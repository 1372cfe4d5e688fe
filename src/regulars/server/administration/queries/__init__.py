"""Reads of the front door, the state of the system, its people, places, jobs and trail."""

from regulars.server.administration.queries.front import (
    ANSWER,
    REQUEST,
    REQUESTS,
    Entry,
    OwnHome,
    demo_entries,
    failures,
    glance,
    home_url,
    is_demo,
    needs_set_up,
    own_home,
    own_home_runs,
    set_up_token,
)
from regulars.server.administration.queries.health import Health, Notice, health
from regulars.server.administration.queries.lists import (
    Line,
    Place,
    actors,
    audit_lines,
    book,
    books,
    calendar_days,
    calendar_years,
    job_of,
    jobs,
    org_units,
    people,
    person,
    places,
)
from regulars.server.administration.queries.work import (
    NIGHTLY,
    day_due,
    job,
    last_nightly,
    local_date,
    nightly_under_way,
)

__all__ = [
    "ANSWER", "NIGHTLY", "REQUEST", "REQUESTS", "Entry", "Health", "Line", "Notice",
    "OwnHome", "Place", "actors", "audit_lines", "book", "books", "calendar_days",
    "calendar_years", "day_due", "demo_entries", "failures", "glance", "health",
    "home_url", "is_demo", "job", "job_of", "jobs", "last_nightly", "local_date",
    "needs_set_up", "nightly_under_way", "org_units", "own_home", "own_home_runs", "people",
    "person", "places", "set_up_token",
]  # fmt: skip
