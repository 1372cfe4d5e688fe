"""What a friend writes who opened a link, or has a code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Wording
from regulars.server.channels.rules import MARKETING_CHANNELS
from regulars.server.customers.models import Customer
from regulars.server.reception.forms import Callable
from regulars.server.referrals import queries
from regulars.server.referrals.actions import Friend
from regulars.server.web.forms import dress

CHANNELS = [(each, Customer.Channel(each).label) for each in MARKETING_CHANNELS]


class FriendForm(Callable):
    """A friend's own name and word. Nothing is ticked beforehand."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone number"), max_length=24, required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("E-mail address"), required=False, max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip
    place = forms.ChoiceField(
        label=_("Where would you like to be looked after?"), required=False
    )
    note = forms.CharField(
        label=_("What may we help you with?"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    channels = forms.MultipleChoiceField(
        choices=CHANNELS, required=False, widget=forms.CheckboxSelectMultiple
    )
    notice = forms.IntegerField(required=False, widget=forms.HiddenInput)
    # People leave it empty because they do not see it; machines fill in everything.
    website = forms.CharField(required=False)

    def __init__(self, data: Any, *, notice: Wording | None) -> None:
        super().__init__(data, initial={"notice": notice.version if notice else None})
        self.wording = notice
        place: Any = self.fields["place"]
        place.choices = [("", _("With whoever looks after my friend")), *queries.places()]
        dress(self)

    def asked(self) -> list[Any]:
        return [self[name] for name in ("name", "phone", "email", "place", "note")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("phone") or given.get("email")) and not self.errors:
            raise forms.ValidationError(
                gettext("Write a phone number or an e-mail address, so that we can answer.")
            )
        if not given.get("channels"):
            told = gettext("Tick at least one way by which we may get in touch with you.")
            self.add_error("channels", told)
        elif self.wording and given.get("notice") != self.wording.version:
            words = gettext("These words are new. Read them, tick again and send.")
            self.add_error("channels", words)
        return given

    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    def friend(self) -> Friend:
        told = self.cleaned_data
        return Friend(told["name"], told["phone"], told["email"], told["note"])


class CodeForm(forms.Form):
    """A short code that a friend was told."""

    code = forms.CharField(
        label=_("Your friend's code"), max_length=16,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
