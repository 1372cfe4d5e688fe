"""Who speaks for an organisation, and how it bargains."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.trade import queries
from regulars.server.trade.forms.drawer import EMPTY, money
from regulars.server.trade.models import BusinessProfile, ContactPerson
from regulars.server.web.forms import come, day, dress

LINKS = {"person", "chosen"}  # shown together, below the rest


class ContactForm(forms.Form):
    """A contact person: who, which part in a decision, the last words."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=120, required=False
    )
    title = forms.CharField(label=_("Title"), max_length=80, required=False)
    role = forms.ChoiceField(
        label=_("Part in the decision"),
        choices=[EMPTY, *ContactPerson.Role.choices],
        required=False,
    )
    attitude = forms.ChoiceField(
        label=_("Attitude to us"),
        choices=[EMPTY, *ContactPerson.Attitude.choices],
        required=False,
    )
    phone = forms.CharField(label=_("Phone number"), max_length=24, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    birthday = forms.DateField(label=_("Birthday"), required=False, widget=day())
    note = forms.CharField(
        label=_("Last words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What this person said last, or wants."),
    )
    person = forms.CharField(
        label=_("A customer of ours too?"),
        required=False,
        max_length=60,
        help_text=_("Name, pinyin, end of the phone number, or customer number. Empty if not."),
    )
    chosen = forms.CharField(required=False, max_length=12)  # one of those who were found
    left_on = forms.DateField(
        label=_("Left on"),
        required=False,
        widget=day(),
        help_text=_("The first day on which this person speaks for them no more."),
    )

    def __init__(
        self,
        data: Any,
        *,
        viewer: Person,
        today: date,
        known: queries.LinkedContact | None = None,
    ) -> None:
        super().__init__(data, initial=_shown(known))
        self.viewer, self.today, self.known = viewer, today, known
        if known is None:
            del self.fields["left_on"]
        elif not viewer.may(Permission.SEE_PERSONAL):
            del self.fields["phone"], self.fields["email"]
        if known is not None and known.contact.person_id and known.person is None:
            # Linked to somebody whom this viewer may not see: the link is not theirs to change.
            del self.fields["person"], self.fields["chosen"]
        # Whom the page offers to link: who is linked already, or who answers to what was typed.
        self.found = [known.person] if known is not None and known.person else []
        dress(self)
        if "person" in self.fields:
            self.fields["person"].widget.attrs |= {"type": "search", "autocomplete": "off"}

    def plain(self) -> list[BoundField]:
        """The fields above the one that searches."""
        return [self[name] for name in self.fields if name not in LINKS | {"left_on"}]

    def clean_person(self) -> Customer | None:
        """Whoever answers to the words, if it is one; `chosen` says which of several."""
        text, chosen = self.cleaned_data["person"].strip(), self.data.get("chosen")
        if chosen == "":  # "none of them", whatever was typed
            return None
        if not text:
            return queries.person_to_link(self.viewer, chosen) if chosen else None
        self.found = queries.people_to_link(self.viewer, text)
        picked = [who for who in self.found if who.public_id == chosen] or self.found
        if len(picked) == 1:
            return picked[0]
        raise forms.ValidationError(
            gettext("Several answer to “%(text)s”. Choose who it is.")
            if picked
            else gettext("Nobody of your customers answers to “%(text)s”. Leave it out."),
            params={"text": text},
        )

    def clean_birthday(self) -> date | None:
        return come(self.cleaned_data["birthday"], today=self.today)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        given.pop("chosen", None)
        wrong = "person" in self.errors
        if not given.get("name", "").strip() and not given.get("person") and not wrong:
            self.add_error("name", gettext("Write a name, or choose a customer of ours."))
        if self.known is not None and not given.get("name", "").strip():
            person = given.get("person")
            given["name"] = person.name or str(person) if person else ""
        return given


class ProfileForm(forms.Form):
    """How an organisation bargains; the concern stands on its file."""

    key_concern = forms.CharField(
        label=_("Key concern"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What decides a purchase, in their words."),
    )
    focus = forms.ChoiceField(
        label=_("Looks first at"),
        choices=[EMPTY, *BusinessProfile.Focus.choices],
        required=False,
    )
    bargaining_power = forms.ChoiceField(
        label=_("Bargaining power"),
        choices=[EMPTY, *BusinessProfile.Power.choices],
        required=False,
    )
    habit = forms.CharField(
        label=_("Buying habit"),
        max_length=300,
        required=False,
        help_text=_("When they order, by whom it is signed, what they compare."),
    )
    yearly_volume = money(_("Buys a year, from anybody"))
    size = forms.ChoiceField(
        label=_("Size"), choices=[EMPTY, *BusinessProfile.Size.choices], required=False
    )
    payment_terms = forms.CharField(
        label=_("Usual payment terms"), max_length=200, required=False
    )
    delivery_address = forms.CharField(
        label=_("Address of delivery"), max_length=300, required=False
    )
    bank_name = forms.CharField(label=_("Their bank"), max_length=80, required=False)
    account_tail = forms.RegexField(
        r"^[0-9A-Za-z]{4}$",
        label=_("Last four of the account"),
        required=False,
        help_text=_("The whole number is not kept."),
    )
    currency = forms.RegexField(
        r"^[A-Za-z]{3}$", label=_("Pays in"), required=False, max_length=3
    )

    def __init__(
        self, data: Any, *, customer: Customer, known: BusinessProfile | None, viewer: Person
    ) -> None:
        shown = {
            name: getattr(known, name) for name in self.base_fields if hasattr(known, name)
        }
        super().__init__(data, initial={**shown, "key_concern": customer.key_concern})
        if not viewer.may(Permission.SEE_PERSONAL):
            for name in ("delivery_address", "bank_name", "account_tail"):
                del self.fields[name]
        dress(self)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


def _shown(known: queries.LinkedContact | None) -> dict[str, Any]:
    if known is None:
        return {}
    names = (
        *("name", "title", "role", "attitude", "phone", "email"),
        *("birthday", "note", "left_on"),
    )
    shown = {name: getattr(known.contact, name) for name in names}
    return {**shown, "chosen": known.person.public_id if known.person else ""}
