"""What a person may type to close a loop, name a cause, and tell what was changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.complaints.models import Entry
from regulars.server.voice.models import Cause, Loop
from regulars.server.web.forms import day, dress


class CloseLowForm(forms.Form):
    """What it was, and what was done for this customer."""

    cause = forms.ModelChoiceField(
        label=pgettext_lazy("loop", "Cause"), queryset=Cause.objects.none(), empty_label="…"
    )
    found = forms.CharField(
        label=_("What the customer said it was"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    action = forms.CharField(
        label=_("What was done for this customer"), max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, causes: Any, loop: Loop) -> None:
        super().__init__(data, initial={"found": loop.found, "action": loop.action})
        self.fields["cause"].queryset = causes  # type: ignore[attr-defined]  # a ModelChoiceField has one
        dress(self)


class CloseHighForm(forms.Form):
    """Thanked, and what they said to the question for a recommendation."""

    thanks = forms.ChoiceField(
        label=_("Thanked, and asked whether they would recommend somebody"),
        choices=Loop.Thanks.choices,
        widget=forms.RadioSelect,
    )


class CauseForm(forms.Form):
    """A cause on the company's list."""

    name = forms.CharField(label=_("Cause in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Cause in English"), max_length=60, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class EntryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    """Lines of both lists of complaints; which list it is stands before the line."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_list_display()}: {obj}"


class ImproveForm(forms.Form):
    """You said, we did: for a cause of low scores, of complaints, or both."""

    cause = forms.ModelChoiceField(
        label=_("Cause of low scores"), queryset=Cause.objects.none(), empty_label="…",
        required=False,
    )  # fmt: skip
    complaint = EntryField(
        label=_("Of complaints"), queryset=Entry.objects.none(), empty_label="…", required=False
    )
    said = forms.CharField(label=_("What customers said, in Chinese"), max_length=300)
    did = forms.CharField(label=_("What was changed, in Chinese"), max_length=300)
    said_en = forms.CharField(
        label=_("What customers said, in English"), max_length=300, required=False
    )
    did_en = forms.CharField(
        label=_("What was changed, in English"), max_length=300, required=False
    )
    since = forms.DateField(label=_("Since when"), widget=day())

    def __init__(self, data: Any = None, *, causes: Any, today: date) -> None:
        super().__init__(data, initial={"since": today})
        chosen: dict[str, Any] = self.fields  # two of them choose from tables
        chosen["cause"].queryset = causes
        chosen["complaint"].queryset = Entry.objects.filter(is_active=True)
        self.fields["since"].widget.attrs["max"] = today.isoformat()
        dress(self)
