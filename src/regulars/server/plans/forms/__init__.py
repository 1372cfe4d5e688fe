"""What people type about plans, their parts, and bonds."""

from regulars.server.plans.forms.bonds import BondForm
from regulars.server.plans.forms.parts import GoalForm, GoalStandsForm, StepForm, StepStandsForm
from regulars.server.plans.forms.plans import (
    AimForm,
    AskForm,
    BeginForm,
    GiveUpForm,
    ReviewForm,
)
from regulars.server.plans.forms.settings import RulesForm

__all__ = [
    "AimForm",
    "AskForm",
    "BeginForm",
    "BondForm",
    "GiveUpForm",
    "GoalForm",
    "GoalStandsForm",
    "ReviewForm",
    "RulesForm",
    "StepForm",
    "StepStandsForm",
]
