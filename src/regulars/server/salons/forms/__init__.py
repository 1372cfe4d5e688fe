"""What people type about salons, kinds, sheets, costs and guests."""

from regulars.server.salons.forms.guests import (
    AddForm,
    AnswerForm,
    FriendForm,
    HeardForm,
    PublicForm,
    SaidForm,
    WalkInForm,
)
from regulars.server.salons.forms.parts import (
    CostForm,
    KindForm,
    PartForm,
    ReasonForm,
    SettleForm,
)
from regulars.server.salons.forms.salons import SalonForm

__all__ = [
    "AddForm",
    "AnswerForm",
    "CostForm",
    "FriendForm",
    "HeardForm",
    "KindForm",
    "PartForm",
    "PublicForm",
    "ReasonForm",
    "SaidForm",
    "SalonForm",
    "SettleForm",
    "WalkInForm",
]
