"""What a person may type about surveys, loops and files."""

from regulars.server.voice.forms.asked import given, sheet
from regulars.server.voice.forms.bringing import ColumnsForm, FileForm
from regulars.server.voice.forms.loops import (
    CauseForm,
    CloseHighForm,
    CloseLowForm,
    ImproveForm,
)
from regulars.server.voice.forms.surveys import (
    LaunchForm,
    MakeForm,
    QuestionForm,
    RulesForm,
    TextsForm,
)

__all__ = [
    "CauseForm",
    "CloseHighForm",
    "CloseLowForm",
    "ColumnsForm",
    "FileForm",
    "ImproveForm",
    "LaunchForm",
    "MakeForm",
    "QuestionForm",
    "RulesForm",
    "TextsForm",
    "given",
    "sheet",
]
