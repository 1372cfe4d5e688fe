"""What strangers, lobby managers and marketers may write."""

from __future__ import annotations

from datetime import date
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Wording
from regulars.server.channels.rules import MARKETING_CHANNELS
from regulars.server.customers.models import Customer
from regulars.server.reception import queries, rules
from regulars.server.reception.models import Arrival, HostedForm
from regulars.server.web.forms import come, day, dress

LABELS = {
    "name": pgettext_lazy("person", "Name"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "gender": _("Gender"),
    "birth_date": _("Birth date"),
    "address": _("Address"),
    "district": _("District"),
    "occupation": _("Occupation"),
    "note": _("What may we help you with?"),
}
# What a phone offers while somebody types.
TYPING = {
    "name": {"autocomplete": "name"},
    "phone": {"inputmode": "tel", "autocomplete": "tel"},
    "email": {"autocomplete": "email"},
    "address": {"autocomplete": "street-address"},
}
CHANNELS = [(each, Customer.Channel(each).label) for each in MARKETING_CHANNELS]


def _field(name: str, *, required: bool) -> forms.Field:
    given: dict[str, Any] = {"label": LABELS[name], "required": required}
    if name == "gender":
        return forms.ChoiceField(choices=[("", "–"), *Customer.Gender.choices], **given)
    if name == "birth_date":
        return forms.DateField(widget=day(), **given)
    if name == "email":
        widget = forms.EmailInput(attrs=TYPING["email"])
        return forms.EmailField(max_length=254, widget=widget, **given)
    if name == "note":
        return forms.CharField(
            max_length=300, widget=forms.Textarea(attrs={"rows": 3}), **given
        )
    attributes = dict(TYPING.get(name, {}))
    longest = {"name": 60, "phone": 24, "address": 300}.get(name, 80)
    return forms.CharField(
        max_length=longest, widget=forms.TextInput(attrs=attributes), **given
    )


class Callable(forms.Form):
    """A form whose phone number must be one that can be called."""

    def clean_phone(self) -> str:
        given = str(self.cleaned_data.get("phone") or "").strip()
        if not given:
            return ""
        number = rules.digits(given)
        try:
            valid = phonenumbers.is_valid_number(phonenumbers.parse(number, "CN"))
        except phonenumbers.NumberParseException:
            valid = False
        if not valid and not number.startswith("101"):  # numbers of the demo, that nobody has
            raise forms.ValidationError(
                gettext("“%(value)s” is not a number that can be called. Look at it again."),
                params={"value": given},
            )
        return number


class PublicForm(Callable):
    """A hosted form as a stranger sees it. Nothing is ticked beforehand."""

    # People leave it empty because they do not see it; machines fill in everything.
    website = forms.CharField(required=False)

    def __init__(
        self, data: Any, *, form: HostedForm, today: date, notice: Wording | None
    ) -> None:
        super().__init__(data)
        self.form, self.today, self.notice = form, today, notice
        for name in rules.ASKED:
            if name in form.fields or name == "name":
                must = name == "name" or name in form.required
                self.fields[name] = _field(name, required=must)
        # Without words of a notice there is nothing to agree to.
        if form.channels and notice is not None:
            offered = [(key, label) for key, label in CHANNELS if key in form.channels]
            self.fields["agreed"] = forms.MultipleChoiceField(
                choices=offered, required=False, widget=forms.CheckboxSelectMultiple
            )
            self.fields["notice"] = forms.IntegerField(
                required=False, initial=notice.version, widget=forms.HiddenInput
            )
        dress(self)

    def asked(self) -> list[Any]:
        return [self[name] for name in rules.ASKED if name in self.fields]

    def clean_birth_date(self) -> date | None:
        return come(self.cleaned_data["birth_date"], today=self.today)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not (given.get("phone") or given.get("email")) and not self.errors:
            raise forms.ValidationError(
                gettext("Write a phone number or an e-mail address, so that we can answer.")
            )
        if given.get("agreed") and self.notice and given.get("notice") != self.notice.version:
            words = gettext("These words are new. Read them, tick again and send.")
            self.add_error("agreed", words)
        return given

    def is_machine(self) -> bool:
        return bool(self.data.get("website"))

    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data.get(name) for name in rules.ASKED if name in self.fields
        }


class QuickForm(Callable):
    """Somebody met, in under a minute on a phone."""

    way = forms.ChoiceField(
        choices=[choice for choice in Arrival.Way.choices if choice[0] != "form"],
        widget=forms.RadioSelect,
        label=_("How did you meet?"),
        initial="visit",
    )
    name = forms.CharField(label=LABELS["name"], max_length=60)
    phone = forms.CharField(
        label=LABELS["phone"],
        max_length=24,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )
    email = forms.EmailField(label=LABELS["email"], required=False)
    occasion = forms.CharField(
        label=_("Occasion"),
        max_length=80,
        required=False,
        help_text=_("Such as “Spring fair”. It stays for the next one."),
    )
    note = forms.CharField(
        label=_("What do they look for?"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any, *, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        dress(self)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("name", "phone", "email")}


class MakeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only to the stubs
    """A hosted form, as a marketer sets it up."""

    fields_asked = forms.MultipleChoiceField(
        label=_("What it asks"),
        choices=[(name, LABELS[name]) for name in rules.ASKED if name != "name"],
        widget=forms.CheckboxSelectMultiple,
        initial=["phone", "email", "note"],
    )
    must = forms.MultipleChoiceField(
        label=_("Must be filled in"),
        choices=[(name, LABELS[name]) for name in rules.ASKED if name != "name"],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["phone"],
    )
    asks_consent = forms.MultipleChoiceField(
        label=_("Asks whether news is welcome by"),
        choices=CHANNELS,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = HostedForm
        fields = ("name", "title", "title_en", "intro", "intro_en", "book", "is_open")
        labels = {
            "name": _("Name inside the house"),
            "title": _("Title in Chinese"),
            "title_en": _("Title in English"),
            "intro": _("What it is about, in Chinese"),
            "intro_en": _("What it is about, in English"),
            "book": _("New people go to"),
            "is_open": _("Open to the public"),
        }
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 2}),
            "intro_en": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, data: Any, *, form: HostedForm | None) -> None:
        initial = {}
        if form is not None:
            initial = {
                "fields_asked": form.fields,
                "must": form.required,
                "asks_consent": form.channels,
            }
        super().__init__(data, instance=form, initial=initial)
        book: Any = self.fields["book"]
        book.queryset = queries.pools()
        if len(pools := list(book.queryset[:2])) == 1:
            book.initial = pools[0].pk
        book.empty_label = _("Choose a book")
        self.fields["title"].required = False  # one of the two languages is enough
        for name in ("intro", "intro_en"):
            text: Any = self.fields[name]
            text.max_length = 2_000
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        asked = given.get("fields_asked")
        if asked is not None and not {"phone", "email"} & set(asked):
            told = gettext("Ask for a phone number or an e-mail address, or nobody can answer.")
            self.add_error("fields_asked", told)
        if not (given.get("title") or given.get("title_en")):
            own = "title" if (get_language() or "zh").startswith("zh") else "title_en"
            self.add_error(own, gettext("Write what stands above the form."))
        return given

    def rows(self) -> list[tuple[str, Any, Any]]:
        """Each field with its two ticks: asked, and must be filled in."""
        pairs = zip(self["fields_asked"], self["must"], strict=True)
        return [(ask.choice_label, ask, must) for ask, must in pairs]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        plain = {name: given[name] for name in self.Meta.fields}
        asked = given["fields_asked"]
        return plain | {
            "fields": [name for name in rules.ASKED if name in asked],
            "required": [name for name in given["must"] if name in asked],
            "channels": list(given["asks_consent"]),
        }
