"""Stages, signals and bundles, as the administrator sets them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Bundle, SignalRule, Stage
from regulars.server.opportunities.models.stages import Kind
from regulars.server.products.models import Product
from regulars.server.segments.models import Segment
from regulars.server.tiers import queries as tiers
from regulars.server.web.forms import day, dress

HUNDRED = Decimal(100)
PLACES = 5  # products of one bundle


class StageForm(forms.Form):
    """One stage."""

    name = forms.CharField(label=_("Name in Chinese"), max_length=40)
    name_en = forms.CharField(label=_("Name in English"), max_length=40, required=False)
    place = forms.IntegerField(label=_("Place among the open stages"), min_value=1)
    percent = forms.IntegerField(
        label=_("Chance in percent, until the own rate is known"), min_value=0, max_value=100
    )
    patience = forms.IntegerField(
        label=_("Days until one here is stale"), min_value=1, max_value=365
    )
    is_retired = forms.BooleanField(label=_("Out of use"), required=False)

    def __init__(self, data: Any = None, *, stage: Stage | None) -> None:
        known = {
            "name": stage.name, "name_en": stage.name_en, "place": stage.position,
            "percent": int(stage.chance * HUNDRED), "patience": stage.patience or 1,
            "is_retired": stage.is_retired,
        } if stage else {"patience": 14, "percent": 50, "place": 3}  # fmt: skip
        super().__init__(data, initial=known)
        if stage is not None and stage.ends:
            for name in ("place", "percent", "patience", "is_retired"):
                del self.fields[name]
        dress(self)

    def told(self, stage: Stage | None) -> dict[str, Any]:
        """What `actions.save_stage` takes."""
        given = self.cleaned_data
        chance = stage.chance if stage and stage.ends else Decimal(given["percent"]) / HUNDRED
        return {
            "name": given["name"],
            "name_en": given["name_en"],
            "chance": chance,
            "patience": given.get("patience", 0),
            "place": given.get("place"),
            "is_retired": given.get("is_retired", False),
        }


class SignalForm(forms.Form):
    """Whether a reason makes an opportunity by itself."""

    is_on = forms.BooleanField(label=_("Makes opportunities by itself"), required=False)
    kind = forms.ChoiceField(label=_("Of which kind"), choices=Kind.choices)
    product = forms.ModelChoiceField(
        label=_("Product"), queryset=Product.objects.none(), required=False,
        empty_label=_("Named after the reason"),
    )  # fmt: skip
    least = forms.DecimalField(
        label=_("At stake at least"), max_digits=18, decimal_places=2, min_value=Decimal(0),
        initial=0,
    )  # fmt: skip
    percent = forms.IntegerField(
        label=_("Score of the next product, in percent at least"),
        min_value=0, max_value=100, initial=30,
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, rule: SignalRule | None, signal: str, kind: str
    ) -> None:
        known: dict[str, Any] = {"kind": kind}
        if rule is not None:
            known = {
                "is_on": rule.is_on, "kind": rule.kind, "product": rule.product_id,
                "least": rule.least, "percent": int(rule.share * HUNDRED),
            }  # fmt: skip
        super().__init__(data, initial=known)
        self.fields["product"].queryset = Product.objects.order_by("code")  # type: ignore[attr-defined]  # a ModelChoiceField has one
        gone = ("product", "least") if signal == SignalRule.NEXT_PRODUCT else ("percent",)
        for name in gone:
            del self.fields[name]
        dress(self)

    def told(self) -> dict[str, Any]:
        """What `actions.save_rule` takes."""
        given = self.cleaned_data
        return {
            "kind": given["kind"],
            "is_on": given["is_on"],
            "product": given.get("product"),
            "least": given.get("least", Decimal(0)),
            "share": Decimal(given.get("percent", 0)) / HUNDRED,
        }


class BundleForm(forms.Form):
    """Products that go together, and for whom."""

    name = forms.CharField(label=_("Name in Chinese"), max_length=80)
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    words = forms.CharField(label=_("What it is good for"), max_length=300, required=False)
    price = forms.CharField(label=_("Price, as customers read it"), max_length=120,
                            required=False)  # fmt: skip
    levels = forms.TypedMultipleChoiceField(
        label=_("For these tiers (none: for all)"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("For which customers"), required=False)
    classes = forms.MultipleChoiceField(
        label=_("For these business classes (none: for all)"), required=False,
        widget=forms.CheckboxSelectMultiple, choices=Customer.BusinessClass.choices,
    )  # fmt: skip
    segment = forms.ModelChoiceField(
        label=_("And in this segment"), queryset=Segment.objects.none(), required=False,
        empty_label=_("Any"),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("Offered from"), required=False, widget=day())
    ends_on = forms.DateField(label=_("Until"), required=False, widget=day())

    def __init__(self, data: Any = None, *, bundle: Bundle | None, segments: Any) -> None:
        super().__init__(data, initial=_known(bundle))
        names = tiers.names_of_levels()
        for n in range(1, PLACES + 1):
            self.fields[f"product_{n}"] = forms.ModelChoiceField(
                label=_("Product"), queryset=Product.objects.order_by("code"),
                required=n < 3, empty_label=_("None"),
            )  # fmt: skip
            self.fields[f"terms_{n}"] = forms.CharField(
                label=_("On which terms"), max_length=120, required=False
            )
        levels = [(n, names.get(n, str(n))) for n in (5, 4, 3, 2, 1)]
        self.fields["levels"].choices = levels  # type: ignore[attr-defined]  # a ChoiceField has choices
        self.fields["kind"].choices = [("", _("Everybody")), *Customer.Kind.choices]  # type: ignore[attr-defined]  # a ChoiceField has choices
        self.fields["segment"].queryset = segments  # type: ignore[attr-defined]  # a ModelChoiceField has one
        dress(self)

    def parts(self) -> list[tuple[Product, str]]:
        given = self.cleaned_data
        places = range(1, PLACES + 1)
        return [
            (given[f"product_{n}"], given[f"terms_{n}"])
            for n in places
            if given.get(f"product_{n}")
        ]

    def told(self) -> dict[str, Any]:
        """What `actions.save_bundle` takes besides the parts."""
        names = (
            "name", "name_en", "words", "price", "levels", "kind", "classes", "segment",
            "starts_on", "ends_on",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


def _known(bundle: Bundle | None) -> dict[str, Any]:
    if bundle is None:
        return {}
    names = (
        "name", "name_en", "words", "price", "levels", "kind", "classes", "segment_id",
        "starts_on", "ends_on",
    )  # fmt: skip
    found = {name.removesuffix("_id"): getattr(bundle, name) for name in names}
    for part in bundle.parts.all():
        found |= {
            f"product_{part.position}": part.product_id,
            f"terms_{part.position}": part.terms,
        }
    return found
