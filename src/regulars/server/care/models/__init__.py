"""The work: why a customer is to be touched, on which day, and what came of it."""

from regulars.server.care.models.kept import Counting, Tally, TallyQuerySet
from regulars.server.care.models.own import OwnTrigger, OwnVersion, Stay, Watch
from regulars.server.care.models.work import (
    NO,
    YES,
    Answer,
    AnswerQuerySet,
    Capacity,
    Card,
    CardQuerySet,
    PlanRun,
    Task,
    Visit,
    VisitQuerySet,
)

__all__ = [
    "NO",
    "YES",
    "Answer",
    "AnswerQuerySet",
    "Capacity",
    "Card",
    "CardQuerySet",
    "Counting",
    "OwnTrigger",
    "OwnVersion",
    "PlanRun",
    "Stay",
    "Tally",
    "TallyQuerySet",
    "Task",
    "Visit",
    "VisitQuerySet",
    "Watch",
]
