"""A proposal: its frame, its parts, sent, answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.opportunities.forms.deals import Money
from regulars.server.opportunities.models import Bundle, Part, Proposal
from regulars.server.products.models import Product
from regulars.server.web.forms import day, dress


class ProposalForm(forms.Form):
    """Title, words before and after, and until when it holds."""

    title = forms.CharField(label=_("Title"), max_length=120)
    opening = forms.CharField(
        label=_("Opening words"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    closing = forms.CharField(
        label=_("Closing words"), max_length=1000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    valid_until = forms.DateField(label=_("Holds until"), required=False, widget=day())

    def __init__(self, data: Any = None, *, of: Proposal) -> None:
        names = ("title", "opening", "closing", "valid_until")
        super().__init__(data, initial={name: getattr(of, name) for name in names})
        dress(self)


class PartForm(forms.Form):
    """One part; the fields are those of its kind."""

    text = forms.CharField(
        label=_("Words"), max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Where this is known from"), max_length=300, required=False,
        help_text=_("The customer's words and the day, or a figure of our books."),
    )  # fmt: skip
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False,
        empty_label=_("No product"),
        help_text=_("One with a risk (R1–R5) needs a valid risk test that covers it."),
    )  # fmt: skip
    bundle = forms.ModelChoiceField(
        label=_("Or a bundle for this class"), queryset=Bundle.objects.none(), required=False,
        empty_label=_("No bundle"),
    )  # fmt: skip
    amount = Money(_("Amount"))
    price = forms.CharField(
        label=_("Price, rate or fee"), max_length=120, required=False,
        help_text=_("As the customer is to read it."),
    )  # fmt: skip
    terms = forms.CharField(label=_("Terms"), max_length=300, required=False)

    def __init__(
        self, data: Any = None, *, kind: str, bundles: Iterable[Bundle], part: Part | None
    ) -> None:
        names = ("text", "evidence", "product_id", "bundle_id", "amount", "price", "terms")
        known = {name.removesuffix("_id"): getattr(part, name) for name in names if part}
        super().__init__(data, initial=known)
        self.kind = kind
        self.fields["product"].queryset = Product.objects.order_by("code")  # type: ignore[attr-defined]  # a ModelChoiceField has one
        keys = [bundle.pk for bundle in bundles]
        self.fields["bundle"].queryset = Bundle.objects.filter(pk__in=keys)  # type: ignore[attr-defined]  # a ModelChoiceField has one
        offers = kind == Part.Kind.OFFER
        unwanted = () if offers else ("product", "bundle", "amount", "price", "terms")
        for name in (*unwanted, *(() if kind == Part.Kind.NEED else ("evidence",))):
            del self.fields[name]
        if offers and not keys:
            del self.fields["bundle"]
        self.fields["text"].required = not offers
        if kind == Part.Kind.NEED:
            self.fields["text"].label = _("What the customer needs")
        elif offers:
            self.fields["text"].label = _("What it does for this customer")
        dress(self)


class SendForm(forms.Form):
    """How it goes out. From then on this version stays as it is."""

    how = forms.CharField(
        label=_("How it was sent"), max_length=80,
        help_text=_("Such as “handed over at the visit”, “by e-mail”, “by WeCom”."),
    )  # fmt: skip

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class AnswerForm(forms.Form):
    """What the customer answered."""

    accepted = forms.TypedChoiceField(
        label=_("The customer"),
        choices=[("yes", _("accepts it")), ("no", _("turns it down"))],
        coerce=lambda told: told == "yes",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("In the customer's words"), max_length=300, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
