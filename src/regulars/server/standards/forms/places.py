"""For whom a page shows the standard, as its address says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import OrgUnit
from regulars.server.customers.models import Customer
from regulars.server.standards import queries
from regulars.server.standards.queries import Place
from regulars.server.standards.rules import LEVELS, ORGANIZATION, Matrix, Purpose

KINDS: Mapping[str, Any] = {
    "": _("Customers"),
    "person": _("Persons"),
    "organization": _("Organisations"),
}
CLASSES: Mapping[str, Any] = dict(Customer.BusinessClass.choices)


class PlaceForm(forms.Form):
    """A kind of customer, a place, a business class; each left out means all of them."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), required=False)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        required=False,
        to_field_name="code",
        empty_label=_("everywhere"),
    )
    klass = forms.ChoiceField(
        choices=[("", _("all classes")), *Customer.BusinessClass.choices], required=False
    )

    def __init__(self, data: Any, *, matrix: Matrix) -> None:
        super().__init__(data)
        self.matrix = matrix
        places = OrgUnit.objects.filter(parent__isnull=False).order_by("path")
        self.fields["unit"].queryset = places  # type: ignore[attr-defined]  # a choice of models

    def place(self) -> Place:
        """Read the address; what it says wrongly means all."""
        self.is_valid()
        given = self.cleaned_data
        kinds = self.matrix.kinds
        kind = given.get("kind") or (kinds[0] if kinds else "")
        if kinds and kind not in kinds:
            kind = kinds[0]
        klass = given.get("klass", "") if kind == ORGANIZATION else ""
        return Place(kind, given.get("unit"), klass or "")


def address_of(place: Place, **more: object) -> str:
    """The query part of an address that names a group of customers."""
    named = {
        "kind": place.kind,
        "unit": place.unit.code if place.unit else "",
        "klass": place.business_class,
        **more,
    }
    return urlencode({key: value for key, value in named.items() if value != ""})


def place_words(place: Place) -> str:
    """A group in words: Organisations · Willow · Credit."""
    parts = [str(KINDS.get(place.kind, place.kind))]
    if place.unit:
        parts.append(str(place.unit))
    if place.business_class:
        parts.append(str(CLASSES.get(place.business_class, place.business_class)))
    return " · ".join(parts)


def read_cell(given: Mapping[str, str]) -> tuple[int, Purpose] | None:
    """The level and the purpose that an address names, if it names any."""
    level, purpose = given.get("level", ""), given.get("purpose", "")
    if not level.isdecimal() or int(level) not in LEVELS or purpose not in set(Purpose):
        return None
    return int(level), Purpose(purpose)


def exceptions(matrix: Matrix) -> list[tuple[str, Place, int]]:
    """The groups with something of their own, in words, with how many cells that is."""
    units = queries.unit_names()
    found = []
    for kind, path, klass, cells in queries.exceptions(matrix):
        place = Place(kind, units.get(path), klass)
        found.append((place_words(place), place, cells))
    return found
