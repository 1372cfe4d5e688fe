"""What a person may write into the file by hand."""

from regulars.server.customers.forms.file import CAME, CustomerForm
from regulars.server.customers.forms.picture import picture
from regulars.server.customers.forms.ties import TieForm, role_words

__all__ = ["CAME", "CustomerForm", "TieForm", "picture", "role_words"]
