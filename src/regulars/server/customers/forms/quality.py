"""Words for what a file is asked for and for kinds of sources, and the form of these rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from regulars.server.customers.queries import measuring
from regulars.server.customers.rules import provenance, quality

PARTS = {
    "name": _("Name"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "birth_date": _("Birthday"),
    "gender": _("Gender"),
    "address": _("Address"),
    "occupation": _("Occupation"),
    "industry": _("Industry"),
    "id": _("Identity number"),
    "consents": _("Asked for consent"),
    "preferred_channel": _("Preferred channel"),
    "key_concern": _("What decides a purchase"),
    "risk_tolerance": _("Risk tolerance"),
    "since": _("Customer since"),
    "contact_person": _("Contact person"),
}
SOURCES = {
    "api": _("Other systems, by the API"),
    "import": _("Files without a source of their own"),
    "form": _("Forms that customers fill in"),
    "card": _("Business cards and events"),
    "demo": _("Invented data of the demo"),
    "list": _("Bought or exchanged lists"),
    "transactions": _("Named in transactions only"),
}
OF_KIND = {
    quality.PERSON: (
        *("name", "phone", "birth_date", "gender", "address", "occupation", "email"),
        *("consents", "preferred_channel", "id", "risk_tolerance", "since", "key_concern"),
    ),
    quality.ORGANIZATION: (
        *("name", "phone", "contact_person", "industry", "id", "address", "email"),
        *("consents", "preferred_channel", "since", "key_concern"),
    ),
}
LEVELS = (
    (0, _("everybody")),
    (3, _("target customers and above")),
    (4, _("the two best tiers")),
    (5, _("the best tier only")),
)
DAYS = ("usual", "5", "4", "3", "2", "1")
DAYS_OF = {
    "usual": _("Usually"),
    "5": _("The best tier"),
    "4": _("The second tier"),
    "3": _("The third tier"),
    "2": _("The fourth tier"),
    "1": _("The fifth tier"),
}


class RulesForm(forms.Form):
    """What a file is asked for, whose value wins, and how long a file stays fresh."""

    def __init__(self, data: Any, *, settings: Mapping[str, Any]) -> None:
        super().__init__(data)
        asked = quality.asked(settings)
        for kind, codes in OF_KIND.items():
            now = {part.code: part for part in asked[kind]}
            for code in codes:
                part = now.get(code)
                self.fields[f"weight_{kind}_{code}"] = forms.IntegerField(
                    label=PARTS[code],
                    min_value=0,
                    max_value=20,
                    initial=part.weight if part else 0,
                    widget=forms.NumberInput(attrs={"class": "ctl"}),
                )
                self.fields[f"level_{kind}_{code}"] = forms.TypedChoiceField(
                    label=PARTS[code],
                    choices=LEVELS,
                    coerce=int,
                    initial=_nearest(part.from_level if part else 0),
                    widget=forms.Select(attrs={"class": "ctl"}),
                )
        ranks = provenance.ranks(settings)
        for kind, label in SOURCES.items():
            self.fields[f"rank_{kind}"] = forms.IntegerField(
                label=label,
                min_value=provenance.FIRST,
                max_value=provenance.LAST,
                initial=ranks[kind],
                widget=forms.NumberInput(attrs={"class": "ctl"}),
            )
        given = settings.get("stale_after") or {}
        named = {str(level): name for level, name in measuring.level_names().items()}
        for name in DAYS:
            self.fields[f"days_{name}"] = forms.IntegerField(
                label=named.get(name) or DAYS_OF[name],
                min_value=1,
                max_value=3650,
                required=name == "usual",
                initial=given.get(name) or (quality.STALE_AFTER if name == "usual" else None),
                widget=forms.NumberInput(attrs={"class": "ctl"}),
            )

    def parts(self, kind: str) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"weight_{kind}_{c}"], self[f"level_{kind}_{c}"]) for c in OF_KIND[kind]]

    def persons(self) -> list[tuple[BoundField, BoundField]]:
        return self.parts(quality.PERSON)

    def organizations(self) -> list[tuple[BoundField, BoundField]]:
        return self.parts(quality.ORGANIZATION)

    def ranks(self) -> Iterator[BoundField]:
        return (self[f"rank_{kind}"] for kind in SOURCES)

    def days(self) -> Iterator[BoundField]:
        return (self[f"days_{name}"] for name in DAYS)

    def changes(self) -> dict[str, Any]:
        """The settings as the rules read them."""
        given = self.cleaned_data
        return {
            "file_parts": {
                kind: {
                    code: [given[f"weight_{kind}_{code}"], given[f"level_{kind}_{code}"]]
                    for code in codes
                }
                for kind, codes in OF_KIND.items()
            },
            "source_ranks": {kind: given[f"rank_{kind}"] for kind in SOURCES},
            "stale_after": {n: given[f"days_{n}"] for n in DAYS if given[f"days_{n}"]},
        }


def _nearest(level: int) -> int:
    return max((known for known, _words in LEVELS if known <= level), default=0)
