"""An event of a customer's life as somebody notes it, standing at a counter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.customers.rules import Hint
from regulars.server.products.models import Product
from regulars.server.web.forms import day

Kind = LifeEvent.Kind
OF_COMPANIES = (Kind.ANNIVERSARY, Kind.EXPANSION, Kind.OTHER)
FARTHEST = timedelta(days=3 * 365)


def kinds_for(customer: Customer) -> list[tuple[str, Any]]:
    """The kinds that fit a person, or a company."""
    of_company = customer.is_organization
    return [
        (kind.value, kind.label)
        for kind in Kind
        if (kind in OF_COMPANIES) == of_company or kind == Kind.OTHER
    ]


def hint_words(hint: Hint) -> str:
    """From what an event was inferred: "turns 60", "20 years with us"."""
    if hint.field == "birth_date":
        return ngettext("turns %(n)s", "turns %(n)s", hint.years) % {"n": hint.years}
    said = ngettext("%(n)s year with us", "%(n)s years with us", hint.years)
    return said % {"n": hint.years}


def evidence_words(event: LifeEvent) -> str:
    """The same of an event that was noted."""
    return hint_words(Hint(event.kind, event.happens_on, event.evidence))


def _offers() -> Iterable[Product]:
    """What can be offered in a talk: services, not every article of a shop."""
    return Product.objects.exclude(kind=Product.Kind.GOODS).order_by("kind", "code")[:200]


class LifeEventForm(forms.Form):
    """What happens, when, and what is to be done about it."""

    kind = forms.ChoiceField(label=_("What happens"), widget=forms.RadioSelect)
    happens_on = forms.DateField(label=_("On which day"), widget=day())
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("Only what the customer would want us to know."),
    )
    action = forms.CharField(
        label=_("What we do about it"),
        required=False,
        max_length=200,
        help_text=_("A visit, a card, a talk about what is needed now."),
    )
    due_on = forms.DateField(
        label=_("Until when"),
        required=False,
        widget=day(),
    )
    product_code = forms.ChoiceField(
        label=_("With which product"),
        required=False,
        help_text=_("With a product it is marketing and obeys consent."),
    )
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Who does it"),
        required=False,
        empty_label=_("Whoever looks after the customer"),
    )

    def __init__(
        self, data: Any, *, customer: Customer, today: date, shown: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=shown)
        self.today = today
        self.fields["kind"] = forms.ChoiceField(
            label=self.fields["kind"].label,
            choices=kinds_for(customer),
            widget=forms.RadioSelect,
        )
        products = [("", _("None")), *((p.code, str(p)) for p in _offers())]
        if len(products) > 1:
            self.fields["product_code"] = forms.ChoiceField(
                label=self.fields["product_code"].label,
                help_text=self.fields["product_code"].help_text,
                choices=products,
                required=False,
            )
        else:
            del self.fields["product_code"]
        people = [pk for pk in (customer.book.owner_id, customer.book.backup_id) if pk]
        if len(people) > 1:
            found = Person.objects.filter(pk__in=people).order_by("pk")
            self.fields["owner"].queryset = found  # type: ignore[attr-defined]  # stubs: Field
        else:
            del self.fields["owner"]
        for name, field in self.fields.items():
            if name != "kind":
                field.widget.attrs["class"] = "ctl"
        self.fields["due_on"].widget.attrs["min"] = today.isoformat()

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day > self.today + FARTHEST:
            raise forms.ValidationError(_("Choose a day within three years."))
        if day is not None and day < self.today and day != self.initial.get("due_on"):
            raise forms.ValidationError(_("This day is over. Choose one from today on."))
        return day

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if found.get("action") and not found.get("due_on"):
            self.add_error("due_on", _("Say until when, so that it becomes a task."))
        if (found.get("due_on") or found.get("product_code")) and not found.get("action"):
            self.add_error("action", _("Write what is to be done until that day."))
        return found
