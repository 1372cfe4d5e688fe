"""What friends, managers and administrators may write."""

from regulars.server.referrals.forms.desk import (
    AgainForm,
    DecideForm,
    HopeForm,
    LinkForm,
    LoseForm,
    NewForm,
    RefuseForm,
    TakeBackForm,
    WordsForm,
)
from regulars.server.referrals.forms.public import CodeForm, FriendForm
from regulars.server.referrals.forms.settings import EndForm, PolicyForm, TermsForm

__all__ = [
    "AgainForm",
    "CodeForm",
    "DecideForm",
    "EndForm",
    "FriendForm",
    "HopeForm",
    "LinkForm",
    "LoseForm",
    "NewForm",
    "PolicyForm",
    "RefuseForm",
    "TakeBackForm",
    "TermsForm",
    "WordsForm",
]
