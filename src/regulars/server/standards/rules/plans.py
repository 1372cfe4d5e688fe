"""What is offered to a business class, and what is done when a customer enters a stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from regulars.server.standards.rules.lines import Doer, Matrix

STAGES = (
    *("prospect", "intent", "new", "active", "loyal"),
    *("at_risk", "dormant", "lost", "reactivated"),
)
CLASSES = ("settlement", "credit", "relationship", "channel")


@dataclass(frozen=True)
class Treatment:
    """What everybody gets who enters a stage of the life of a customer.

    `workdays` from the day the stage was seen; the same stage again within `quiet_days` is not
    treated a second time. A treatment that is marketing obeys consent.
    """

    stage: str
    name: str
    name_en: str
    task: str
    task_en: str
    doer: str = Doer.RM
    workdays: int = 5
    minutes: int = 10
    channels: tuple[str, ...] = ("call",)
    marketing: bool = False
    quiet_days: int = 90
    is_on: bool = True


@dataclass(frozen=True)
class ClassPlan:
    """What a business class of organisations is offered, and how it is won deeper."""

    business_class: str
    aim: str
    aim_en: str
    steps: str
    steps_en: str
    products: tuple[str, ...] = ()  # codes of the catalogue


@dataclass(frozen=True)
class Hours:
    """What people have for all this: hours a day, and which share of them by role.

    People of the remote team have no account of their own; the company says how many they are.
    """

    hours_a_day: float = 8.0
    share: Mapping[str, float] = field(
        default_factory=lambda: {
            Doer.RM: 0.6,
            Doer.MANAGER: 0.25,
            Doer.LEADER: 0.15,
            Doer.LOBBY_MANAGER: 0.2,
            Doer.REMOTE: 0.8,
        }
    )
    remote_people: int = 0

    def of(self, doer: str, *, people: int, workdays: float) -> float:
        """Hours a month that these people have for the standard."""
        return people * self.hours_a_day * self.share.get(doer, 0.0) * workdays


@dataclass(frozen=True)
class Content:
    """Everything a version says."""

    matrix: Matrix
    plans: Mapping[str, ClassPlan]
    treatments: Mapping[str, Treatment]
    hours: Hours

    def with_matrix(self, matrix: Matrix) -> Content:
        """The same with other lines."""
        return replace(self, matrix=matrix)
