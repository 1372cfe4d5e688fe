"""What people type about opportunities, proposals, accounts, and how all of it works."""

from regulars.server.opportunities.forms.accounts import (
    DealtForm,
    ObstacleForm,
    StanceForm,
    StrategyForm,
)
from regulars.server.opportunities.forms.deals import (
    ChanceForm,
    ChangeForm,
    NewForm,
    NextForm,
    ReopenForm,
)
from regulars.server.opportunities.forms.ends import LoseForm, WinForm
from regulars.server.opportunities.forms.proposals import (
    AnswerForm,
    PartForm,
    ProposalForm,
    SendForm,
)
from regulars.server.opportunities.forms.settings import BundleForm, SignalForm, StageForm

__all__ = [
    "AnswerForm",
    "BundleForm",
    "ChanceForm",
    "ChangeForm",
    "DealtForm",
    "LoseForm",
    "NewForm",
    "NextForm",
    "ObstacleForm",
    "PartForm",
    "ProposalForm",
    "ReopenForm",
    "SendForm",
    "SignalForm",
    "StageForm",
    "StanceForm",
    "StrategyForm",
    "WinForm",
]
