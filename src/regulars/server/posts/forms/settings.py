"""Personas, slots, and the message that carries items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.content import queries as content
from regulars.server.posts.models import Persona
from regulars.server.segments.models import Segment
from regulars.server.web.forms import dress


class PersonaForm(forms.Form):
    """Who is written to, and how."""

    name = forms.CharField(label=_("Name, Chinese"), max_length=40)
    name_en = forms.CharField(label=_("Name, English"), max_length=60, required=False)
    voice = forms.CharField(
        label=_("How one speaks to them"),
        max_length=200,
        required=False,
        help_text=_(
            "Such as: short, figures first, no jokes; or: of the field, by the season."
        ),
    )
    segment = forms.ChoiceField(
        label=_("Who fits"),
        help_text=_(
            "A segment or group that you may open. Who fits several personas belongs to the "
            "first of them."
        ),
    )

    def __init__(
        self, data: Any = None, *, segments: Sequence[Segment], persona: Persona | None = None
    ) -> None:
        super().__init__(data, initial=_first(persona))
        known = {one.public_id: one for one in segments}
        if persona is not None:
            known.setdefault(persona.segment.public_id, persona.segment)
        self._segments = known
        self.fields["segment"].choices = [  # type: ignore[attr-defined]  # a ChoiceField has choices
            (code, one.name) for code, one in known.items()
        ]
        dress(self)

    def told(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "name": given["name"],
            "name_en": given["name_en"],
            "voice": given["voice"],
            "segment": self._segments[given["segment"]],
        }


class SlotForm(forms.Form):
    """A time of day."""

    at = forms.TimeField(
        label=pgettext_lazy("posts", "Time of day"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class MessageForm(forms.Form):
    """Which approved message carries an item."""

    message = forms.ChoiceField(label=_("The message that carries an item"))

    def __init__(self, data: Any = None, *, chosen: str) -> None:
        super().__init__(data, initial={"message": chosen})
        language = get_language() or "zh"
        known = {
            one.code: one.body.title.of(language)
            for one in content.messages_in_force()
            if hasattr(one.body, "channel") and "post.words" in content.sendable(one).paths
        }
        known.setdefault(chosen, _("%(code)s (not approved)") % {"code": chosen})
        self.fields["message"].choices = list(known.items())  # type: ignore[attr-defined]  # a ChoiceField
        dress(self)


def _first(persona: Persona | None) -> dict[str, Any]:
    if persona is None:
        return {}
    same = ("name", "name_en", "voice")
    return {name: getattr(persona, name) for name in same} | {
        "segment": persona.segment.public_id
    }
