"""A judgement: which strands there are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.plans.rules import strands_for
from regulars.server.web.forms import dress


class BondForm(forms.Form):
    """Ticks, one for each strand that fits the customer; the page lays them out."""

    strands = forms.MultipleChoiceField(required=False)
    note = forms.CharField(
        label=_("What else holds, or loosens it"), max_length=300, required=False
    )

    def __init__(self, data: Any = None, *, kind: str, chosen: Iterable[str] = ()) -> None:
        super().__init__(data, initial={"strands": list(chosen)})
        codes = [(strand.code, strand.code) for strand in strands_for(kind)]
        self.fields["strands"].choices = codes  # type: ignore[attr-defined]  # a ChoiceField has choices
        dress(self)
