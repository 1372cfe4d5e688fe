"""What a person may write into the file by hand."""

from regulars.server.customers.forms.file import CAME, CustomerForm
from regulars.server.customers.forms.households import (
    WHY,
    roles_of,
)
from regulars.server.customers.forms.life import LifeEventForm, evidence_words, hint_words
from regulars.server.customers.forms.picture import narrow_picture, picture
from regulars.server.customers.forms.preferences import (
    DocumentForm,
    PreferenceForm,
    TagsForm,
)
from regulars.server.customers.forms.ties import TieForm, role_words

__all__ = [
    "CAME",
    "WHY",
    "CustomerForm",
    "DocumentForm",
    "LifeEventForm",
    "PreferenceForm",
    "TagsForm",
    "TieForm",
    "evidence_words",
    "hint_words",
    "narrow_picture",
    "picture",
    "role_words",
    "roles_of",
]
