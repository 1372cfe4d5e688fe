"""What people type when they write a text."""

from regulars.server.content.forms.cards import CardForm
from regulars.server.content.forms.messages import MessageForm
from regulars.server.content.forms.playbooks import FileForm, MessagesFileForm, PlaybookForm
from regulars.server.content.forms.rest import ChecklistForm, WordForm

__all__ = [
    "CardForm",
    "ChecklistForm",
    "FileForm",
    "MessageForm",
    "MessagesFileForm",
    "PlaybookForm",
    "WordForm",
]
