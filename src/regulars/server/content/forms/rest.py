"""Checklists, and words that must not be said."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.content.forms.fitting import TextForm, area, dress
from regulars.server.content.models import OwnWord
from regulars.server.content.rules import lines


class ChecklistForm(TextForm):
    """Items, one a line."""

    items = forms.CharField(
        label=_("Items"),
        required=False,
        max_length=6000,
        widget=area(9),
        help_text=_("One a line: Chinese // English. A star before it marks a must."),
    )
    ASKED = ("channels", "purposes")

    @staticmethod
    def shown(body: Any) -> dict[str, Any]:
        return TextForm.shown(body) | {"items": lines.typed_items(body.items)}

    def body(self) -> dict[str, Any]:
        found = lines.items(self.cleaned_data["items"])
        return {"title": self.words("title"), "items": found, "fits": self.fits()}


class WordForm(forms.Form):
    """A word of the company's own."""

    word = forms.CharField(label=_("Word or phrase"), max_length=60)
    severity = forms.ChoiceField(
        label=_("What it means"),
        choices=[
            (OwnWord.Severity.REFUSED.value, _("Refused: such a text is not submitted")),
            (OwnWord.Severity.LOOK.value, _("Needs a reason whenever it is used")),
        ],
    )
    reason = forms.CharField(
        label=_("Why, and what to say instead"), max_length=200, widget=area(2)
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)

    def clean_word(self) -> str:
        word = " ".join(str(self.cleaned_data["word"]).split())
        if len(word) < 2:
            raise forms.ValidationError(
                _("One character stands in many words. Write at least two.")
            )
        return word
