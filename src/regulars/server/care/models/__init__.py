"""The work: why a customer is to be touched, on which day, and what came of it."""

from regulars.server.care.models.answers import NO, YES, Answer, AnswerQuerySet
from regulars.server.care.models.kept import Counting, Tally, TallyQuerySet
from regulars.server.care.models.own import OwnTrigger, OwnVersion, Stay, Watch
from regulars.server.care.models.visits import Visit, VisitQuerySet
from regulars.server.care.models.work import (
    Capacity,
    Card,
    CardQuerySet,
    PlanRun,
    Task,
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
