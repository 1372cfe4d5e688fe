"""What a person types about journeys."""

from regulars.server.journeys.forms.frame import (
    FrameForm,
    MovesForm,
    NameForm,
    NewForm,
    WhyForm,
)
from regulars.server.journeys.forms.steps import FORMS, Choices, StepForm

__all__ = [
    "FORMS",
    "Choices",
    "FrameForm",
    "MovesForm",
    "NameForm",
    "NewForm",
    "StepForm",
    "WhyForm",
]
