"""A script, or an objection with its answer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.server.content.forms.fitting import TextForm, area, split, tags_field


class CardForm(TextForm):
    """What it is for, what to say, what to keep in mind."""

    say_zh = forms.CharField(
        label=_("Words to say, in Chinese"), required=False, max_length=1200, widget=area(4)
    )
    say_en = forms.CharField(
        label=_("Words to say, in English"), required=False, max_length=1200, widget=area(4)
    )
    hint_zh = forms.CharField(
        label=_("Note for the speaker, in Chinese"),
        required=False,
        max_length=1200,
        widget=area(2),
    )
    hint_en = forms.CharField(
        label=_("Note for the speaker, in English"),
        required=False,
        max_length=1200,
        widget=area(2),
    )
    NEEDED = ("title", "say")
    ASKED = ("triggers", "kinds", "channels", "stages", "levels", "classes")

    def __init__(self, data: Any = None, *, body: Any = None, kind: str) -> None:
        self.kind = kind
        super().__init__(data, body=body)

    def grow(self, body: Any) -> None:
        if self.kind == "objection":
            self.fields["title_zh"].label = _("What the customer says, in Chinese")
            self.fields["title_en"].label = _("What the customer says, in English")
            self.fields["hint_zh"].label = _("The value it stands on, in Chinese")
            self.fields["hint_en"].label = _("The value it stands on, in English")
        if self.kind == "snippet":
            del self.fields["hint_zh"], self.fields["hint_en"]
            self.fields["tags"] = tags_field(", ".join(body.tags) if body else "")

    @staticmethod
    def shown(body: Any) -> dict[str, Any]:
        return TextForm.shown(body) | {
            "say_zh": body.say.zh,
            "say_en": body.say.en,
            "hint_zh": body.hint.zh,
            "hint_en": body.hint.en,
        }

    def body(self) -> dict[str, Any]:
        """What is kept; `actions.save_draft` checks it."""
        named = [name for name in ("title", "say", "hint") if f"{name}_zh" in self.fields]
        tags = split(self.cleaned_data.get("tags", ""))
        return {name: self.words(name) for name in named} | {"fits": self.fits(), "tags": tags}
