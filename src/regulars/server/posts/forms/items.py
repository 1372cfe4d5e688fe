"""One item: its place in the week, its words, its ways out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.posts.actions import Told
from regulars.server.posts.models import Item, Persona, Slot
from regulars.server.posts.rules import LARGEST
from regulars.server.web.forms import day, dress


class ItemForm(forms.Form):
    """What one persona gets in one slot of one day."""

    persona = forms.ChoiceField(label=pgettext_lazy("posts", "Persona"))
    day = forms.DateField(label=_("Day"), widget=day())
    slot = forms.ChoiceField(label=pgettext_lazy("posts", "Slot"))
    title = forms.CharField(label=_("Title, Chinese"), max_length=60)
    title_en = forms.CharField(label=_("Title, English"), max_length=120, required=False)
    words = forms.CharField(
        label=_("Words, Chinese"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Two or three sentences that are of use by themselves."),
    )
    words_en = forms.CharField(
        label=_("Words, English"),
        max_length=1200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Customers whose language is missing get the other one."),
    )
    link = forms.URLField(
        label=pgettext_lazy("posts", "Link"),
        max_length=300,
        required=False,
        assume_scheme="https",
    )
    source = forms.CharField(
        label=pgettext_lazy("posts", "Source"),
        max_length=120,
        required=False,
        help_text=_("Where it was read: what has no source is not sent."),
    )
    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        help_text=_("PNG or JPEG, at most 2 MB; managers save it and post it."),
    )
    without_picture = forms.BooleanField(label=_("Without the picture"), required=False)
    by_message = forms.BooleanField(
        label=_("As a message to those who agreed to be written to"), required=False
    )
    by_packs = forms.BooleanField(label=_("As a pack that their managers post"), required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        personas: Sequence[Persona],
        slots: Sequence[Slot],
        item: Item | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial=_first(item) | (initial or {}))
        self._personas = {one.public_id: one for one in personas}
        self._slots = {one.public_id: one for one in slots}
        self.fields["persona"].choices = [  # type: ignore[attr-defined]  # a ChoiceField has choices
            (code, str(one)) for code, one in self._personas.items()
        ]
        self.fields["slot"].choices = [  # type: ignore[attr-defined]
            (code, str(one)) for code, one in self._slots.items()
        ]
        if item is None or not hasattr(item, "picture"):
            del self.fields["without_picture"]
        dress(self)

    def clean_picture(self) -> Any:
        found = self.cleaned_data["picture"]
        if found and found.size > LARGEST:
            raise forms.ValidationError(_("The picture is larger than 2 MB. Make it smaller."))
        return found

    def place(self) -> tuple[Persona, Slot, date]:
        given = self.cleaned_data
        return self._personas[given["persona"]], self._slots[given["slot"]], given["day"]

    def told(self) -> Told:
        """What was typed, as the action takes it."""
        given = self.cleaned_data
        same = (
            *("title", "title_en", "words", "words_en", "link", "source"),
            *("by_message", "by_packs"),
        )
        return Told(
            **{name: given[name] for name in same},
            picture=given["picture"].read() if given["picture"] else None,
            without_picture=bool(given.get("without_picture")),
        )


class SubmitForm(forms.Form):
    """Why sensitive words are right here, where there are some."""

    excuse = forms.CharField(
        label=_("Why these words are right here"), max_length=300, required=False
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


class WhyForm(forms.Form):
    """Why an item goes back to its authors."""

    why = forms.CharField(label=_("What is to be changed"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        dress(self)


def _first(item: Item | None) -> dict[str, Any]:
    if item is None:
        return {"by_message": True, "by_packs": True}
    same = (
        *("day", "title", "title_en", "words", "words_en", "link", "source"),
        *("by_message", "by_packs"),
    )
    return {name: getattr(item, name) for name in same} | {
        "persona": item.persona.public_id,
        "slot": item.slot.public_id,
    }
