"""A message: what it is, and its words in two languages and up to two wordings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.content.forms.fitting import TextForm, area, split, tags_field
from regulars.server.content.queries.problems import PURPOSES
from regulars.server.content.rules.messages import LONGEST_HTML, LONGEST_SUBJECT, PARTS
from regulars.server.content.rules.shape import LONGEST_TEXT, MESSAGE_CHANNELS
from regulars.server.products import queries as products

NAMES = ("A", "B")
LABELS: Mapping[str, Promise] = {
    "subject": _("Subject"),
    "text": pgettext_lazy("of a message", "Words"),
    "html": _("HTML of the e-mail"),
}
SPOKEN: Mapping[str, Promise] = {"zh": _("Chinese"), "en": _("English")}


LONGEST = {"subject": LONGEST_SUBJECT, "text": LONGEST_TEXT["email"], "html": LONGEST_HTML}


class MessageForm(TextForm):
    """What somebody types; `actions.save_draft` checks the words."""

    channel = forms.ChoiceField(label=_("Channel"))
    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(PURPOSES.items()))
    product = forms.CharField(
        label=_("Product"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"list": "products", "autocomplete": "off"}),
        help_text=_("Its code, where the message is about one: it brings the risk."),
    )  # fmt: skip
    valid_until = forms.DateField(
        label=_("Sent until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    fallback = forms.ChoiceField(
        label=_("For customers of another language"), choices=list(SPOKEN.items())
    )
    ASKED = ("levels", "stages")

    def grow(self, body: Any) -> None:
        ways = dict(Touch.Channel.choices)
        names = [(code, ways.get(code, code)) for code in MESSAGE_CHANNELS]
        self.fields["channel"].choices = names  # type: ignore[attr-defined]  # a choice
        self.fields["tags"] = tags_field(", ".join(body.tags) if body else "")
        for place, name in enumerate(NAMES):
            for part in PARTS:
                for language in SPOKEN:
                    self._add(name, part, language, _source(body, place, part, language))

    def _add(self, name: str, part: str, language: str, given: str) -> None:
        most = {"subject": LONGEST_SUBJECT, "html": LONGEST_HTML}.get(
            part, LONGEST_TEXT["email"]
        )
        widget = forms.TextInput() if part == "subject" else area(6 if part == "text" else 4)
        self.fields[f"{name}_{part}_{language}"] = forms.CharField(
            label=_("%(part)s, %(language)s") % {
                "part": LABELS[part], "language": SPOKEN[language]
            },
            required=False, max_length=most, initial=given, widget=widget, strip=False,
        )  # fmt: skip

    @staticmethod
    def shown(body: Any) -> dict[str, Any]:
        return TextForm.shown(body) | {
            "channel": body.channel,
            "purpose": body.purpose,
            "product": body.product,
            "valid_until": body.valid_until or None,
            "fallback": body.fallback,
        }

    def clean_product(self) -> str:
        code = str(self.cleaned_data["product"]).strip()
        if code and code not in products.names():
            raise forms.ValidationError(
                _("“%(code)s” is not in the catalogue."), params={"code": code}
            )
        return code

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if not any(given.get(f"A_text_{language}") for language in SPOKEN):
            self.add_error("A_text_zh", _("Fill it in, in one language at least."))
        return given

    def body(self) -> dict[str, Any]:
        """What is kept."""
        return typed(self.cleaned_data) | {"title": self.words("title"), "fits": self.fits()}

    def wordings(self) -> list[tuple[str, list[tuple[str, list[forms.BoundField]]]]]:
        """The fields of each wording by part, the languages side by side."""
        return [(name, [(part, self._pair(name, part)) for part in PARTS]) for name in NAMES]

    def _pair(self, name: str, part: str) -> list[forms.BoundField]:
        return [self[f"{name}_{part}_{language}"] for language in SPOKEN]


def typed(given: Mapping[str, Any]) -> dict[str, Any]:
    """A body from what was typed, checked or not."""
    wordings = [
        {
            part: {
                language: str(given.get(f"{name}_{part}_{language}") or "").replace(
                    "\r\n", "\n"
                )
                for language in SPOKEN
            }
            for part in PARTS
        }
        for name in NAMES
    ]
    return {
        "title": {"zh": given.get("title_zh") or "–", "en": given.get("title_en") or ""},
        "channel": given.get("channel"),
        "purpose": given.get("purpose"),
        "product": given.get("product") or "",
        "valid_until": str(given.get("valid_until") or ""),
        "fallback": given.get("fallback") or "zh",
        "tags": split(str(given.get("tags") or "")),
        "wordings": wordings,
    }


def _plain(given: object) -> str:
    return str(given or "").replace("\r\n", "\n")


def _source(body: Any, place: int, part: str, language: str) -> str:
    if body is None or place >= len(body.wordings):
        return ""
    return str(getattr(getattr(body.wordings[place], part), language))
