"""Why a campaign is held, and whether its lots are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.web.forms import dress


class WhyForm(forms.Form):
    """A reason in a few words."""

    why = forms.CharField(
        label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class AgainForm(forms.Form):
    """The same campaign to the same people."""

    keep_arms = forms.BooleanField(
        label=_("Keep who is left alone, and who gets which wording"),
        required=False,
        help_text=_(
            "Otherwise people are drawn anew. To keep them the earlier campaign must still be "
            "measured."
        ),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)
