"""What people wish outside of the house, and what the company lets out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.agenda import queries
from regulars.server.agenda.queries import AskedFor
from regulars.server.core.models import Person
from regulars.server.web.forms import dress

ASKED_FOR = [
    (AskedFor.WHO_ASKS.value, _("whoever asks for it")),
    (AskedFor.EVERYBODY.value, _("everybody who looks after customers, until they say no")),
    (AskedFor.NOBODY.value, _("nobody")),
]


class WishForm(forms.Form):
    """The ticks of one person."""

    letter = forms.BooleanField(label=_("Send me the morning mail"), required=False)
    names = forms.BooleanField(label=_("Write the names of customers"), required=False)
    each = forms.BooleanField(
        label=_("One calendar entry for each card instead of one for the day"), required=False
    )

    def __init__(self, data: Any = None, *, person: Person) -> None:
        wish = queries.wish_of(person)
        begun = {
            "letter": queries.wanted_by(person),
            "names": wish.names,
            "each": wish.each,
        }
        super().__init__(data, initial=begun)
        if not queries.names_allowed():
            del self.fields["names"]

    def told(self) -> dict[str, bool]:
        """Only what was changed: who never said keeps the company's usual."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class RulesForm(forms.Form):
    """What the company lets out of the house."""

    usual = forms.ChoiceField(
        label=_("The morning mail goes to"), choices=ASKED_FOR, widget=forms.RadioSelect
    )
    hour = forms.TimeField(
        label=_("It goes out at"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On working days, by the company's clock."),
    )
    names = forms.BooleanField(
        label=_("Names of customers may stand in calendars and mails, where a person wants it"),
        required=False,
    )

    def __init__(self, data: Any = None) -> None:
        begun = {
            "usual": queries.usual().value,
            "hour": queries.hour(),
            "names": queries.names_allowed(),
        }
        super().__init__(data, initial=begun)
        dress(self)

    def told(self) -> dict[str, Any]:
        """The settings as the action takes them."""
        given = self.cleaned_data
        return {
            "usual": AskedFor(given["usual"]),
            "hour": given["hour"],
            "names": given["names"],
        }
