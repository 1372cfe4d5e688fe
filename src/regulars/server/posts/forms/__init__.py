"""What a person may type about daily posts."""

from regulars.server.posts.forms.items import ItemForm, SubmitForm, WhyForm
from regulars.server.posts.forms.packs import FaceForm, MarkForm
from regulars.server.posts.forms.settings import MessageForm, PersonaForm, SlotForm

__all__ = [
    "FaceForm",
    "ItemForm",
    "MarkForm",
    "MessageForm",
    "PersonaForm",
    "SlotForm",
    "SubmitForm",
    "WhyForm",
]
