"""What a journey says, whether it can be gone, and where somebody goes on; pure."""

from regulars.server.journeys.rules.checking import Code, Trouble, removed, troubles
from regulars.server.journeys.rules.editing import NoSuchPlace
from regulars.server.journeys.rules.lots import lots
from regulars.server.journeys.rules.paths import Paths, Place
from regulars.server.journeys.rules.reading import BadRoute, read, written
from regulars.server.journeys.rules.shape import (
    BACK,
    LEAVE,
    NO,
    OF_CUSTOMER,
    ON,
    YES,
    Aim,
    Ask,
    Enter,
    Goal,
    How,
    Kind,
    Late,
    Route,
    Step,
    Until,
    by_id,
    walk,
)
from regulars.server.journeys.rules.waiting import first_day, last_moment, until, until_own

__all__ = [
    "BACK",
    "LEAVE",
    "NO",
    "OF_CUSTOMER",
    "ON",
    "YES",
    "Aim",
    "Ask",
    "BadRoute",
    "Code",
    "Enter",
    "Goal",
    "How",
    "Kind",
    "Late",
    "NoSuchPlace",
    "Paths",
    "Place",
    "Route",
    "Step",
    "Trouble",
    "Until",
    "by_id",
    "first_day",
    "last_moment",
    "lots",
    "read",
    "removed",
    "troubles",
    "until",
    "until_own",
    "walk",
    "written",
]
