"""What is typed when a mailing is held or a message of unknown end is settled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.web.forms import dress


class WhyForm(forms.Form):
    """A reason, which everybody reads beside the mailing."""

    why = forms.CharField(
        label=_("Why?"),
        max_length=300,
        strip=True,
        help_text=_("It stands beside the mailing and in the trail."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("label_suffix", "")
        super().__init__(*args, **more)
        dress(self)


class SettleForm(WhyForm):
    """Which messages, and how it is known what became of them."""

    message = forms.TypedMultipleChoiceField(label=_("Messages"), choices=())
    end = forms.ChoiceField(
        label=_("What became of them?"), choices=[("arrived", ""), ("again", "")]
    )

    def __init__(self, *args: Any, ids: list[str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["message"].choices = [(each, each) for each in ids]  # type: ignore[attr-defined]
