"""An opportunity: made, changed, its chance, its next step, opened again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import Bundle, Opportunity
from regulars.server.opportunities.models.stages import Kind
from regulars.server.products.models import Product
from regulars.server.web.forms import day, dress

HUNDRED = Decimal(100)


class Money(forms.DecimalField):
    """An amount in the company's currency."""

    def __init__(self, label: Any, **given: Any) -> None:
        super().__init__(
            label=label, max_digits=18, decimal_places=2, min_value=Decimal(0),
            required=False, **given,
        )  # fmt: skip


class StepMixin(forms.Form):
    """What is done next, and on which day."""

    next_step = forms.CharField(
        label=_("Next step"),
        max_length=200,
        required=False,
        help_text=_("Such as “bring two quotes”. It stands on Today when its day comes."),
    )
    next_on = forms.DateField(label=_("On which day"), required=False, widget=day())


class NewForm(StepMixin):
    """A new opportunity of one customer."""

    kind = forms.ChoiceField(
        label=_("What it would be"), choices=Kind.choices, widget=forms.RadioSelect,
        initial=Kind.ADD_ON,
    )  # fmt: skip
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False,
        empty_label=_("None of the catalogue"),
    )  # fmt: skip
    bundle = forms.ModelChoiceField(
        label=_("Or a bundle for this class"), queryset=Bundle.objects.none(), required=False,
        empty_label=_("No bundle"),
    )  # fmt: skip
    what = forms.CharField(label=_("Or in a few words"), max_length=120, required=False)
    amount = Money(_("Expected amount"))
    expected_on = forms.DateField(label=_("Decided by about"), required=False, widget=day())
    field_order = (
        "kind", "product", "bundle", "what", "amount", "expected_on", "next_step", "next_on",
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, bundles: Iterable[Bundle], today: date, **initial: Any
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["product"].queryset = Product.objects.order_by("code")  # type: ignore[attr-defined]  # a ModelChoiceField has one
        keys = [bundle.pk for bundle in bundles]
        self.fields["bundle"].queryset = Bundle.objects.filter(pk__in=keys)  # type: ignore[attr-defined]  # a ModelChoiceField has one
        if not keys:
            del self.fields["bundle"]
        for name in ("next_on", "expected_on"):
            self.fields[name].widget.attrs["min"] = today.isoformat()
        dress(self)


class ChangeForm(forms.Form):
    """What is expected, and who owns it; it carries what it was when the form was opened."""

    kind = forms.ChoiceField(label=_("What it would be"), choices=Kind.choices)
    amount = Money(_("Expected amount"))
    margin = Money(_("Expected margin"))
    expected_on = forms.DateField(label=_("Decided by about"), required=False, widget=day())
    owner = forms.ModelChoiceField(
        label=_("Whose it is"), queryset=Person.objects.none(), required=False,
        empty_label=_("Whoever looks after the customer"),
    )  # fmt: skip
    seen = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, of: Opportunity, people: Any) -> None:
        super().__init__(
            data,
            initial={
                "kind": of.kind, "amount": of.amount, "margin": of.margin,
                "expected_on": of.expected_on, "owner": of.owner_id,
                "seen": json.dumps(queries.expected(of)),
            },
        )  # fmt: skip
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField has one
        dress(self)

    def clean_seen(self) -> Mapping[str, str] | None:
        """What whoever types saw; nothing where the form does not say."""
        try:
            told = json.loads(self.cleaned_data["seen"])
        except ValueError:
            return None
        return told if isinstance(told, dict) else None

    def refuse(self, now: Opportunity) -> None:
        """Say what is otherwise by now; what was typed stays, and is saved the next time."""
        seen = self.cleaned_data.get("seen") or {}
        known = queries.expected(now)
        otherwise = [
            f"{self.fields[name].label}: {_said(name, now)}"
            for name, value in known.items()
            if seen.get(name) != value
        ]
        told = gettext(
            "Somebody changed this meanwhile. It is now: %(what)s. What you typed is kept "
            "below and not saved yet; save again to write it over."
        )
        again: Any = self.data
        self.data = again = again.copy()
        again["seen"] = json.dumps(known)
        self.add_error(None, told % {"what": gettext("; ").join(otherwise)})


def _said(name: str, of: Opportunity) -> str:
    """A value of an opportunity as its page says it."""
    if name == "kind":
        return of.get_kind_display()
    if name == "owner":
        return str(of.owner or gettext("Whoever looks after the customer"))
    value = getattr(of, name)
    if value is None:
        return "—"
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    return str(number_format(value, 2, use_l10n=True, force_grouping=True))


class ChanceForm(forms.Form):
    """Another chance than the stage's, with the reason."""

    percent = forms.IntegerField(
        label=_("Chance in percent"), min_value=0, max_value=100, required=False,
        help_text=_("Empty: the chance of the stage."),
    )  # fmt: skip
    why = forms.CharField(
        label=_("Why this one differs from others in its stage"),
        max_length=200,
        required=False,
    )

    def __init__(self, data: Any = None, *, of: Opportunity) -> None:
        known = None if of.chance is None else int(of.chance * HUNDRED)
        super().__init__(data, initial={"percent": known, "why": of.chance_why})
        dress(self)

    def chance(self) -> Decimal | None:
        told = self.cleaned_data["percent"]
        return None if told is None else Decimal(told) / HUNDRED


class NextForm(StepMixin):
    """The next step: planned, or the last one done."""

    def __init__(self, data: Any = None, *, of: Opportunity, today: date, done: bool) -> None:
        initial = {} if done else {"next_step": of.next_step, "next_on": of.next_on}
        super().__init__(data, initial=initial)
        self.fields["next_on"].widget.attrs["min"] = today.isoformat()
        dress(self)


class ReopenForm(forms.Form):
    """Why it is opened again."""

    words = forms.CharField(label=_("Why it is opened again"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
