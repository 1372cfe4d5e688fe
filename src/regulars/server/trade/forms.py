"""What a person may write down about trade with an organisation, in under a minute."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product
from regulars.server.trade import queries
from regulars.server.trade.models import BusinessProfile, ContactPerson
from regulars.server.trade.rules import Line

EMPTY = ("", _("Not known"))
LINES = 5  # of a quote, when it is typed by hand


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _money(label: Any, *, required: bool = False, least: str = "0.01") -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=Decimal(least),
        max_digits=18,
        decimal_places=2,
        required=required,
    )


class Drawer(forms.Form):
    """A form of the drawer: its controls look like the house's."""

    def dress(self) -> None:
        for name, field in self.fields.items():
            bad = " bad" if self.is_bound and name in self.errors else ""
            field.widget.attrs["class"] = f"ctl{bad}"


class Foreign(Drawer):
    """Adds a currency that is not the company's, and its rate."""

    currency = forms.RegexField(
        r"^[A-Za-z]{3}$",
        label=_("Currency"),
        required=False,
        max_length=3,
        help_text=_("Only where it is not ours, such as USD."),
    )
    rate = forms.DecimalField(
        label=_("Exchange rate"),
        required=False,
        min_value=Decimal("0.00000001"),
        max_digits=18,
        decimal_places=8,
        help_text=_("One of that currency in ours. Without it the sum is in no total."),
    )


class ContactForm(Drawer):
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
    birthday = forms.DateField(label=_("Birthday"), required=False, widget=_day())
    note = forms.CharField(
        label=_("Last words"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What this person said last, or wants."),
    )
    person = forms.CharField(
        label=_("Customer number"),
        required=False,
        max_length=60,
        help_text=_("Where this person is a customer of ours too."),
    )
    left_on = forms.DateField(
        label=_("Left on"),
        required=False,
        widget=_day(),
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
            del self.fields["person"]
        self.dress()

    def clean_person(self) -> Customer | None:
        number = self.cleaned_data["person"].strip()
        if not number:
            return None
        found = queries.people_to_link(self.viewer, number)
        if found is None:
            raise forms.ValidationError(
                gettext(
                    "No person of yours has the number %(number)s. Check it, or leave it out."
                ),
                params={"number": number},
            )
        return found

    def clean_birthday(self) -> date | None:
        day: date | None = self.cleaned_data["birthday"]
        if day is not None and day > self.today:
            raise forms.ValidationError(
                gettext("%(day)s has not come yet. Write a day up to today."),
                params={"day": day},
            )
        return day

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("name", "").strip() and not given.get("person"):
            self.add_error("name", gettext("Write a name, or the number of a customer."))
        if self.known is not None and not given.get("name", "").strip():
            person = given.get("person")
            given["name"] = person.name or str(person) if person else ""
        return given


class ProfileForm(Drawer):
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
    yearly_volume = _money(_("Buys a year, from anybody"))
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
        self.dress()

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class QuoteForm(Foreign):
    """An offer: number, days, up to five lines."""

    number = forms.CharField(label=_("Number"), max_length=60)
    made_on = forms.DateField(label=_("Made on"), widget=_day())
    valid_until = forms.DateField(label=_("Valid until"), widget=_day())
    sent = forms.BooleanField(label=_("It has been sent"), required=False)
    field_order = ("number", "made_on", "valid_until")

    def __init__(self, data: Any, *, today: date, number: str) -> None:
        initial = {
            "number": number,
            "made_on": today,
            "valid_until": today + timedelta(days=30),
            "sent": True,
        }
        super().__init__(data, initial=initial)
        self.products = {p.code: p for p in Product.objects.order_by("code")[:500]}
        for n in range(1, LINES + 1):
            self._line(n)
        self.dress()
        self.fields["sent"].widget.attrs["class"] = ""

    def rows(self) -> list[list[BoundField]]:
        """The lines as the page shows them."""
        parts = ("words", "quantity", "price")
        return [[self[f"{part}_{n}"] for part in parts] for n in range(1, LINES + 1)]

    def plain(self) -> list[BoundField]:
        return [self[name] for name in ("number", "made_on", "valid_until")]

    def last(self) -> list[BoundField]:
        return [self["currency"], self["rate"]]

    def lines(self) -> list[Line]:
        """What was typed; a code of the catalogue becomes its product."""
        given = self.cleaned_data
        found = []
        for n in range(1, LINES + 1):
            words = given.get(f"words_{n}", "").strip()
            if words:
                product = self.products.get(words)
                found.append(
                    Line(
                        str(product) if product else words,
                        given[f"quantity_{n}"],
                        given[f"price_{n}"],
                        product.pk if product else None,
                    )
                )
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        made, until = given.get("made_on"), given.get("valid_until")
        if made and until and until < made:
            self.add_error("valid_until", gettext("A quote is valid on its own day at least."))
        for n in range(1, LINES + 1):
            told = [given.get(f"{part}_{n}") for part in ("words", "quantity", "price")]
            if any(value not in (None, "") for value in told) and None in told:
                self.add_error(f"price_{n}", gettext("Quantity and price belong to a line."))
            elif told[0] == "" and told[1] is not None:
                self.add_error(f"words_{n}", gettext("Say what is offered."))
        if not any(given.get(f"words_{n}") for n in range(1, LINES + 1)):
            self.add_error("words_1", gettext("A quote has at least one line."))
        return given

    def _line(self, n: int) -> None:
        self.fields[f"words_{n}"] = forms.CharField(
            label=_("What"),
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        )
        self.fields[f"quantity_{n}"] = forms.DecimalField(
            label=_("How many"),
            required=False,
            min_value=Decimal("0.001"),
            max_digits=14,
            decimal_places=3,
        )
        self.fields[f"price_{n}"] = forms.DecimalField(
            label=_("Price each"),
            required=False,
            min_value=0,
            max_digits=18,
            decimal_places=4,
        )


class AnswerForm(Drawer):
    """The customer's no, with its reason."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=200,
        help_text=_("Price, time of delivery, another supplier: the next quote reads it."),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.dress()


class TermsForm(Drawer):
    """What was agreed beyond the list price, and until when."""

    starts_on = forms.DateField(label=_("First day"), widget=_day())
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=_day(),
        help_text=_("Left empty: until newer ones follow."),
    )
    discount = forms.DecimalField(
        label=_("Discount in %"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=100,
        max_digits=5,
        decimal_places=2,
    )
    payment_days = forms.IntegerField(
        label=_("Days to pay"), required=False, min_value=0, max_value=730
    )
    credit_limit = _money(_("Credit limit"), least="0")
    price_list = forms.CharField(label=_("Price list"), max_length=80, required=False)
    delivery = forms.CharField(label=_("Delivery"), max_length=200, required=False)
    note = forms.CharField(label=_("Note"), max_length=300, required=False)

    def __init__(self, data: Any, *, shown: dict[str, Any]) -> None:
        super().__init__(data, initial=shown)
        self.dress()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        starts, ends = given.get("starts_on"), given.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", gettext("The last day cannot lie before the first."))
        return given


class InvoiceForm(Foreign):
    """A bill."""

    number = forms.CharField(label=_("Number"), max_length=60)
    issued_on = forms.DateField(label=_("Issued on"), widget=_day())
    due_on = forms.DateField(label=_("Due on"), widget=_day())
    amount = _money(_("Amount"), required=True)
    field_order = ("number", "issued_on", "due_on", "amount")

    def __init__(self, data: Any, *, today: date, payment_days: int) -> None:
        due = today + timedelta(days=payment_days)
        super().__init__(data, initial={"issued_on": today, "due_on": due})
        self.dress()

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        issued, due = given.get("issued_on"), given.get("due_on")
        if issued and due and due < issued:
            self.add_error("due_on", gettext("It cannot be due before it was issued."))
        return given


class PaymentForm(Drawer):
    """What was paid of an invoice, and when."""

    amount = _money(_("Paid"), required=True)
    paid_on = forms.DateField(label=_("On which day"), widget=_day())

    def __init__(self, data: Any, *, today: date, owed: Decimal) -> None:
        super().__init__(data, initial={"amount": owed, "paid_on": today})
        self.today, self.owed = today, owed
        self.dress()

    def clean_amount(self) -> Decimal:
        amount: Decimal = self.cleaned_data["amount"]
        if amount > self.owed:
            raise forms.ValidationError(
                gettext("Only %(owed)s is open. Write what was paid of it."),
                params={"owed": self.owed},
            )
        return amount

    def clean_paid_on(self) -> date:
        day: date = self.cleaned_data["paid_on"]
        if day > self.today:
            raise forms.ValidationError(
                gettext("%(day)s has not come yet. Write a day up to today."),
                params={"day": day},
            )
        return day


def _shown(known: queries.LinkedContact | None) -> dict[str, Any]:
    if known is None:
        return {}
    names = (
        *("name", "title", "role", "attitude", "phone", "email", "birthday", "note", "left_on"),
    )
    shown = {name: getattr(known.contact, name) for name in names}
    return {**shown, "person": known.person.number if known.person else ""}
