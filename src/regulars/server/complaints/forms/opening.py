"""A complaint as it is taken in: the words first, the rest where it is known."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.complaints import queries
from regulars.server.complaints.models import Case, Entry
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.products.models import Product
from regulars.server.web.forms import day, dress

NAMED = re.compile(r"\(([^()]+)\)\s*$")
LISTED = 200  # of people and products offered while typing


class DetailsForm(forms.Form):
    """What a complaint is about, as exactly as it is known."""

    type = forms.ModelChoiceField(
        queryset=Entry.objects.none(),
        label=_("What the complaint is about"),
        empty_label="…",
    )
    severity = forms.TypedChoiceField(
        label=_("How serious it is"),
        coerce=int,
        choices=Case.Severity.choices,
        initial=Case.Severity.SERIOUS,
        widget=forms.RadioSelect,
    )
    product = forms.CharField(
        label=_("Product"),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
    )
    wish = forms.CharField(
        label=_("What the customer wants"), required=False, max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    about = forms.CharField(
        label=_("Whom it is about"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
        help_text=_("Where the customer names one of us. That person does not handle it."),
    )
    about_service = forms.BooleanField(
        label=_("It is about the service of whoever looks after the customer"), required=False
    )

    def __init__(self, data: Any = None, *, viewer: Person, **given: Any) -> None:
        super().__init__(data, **given)
        self.viewer = viewer
        field: Any = self.fields["type"]  # of choices
        field.queryset = Entry.objects.filter(list=Entry.List.TYPE, is_active=True)
        dress(self)

    def clean_product(self) -> Product | None:
        said = self.cleaned_data["product"].strip()
        if not said:
            return None
        code = NAMED.search(said)
        found = Product.objects.filter(code=code[1] if code else said).first()
        found = found or Product.objects.filter(name=said).order_by("code").first()
        if found is None:
            raise forms.ValidationError(
                _("There is no product “%(said)s”. Choose one of the list."),
                params={"said": said},
            )
        return found

    def clean_about(self) -> Person | None:
        return self._person("about")

    def _person(self, name: str) -> Person | None:
        said = self.cleaned_data[name].strip()
        if not said:
            return None
        username = NAMED.search(said)
        found = queries.person(username[1] if username else said)
        if found is None:
            raise forms.ValidationError(
                _("Nobody here is called “%(said)s”. Choose one of the list."),
                params={"said": said},
            )
        return found

    def people(self) -> Iterable[str]:
        """Those who are offered while somebody types."""
        return [told(one) for one in queries.colleagues(self.viewer)[:LISTED]]

    def products(self) -> Iterable[str]:
        return [f"{one} ({one.code})" for one in Product.objects.order_by("code")[:LISTED]]


class ChangeForm(DetailsForm):
    """The details of a case, and whether it is complex."""

    is_complex = forms.BooleanField(label=_("It is complex: it has longer"), required=False)


class OpenForm(DetailsForm):
    """A new complaint, in a minute."""

    words = forms.CharField(
        label=_("What the customer says"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("In their own words; do not judge it yet."),
    )
    who = forms.CharField(label=_("Who complains"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )  # fmt: skip
    channel = forms.ChoiceField(
        label=_("How it came"), choices=Case.Channel.choices, initial=Case.Channel.CALL
    )
    received_on = forms.DateField(label=_("On which day"), required=False, widget=day())
    received_at = forms.TimeField(
        label=_("At what time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    handles = forms.ChoiceField(
        label=_("Who handles it"),
        choices=[
            ("desk", pgettext_lazy("complaint", "The service desk")),
            ("me", pgettext_lazy("complaint", "I do")),
        ],
        initial="desk",
        widget=forms.RadioSelect,
    )

    def __init__(
        self, data: Any = None, *, viewer: Person, stranger: bool, **given: Any
    ) -> None:
        super().__init__(data, viewer=viewer, **given)
        self.fields["who"].required = stranger

    def moment(self, at: datetime) -> datetime:
        """When it was received: now, unless a day or an hour was typed."""
        on, hour = self.cleaned_data["received_on"], self.cleaned_data["received_at"]
        if on is None and hour is None:
            return at
        zone = core.time_zone()
        local = at.astimezone(zone)
        day, clock = on or local.date(), hour or (local.time() if not on else time(9))
        if on == local.date() and hour is None:
            return at
        return datetime.combine(day, clock, zone)

    def told(self, at: datetime) -> dict[str, Any]:
        """What `actions.open_case` takes."""
        given = self.cleaned_data
        names = ("words", "type", "severity", "product", "wish", "about", "channel")
        return {name: given[name] for name in names} | {
            "about_service": given["about_service"] or given["type"].about_service,
            "received_at": self.moment(at),
            "handler": self.viewer if given["handles"] == "me" else None,
        }


def told(person: Person) -> str:
    """A person as a list offers them: the name, and the user name that finds them."""
    return f"{person} ({person.username})"
