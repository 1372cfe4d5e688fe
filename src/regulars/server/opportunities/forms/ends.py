"""How an opportunity ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.opportunities.forms.deals import Money
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.rules import LOST, WON
from regulars.server.web.forms import dress

Reason = Opportunity.Reason


class EndForm(forms.Form):
    """The reason, the rival, and what else is to be remembered."""

    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    competitor = forms.CharField(
        label=_("Rival in it"), max_length=80, required=False,
        widget=forms.TextInput(attrs={"list": "rivals"}),
    )  # fmt: skip
    words = forms.CharField(
        label=_("What we learned"), max_length=300, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    codes: Sequence[str] = ()

    def __init__(self, data: Any = None, *, of: Opportunity) -> None:
        super().__init__(data)
        named = [(code, Reason(code).label) for code in self.codes]
        self.fields["reason"].choices = named  # type: ignore[attr-defined]  # a ChoiceField has choices
        dress(self)


class WinForm(EndForm):
    """It was won, for how much."""

    codes = WON
    amount = Money(_("What came"))
    field_order = ("reason", "amount", "competitor", "words")

    def __init__(self, data: Any = None, *, of: Opportunity) -> None:
        super().__init__(data, of=of)
        self.fields["amount"].initial = of.amount
        self.fields["competitor"].label = _("Against which rival")


class LoseForm(EndForm):
    """It was lost, perhaps to somebody."""

    codes = LOST

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("reason") == Reason.RIVAL and not given.get("competitor"):
            self.add_error("competitor", _("Name the rival who was chosen."))
        return given
