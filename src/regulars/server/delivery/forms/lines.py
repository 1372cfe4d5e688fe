"""The form of a line: made from what its kind asks for. Secrets are never shown again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from regulars.base.errors import RegularsError
from regulars.server.delivery.forms.words import CHANNELS
from regulars.server.delivery.kinds import Field, Kind
from regulars.server.delivery.models import Line
from regulars.server.web.forms import dress

ASKED = "s_"  # before the names of a kind's own settings


class LineForm(forms.Form):
    """A line of one kind, new or as it stands."""

    name = forms.CharField(
        label=_("Name of the line"),
        max_length=80,
        help_text=_("As marketers choose it, such as “Letters of the bank”."),
    )
    per_second = forms.FloatField(
        label=_("Messages a second, at most"),
        required=False,
        min_value=0.01,
        max_value=10_000,
        help_text=_("Empty: as fast as the provider takes them."),
    )
    connections = forms.IntegerField(
        label=_("Connections at once"), min_value=1, max_value=32, initial=4
    )
    part_price = forms.DecimalField(
        label=_("Price of one part"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=6,
        help_text=_("A long SMS has several parts. Empty: costs are not counted."),
    )

    def __init__(
        self, *args: Any, kind: type[Kind], line: Line | None = None, **more: Any
    ) -> None:
        more.setdefault("label_suffix", "")
        super().__init__(*args, **more)
        self.kind, self.line = kind, line
        if line is not None:
            for name in ("name", "per_second", "connections", "part_price"):
                self.fields[name].initial = getattr(line, name)
        added: dict[str, forms.Field] = {}
        if not kind.channel and line is None:
            added["channel"] = forms.ChoiceField(
                label=_("Channel"), choices=list(CHANNELS.items())
            )
        added |= {f"{ASKED}{each.name}": self._made(each) for each in kind.fields}
        rest = dict(self.fields)
        self.fields = {"name": rest.pop("name")} | added | rest
        dress(self)

    def _made(self, each: Field) -> forms.Field:
        kept = self.line is not None
        given: dict[str, Any] = {
            "label": each.label,
            "help_text": _("Kept, never shown. Empty: it stays.")
            if each.secret and kept
            else each.help,
            "required": each.required and not (each.secret and kept),
            "initial": ""
            if each.secret
            else self.line.settings.get(each.name, each.default)
            if self.line
            else each.default,
        }
        if each.choices:
            return forms.ChoiceField(choices=list(each.choices), **given)
        if each.secret:
            widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            return forms.CharField(widget=widget, max_length=4_000, **given)
        return forms.CharField(max_length=500, **given)

    def given(self) -> Mapping[str, str]:
        """The kind's own settings, by its names."""
        return {
            each.name: self.cleaned_data[f"{ASKED}{each.name}"] for each in self.kind.fields
        }

    def own(self) -> dict[str, Any]:
        """What every line has."""
        return {
            name: self.cleaned_data[name]
            for name in ("name", "per_second", "connections", "part_price")
        }

    def refuse(self, error: RegularsError) -> None:
        """Show a refusal at the field whose label it names."""
        said = str(error)
        labels = {name: str(field.label) for name, field in self.fields.items()}
        at = next((name for name, label in labels.items() if f"“{label}”" in said), None)
        if at is None and any(f"“{self.cleaned_data.get('name')}”" in part for part in [said]):
            at = "name"
        self.add_error(at, said)


class TryForm(forms.Form):
    """Where a test goes: letters to one's own address, others to a number that is typed."""

    to = forms.CharField(label=_("To my own number or id"), max_length=120)

    def __init__(self, *args: Any, **more: Any) -> None:
        more.setdefault("label_suffix", "")
        super().__init__(*args, **more)
        dress(self)
