"""A file of answers or comments: which one, and what its columns are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.voice.forms.words import ROLES
from regulars.server.voice.models import Version
from regulars.server.voice.rules import columns
from regulars.server.web.forms import dress

COLUMN = "column-"
OF_ANSWERS = (columns.NUMBER, columns.PHONE, columns.EMAIL, columns.AT, columns.KEY)
OF_COMMENTS = tuple(ROLES)


class FileForm(forms.Form):
    """The file."""

    file = forms.FileField(
        label=pgettext_lazy("choose", "File"),
        help_text=_("CSV or Excel, with names in its first row."),
    )

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        dress(self)


class ColumnsForm(forms.Form):
    """What each column is; a role may be given once."""

    def __init__(
        self,
        data: Any = None,
        *,
        header: Sequence[str],
        proposed: Mapping[str, str],
        version: Version | None,
    ) -> None:
        super().__init__(data)
        self._header = list(header)
        roles = OF_COMMENTS if version is None else OF_ANSWERS
        choices: list[tuple[str, Any]] = [("", "—"), *((role, ROLES[role]) for role in roles)]
        if version is not None:
            choices += [
                (columns.QUESTION + each.public_id, str(each))
                for each in version.questions.all()
            ]
        else:
            self.fields["site"] = forms.CharField(
                label=_("Where they were written"), max_length=80
            )
        for place, name in enumerate(self._header):
            self.fields[f"{COLUMN}{place}"] = forms.ChoiceField(
                label=name, choices=choices, required=False, initial=proposed.get(name, "")
            )
        dress(self)

    def columns(self) -> list[Any]:
        return [self[f"{COLUMN}{place}"] for place in range(len(self._header))]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        chosen = [value for name, value in told.items() if name.startswith(COLUMN) and value]
        if len(chosen) != len(set(chosen)):
            raise forms.ValidationError(_("Two columns are said to be the same. Choose one."))
        return told

    def mapping(self) -> dict[str, str]:
        """Column name -> what it is."""
        return {
            name: value
            for place, name in enumerate(self._header)
            if (value := self.cleaned_data.get(f"{COLUMN}{place}"))
        }
