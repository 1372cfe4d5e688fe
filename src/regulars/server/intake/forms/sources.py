"""What is remembered of a source, as a person says it."""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import unquote, urlsplit

from django import forms
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from regulars.server.intake import rules
from regulars.server.intake.forms.files import kinds
from regulars.server.intake.forms.words import WORDS
from regulars.server.intake.models import Source

Way = Source.Way
WAYS = (Way.UPLOAD, Way.FOLDER, Way.SQL)
RESTS = (
    (0, gettext_lazy("only when asked")),
    (15, gettext_lazy("every 15 minutes")),
    (60, gettext_lazy("every hour")),
    (360, gettext_lazy("every 6 hours")),
    (1440, gettext_lazy("every day")),
)
SSL = ("prefer", "require", "verify-full", "disable")


class SourceForm(forms.Form):
    """A source: its name, what it holds, how its rows are read, where they are."""

    name = forms.CharField(max_length=80, label=pgettext_lazy("source", "Name"))
    kind = forms.ChoiceField(label=gettext_lazy("What it holds"))
    preset = forms.ChoiceField(required=False, label=gettext_lazy("System it comes from"))
    unknown = forms.ChoiceField(
        label=gettext_lazy("Customers that are not on file"),
        choices=(
            ("stub", gettext_lazy("open them by their number")),
            ("refuse", gettext_lazy("refuse their rows")),
        ),
    )
    priority = forms.TypedChoiceField(
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 10)],
        label=gettext_lazy("Word in a conflict"),
        help_text=gettext_lazy("Where two sources differ, 1 wins over 9."),
    )
    layout = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "CUST_NO,1,12\nBAL,13,15,2"}),
        label=gettext_lazy("Columns of a fixed-width file"),
        help_text=gettext_lazy(
            "One a line: name, first byte, length, and decimals if they are implied. Leave it "
            "empty for CSV and workbooks."
        ),
    )
    address = forms.CharField(
        max_length=300,
        label=gettext_lazy("Address of the database"),
        help_text=gettext_lazy("postgresql://user@host:5432/name, without the password."),
    )
    password = forms.CharField(
        required=False,
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        label=gettext_lazy("Password"),
        help_text=gettext_lazy("Kept in a file that only this system reads; never shown."),
    )
    sslmode = forms.ChoiceField(choices=[(n, n) for n in SSL], label="TLS")
    query = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=8000,
        label=gettext_lazy("Table or query"),
        help_text=gettext_lazy("schema.table, or a SELECT. It is only ever read."),
    )
    key = forms.CharField(required=False, max_length=63, label=gettext_lazy("Key column"))
    watermark = forms.CharField(
        required=False,
        max_length=63,
        label=gettext_lazy("Column that grows"),
        help_text=gettext_lazy(
            "Such as updated_at: only rows from the last value on are read."
        ),
    )
    minutes = forms.TypedChoiceField(
        coerce=int, choices=RESTS, label=gettext_lazy("How often it is read")
    )
    is_active = forms.BooleanField(required=False, label=gettext_lazy("In use"))

    def __init__(self, data: Any, *, way: str, source: Source | None = None) -> None:
        super().__init__(data, initial=_initial(source), label_suffix="")
        self.way, self.source = way, source
        language = get_language() or "zh"
        presets = [("", _("none, or by its columns")), *_presets(language)]
        for name, choices in (("kind", kinds(language)), ("preset", presets)):
            cast(forms.ChoiceField, self.fields[name]).choices = choices
        for name in self._left_out():
            del self.fields[name]
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs.setdefault("class", "ctl")

    def _left_out(self) -> list[str]:
        left = [] if self.source else ["is_active"]
        if self.way != Way.SQL:
            left += ["address", "password", "sslmode", "query", "key", "watermark", "minutes"]
        else:
            left += ["layout"]
        return left

    def clean_layout(self) -> str:
        text = str(self.cleaned_data["layout"]).replace("\r\n", "\n").strip()
        if text:
            try:
                rules.layout(text)
            except rules.LayoutWrong as error:
                raise forms.ValidationError(str(WORDS["LayoutWrong"])) from error
        return text

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"]).strip()
        try:
            parts = urlsplit(address)
            named = bool(parts.path.strip("/") and parts.username) and parts.port != 0
            good = named and parts.scheme in ("postgresql", "postgres")
        except ValueError:
            good = False
        if not good:
            raise forms.ValidationError(
                _("Write it as postgresql://user@host:5432/name, without the password.")
            )
        if parts.password:
            raise forms.ValidationError(
                _("The address holds a password. Take it out and write it in its own field.")
            )
        return address

    def fields_of_source(self) -> dict[str, Any]:
        said = self.cleaned_data
        before = self.source.options if self.source else {}
        options = {k: v for k, v in before.items() if k not in ("unknown", "layout")}
        options["unknown"] = said["unknown"]
        if said.get("layout"):
            options["layout"] = said["layout"]
        made = {
            "name": said["name"].strip(), "kind": said["kind"], "preset": said["preset"],
            "priority": said["priority"], "options": options,
        }  # fmt: skip
        if self.way == Way.SQL:
            made["minutes"] = said["minutes"] or None
        if self.source:
            made["is_active"] = said["is_active"]
        return made

    def connection(self) -> dict[str, Any]:
        said = self.cleaned_data
        parts = urlsplit(said["address"])
        return {
            "host": parts.hostname or unquote(parts.netloc.rpartition("@")[2]) or "localhost",
            "port": parts.port or 5432,
            "dbname": unquote(parts.path.strip("/")),
            "user": unquote(parts.username or ""),
            **{name: said[name] for name in ("query", "key", "watermark", "sslmode")},
        }


def ways() -> list[tuple[str, str, str]]:
    """The ways that a person opens: code, name, what it is for."""
    return [
        (
            Way.UPLOAD,
            str(Way.UPLOAD.label),
            _("Its columns are remembered, so the next file needs no questions."),
        ),
        (
            Way.FOLDER,
            str(Way.FOLDER.label),
            _("Files that another system drops into a folder are loaded by themselves, once."),
        ),
        (
            Way.SQL,
            str(Way.SQL.label),
            _("A table or a query of a PostgreSQL database is read on a schedule."),
        ),
    ]


def systems(language: str) -> list[dict[str, Any]]:
    """Every system whose files are known, with what is taken and what is left out."""
    found: dict[str, dict[str, Any]] = {}
    labels, is_zh = dict(kinds(language)), language.startswith("zh")
    for one in rules.PRESETS:
        told = found.setdefault(
            one.system_name(language), {"taken": [], "notes": {}, "left": {}}
        )
        name, why = one.zh if is_zh else one.en, one.why_left_out(language)
        if one.kind:
            told["taken"].append((name, labels[one.kind]))
            told["notes"][why] = None
        else:
            told["left"].setdefault(why, []).append(name)
    between = "、" if is_zh else ", "
    return [
        {
            "name": name,
            "taken": told["taken"],
            "notes": [why for why in told["notes"] if why],
            "left": [(between.join(names), why) for why, names in told["left"].items()],
        }
        for name, told in found.items()
    ]


def _presets(language: str) -> list[tuple[str, str]]:
    return [(one.key, one.label(language)) for one in rules.PRESETS if one.kind]


def _initial(source: Source | None) -> dict[str, Any]:
    if source is None:
        return {"unknown": "stub", "priority": 5, "minutes": 1440, "sslmode": "prefer"}
    told = source.settings
    address = ""
    if told:
        address = f"postgresql://{told['user']}@{told['host']}:{told['port']}/{told['dbname']}"
    return {
        "name": source.name, "kind": source.kind, "preset": source.preset,
        "priority": source.priority, "unknown": source.options.get("unknown", "stub"),
        "layout": source.options.get("layout", ""), "minutes": source.minutes or 0,
        "is_active": source.is_active, "address": address,
        **{n: told.get(n, "") for n in ("query", "key", "watermark")},
        "sslmode": told.get("sslmode", "prefer"),
    }  # fmt: skip
