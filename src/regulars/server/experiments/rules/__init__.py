"""How customers are split, when it is looked at, what is said of it. Pure."""

from regulars.server.experiments.rules.arms import CONTROL, SHARE, TREATED, Arm, BadArms
from regulars.server.experiments.rules.judging import Asked, Judged, Timing, judge
from regulars.server.experiments.rules.planning import History, Sight, needed, sight

__all__ = [
    "CONTROL",
    "SHARE",
    "TREATED",
    "Arm",
    "Asked",
    "BadArms",
    "History",
    "Judged",
    "Sight",
    "Timing",
    "judge",
    "needed",
    "sight",
]
