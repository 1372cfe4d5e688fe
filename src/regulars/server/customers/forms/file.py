"""What a person may write into the file by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import rules
from regulars.server.customers.models import Customer
from regulars.server.web.forms import come, day, dress

EMPTY = ("", _("Not known"))
# How somebody came to the company, by the codes that files often bring.
CAME = {
    "walk_in": _("Walked in"),
    "store": _("In a store"),
    "referral": _("Recommended"),
    "online": _("Online"),
    "campaign": _("Campaign"),
    "payroll": _("Payroll"),
    "village_service_point": _("Village service point"),
    "form": pgettext_lazy("came by", "Web form"),
    "card": pgettext_lazy("came by", "Business card"),
    "event": pgettext_lazy("came by", "Event"),
    "visit": pgettext_lazy("came by", "Visit"),
    "spotted": pgettext_lazy("came by", "Spotted in the lobby"),
}
LUNAR = re.compile(r"^(1[0-2]|[1-9])-(30|[12]\d|[1-9])$")
# Numbers nobody has: only a demo's invented people may carry them.
DEMO_PHONE = re.compile(r"^101\d{8}$")
FIELDS = (
    *("name", "name_en", "gender", "birth_date", "lunar_birthday", "phone", "email"),
    *("address", "district", "occupation", "industry", "business_class"),
    *("key_concern", "since"),
    *("preferred_channel", "blocked_channels", "risk_tolerance", "tags", "note"),
)
FOR_ORGANIZATIONS = ("industry", "business_class")
FOR_PERSONS = ("gender", "birth_date", "lunar_birthday", "occupation", "risk_tolerance")


class CustomerForm(forms.Form):
    """The file as a form; `changes()` gives only what was really changed."""

    name = forms.CharField(label=_("Name"), max_length=200)
    name_en = forms.CharField(label=_("Name in English"), max_length=200, required=False)
    gender = forms.ChoiceField(
        label=_("Gender"), choices=[EMPTY, *Customer.Gender.choices], required=False
    )
    birth_date = forms.DateField(
        label=_("Birth date"),
        required=False,
        widget=day(),
    )
    lunar_birthday = forms.CharField(
        label=_("Lunar birthday"),
        required=False,
        help_text=_("Month and day of the lunar calendar, such as 8-15."),
    )
    phone = forms.CharField(label=_("Phone number"), max_length=24, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    address = forms.CharField(label=_("Address"), max_length=300, required=False)
    district = forms.CharField(label=_("District"), max_length=80, required=False)
    occupation = forms.CharField(label=_("Occupation"), max_length=80, required=False)
    industry = forms.CharField(label=_("Industry"), max_length=80, required=False)
    business_class = forms.ChoiceField(
        label=_("Business class"),
        choices=[EMPTY, *Customer.BusinessClass.choices],
        required=False,
        help_text=_("What the business with us mainly is; the standard may say more for it."),
    )
    key_concern = forms.CharField(
        label=_("Key concern"),
        max_length=300,
        required=False,
        help_text=_("What decides a purchase, in their words."),
    )
    since = forms.DateField(
        label=_("Customer since"),
        required=False,
        widget=day(),
    )
    preferred_channel = forms.ChoiceField(
        label=_("Preferred channel"),
        choices=[EMPTY, *Customer.Channel.choices],
        required=False,
    )
    blocked_channels = forms.MultipleChoiceField(
        label=_("Does not want to be reached by"),
        choices=Customer.Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    risk_tolerance = forms.TypedChoiceField(
        label=_("Risk tolerance"),
        choices=[EMPTY, *((n, f"C{n}") for n in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, help_text=_("Separate them with commas.")
    )
    note = forms.CharField(
        label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any, *, customer: Customer, viewer: Person, today: date) -> None:
        super().__init__(data, initial=_shown(customer))
        self.customer, self.today = customer, today
        hidden = () if viewer.may(Permission.SEE_PERSONAL) else rules.PERSONAL
        of_others = FOR_PERSONS if customer.is_organization else FOR_ORGANIZATIONS
        hidden = (*hidden, *of_others)
        for name in hidden:
            del self.fields[name]
        dress(self)

    def plain(self) -> Iterator[BoundField]:
        """The fields that stand one under the other; channels have a part of their own."""
        return (field for field in self if not _about_channels(field.name))

    def channels(self) -> Iterator[BoundField]:
        return (
            field
            for field in self
            if _about_channels(field.name) and field.name != "blocked_channels"
        )

    def changes(self) -> dict[str, Any]:
        """What differs from the file, by field of the customer."""
        given = {name: self.cleaned_data[name] for name in FIELDS if name in self.fields}
        return {
            name: value
            for name, value in given.items()
            if value != getattr(self.customer, name)
        }

    def clean_birth_date(self) -> date | None:
        return come(self.cleaned_data["birth_date"], today=self.today)

    def clean_since(self) -> date | None:
        return come(self.cleaned_data["since"], today=self.today)

    def clean_lunar_birthday(self) -> str:
        given = str(self.cleaned_data["lunar_birthday"]).strip()
        if given and not LUNAR.match(given):
            raise forms.ValidationError(
                gettext("“%(value)s” is no day of the lunar calendar. Write it as 8-15."),
                params={"value": given},
            )
        return given

    def clean_phone(self) -> str:
        given = re.sub(r"[\s-]", "", str(self.cleaned_data["phone"]))
        if given in ("", self.customer.phone) or _callable(given):
            return given
        raise forms.ValidationError(
            gettext(
                "“%(value)s” is not a number that can be called. "
                "Write 11 digits, or an area code and the number."
            ),
            params={"value": given},
        )

    def clean_tags(self) -> list[str]:
        found = re.split(r"[,，、;；]", self.cleaned_data["tags"])
        tags = list(dict.fromkeys(tag.strip() for tag in found if tag.strip()))
        long = next((tag for tag in tags if len(tag) > 40), None)
        if long:
            raise forms.ValidationError(
                gettext("The tag “%(tag)s” is longer than 40 characters. Shorten it."),
                params={"tag": long},
            )
        return tags


def _about_channels(name: str) -> bool:
    return name in {"preferred_channel", "blocked_channels"}


def _callable(number: str) -> bool:
    company = core.company()
    if company is not None and company.is_demo and DEMO_PHONE.match(number):
        return True
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
    except phonenumbers.NumberParseException:
        return False


def _shown(customer: Customer) -> dict[str, Any]:
    shown = {name: getattr(customer, name) for name in FIELDS}
    shown["tags"] = "，".join(customer.tags)
    return shown
