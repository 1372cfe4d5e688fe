"""What a person asks, as somebody here writes it down, and what is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.core.retention import DataClass
from regulars.server.privacy.models import Request
from regulars.server.web.forms import come, day, dress

LONGEST = 4_000


class AskForm(forms.Form):
    """A request, opened by whoever heard it."""

    kind = forms.ChoiceField(
        label=_("What do they ask for?"),
        choices=Request.Kind.choices,
        widget=forms.RadioSelect,
    )
    received_on = forms.DateField(label=_("Asked on"), widget=day())
    words = forms.CharField(
        label=_("In their words"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"received_on": today})
        self.today = today
        dress(self)

    def clean_received_on(self) -> date | None:
        return come(self.cleaned_data["received_on"], today=self.today)


class AnswerForm(forms.Form):
    """How the person proved who they are, and what they are told."""

    act = forms.ChoiceField(
        choices=[(each, each) for each in ("do", "refuse", "withdraw")],
        widget=forms.HiddenInput,
    )
    proof = forms.ChoiceField(
        label=_("How did they prove who they are?"),
        choices=[("", _("choose …")), *Request.Proof.choices],
        required=False,
    )
    answer = forms.CharField(
        label=_("What they are told"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    sure = forms.BooleanField(
        label=_("I have read above what is deleted. It cannot be taken back."), required=False
    )

    def __init__(self, data: Any = None, *, kind: str) -> None:
        super().__init__(data)
        self.kind = kind
        if kind != Request.Kind.ERASURE:
            del self.fields["sure"]
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        erases = self.kind == Request.Kind.ERASURE and given.get("act") == "do"
        if erases and not given.get("sure"):
            self.add_error("sure", gettext("Tick this before you erase for good."))
        return given


class PeriodForm(forms.Form):
    """How long a class of data is kept."""

    days = forms.IntegerField(
        label=_("Days"),
        required=False,
        min_value=0,
        max_value=36_500,
        help_text=_("Empty: as long as the customer is kept."),
    )
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, data: Any, *, known: DataClass, days: int | None) -> None:
        super().__init__(data, initial={"days": days})
        self.known = known
