"""What a person may type about a complaint."""

from regulars.server.complaints.forms.dealing import (
    AnswerForm,
    CallForm,
    CloseForm,
    DecideForm,
    HandForm,
    MoreTimeForm,
    NoteForm,
    PaperForm,
    ReasonForm,
    WaitForm,
)
from regulars.server.complaints.forms.opening import ChangeForm, DetailsForm, OpenForm
from regulars.server.complaints.forms.settings import EntryForm, RulesForm

__all__ = [
    "AnswerForm",
    "CallForm",
    "ChangeForm",
    "CloseForm",
    "DecideForm",
    "DetailsForm",
    "EntryForm",
    "HandForm",
    "MoreTimeForm",
    "NoteForm",
    "OpenForm",
    "PaperForm",
    "ReasonForm",
    "RulesForm",
    "WaitForm",
]
