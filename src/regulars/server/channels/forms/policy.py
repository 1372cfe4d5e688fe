"""The question of the page “may we”, notices and the do-not-contact list."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.forms.words import CHANNELS, PURPOSES
from regulars.server.channels.models import Wording
from regulars.server.channels.models.consents import Purpose
from regulars.server.channels.rules.policy import Ask
from regulars.server.web.forms import dress


class AskForm(forms.Form):
    """Which customer, by which way, for what, when; `ask()` is the question."""

    channel = forms.ChoiceField(label=_("By which way"), choices=list(CHANNELS.items()))
    purpose = forms.ChoiceField(label=_("For what"), choices=list(PURPOSES.items()))
    when = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        help_text=_("On the company's clock."),
    )
    urgent = forms.BooleanField(label=_("Urgent"), required=False)
    personal = forms.BooleanField(label=_("Chosen by scores"), required=False)

    def __init__(self, data: Any = None, *, at: datetime, zone: ZoneInfo) -> None:
        now = at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)
        first = {"channel": "sms", "purpose": "marketing", "when": now}
        # What the address does not say is asked as the page first shows it.
        given = {name: data.get(name) or first.get(name, "") for name in self.base_fields}
        given["when"] = data.get("when") or f"{now:%Y-%m-%dT%H:%M}"
        super().__init__(given)
        self.zone, self.now = zone, at
        dress(self)

    def ask(self) -> Ask:
        given = self.cleaned_data
        when: datetime = given["when"].replace(tzinfo=self.zone)
        # The field knows minutes: within this one "now" is meant, and what was said just now.
        is_now = timedelta() <= self.now - when < timedelta(minutes=1)
        return Ask(
            channel=given["channel"],
            purpose=given["purpose"],
            at=self.now if is_now else when,
            urgent=given["urgent"],
            personal=given["personal"],
        )


class WordingForm(forms.Form):
    """The next version of a notice."""

    purpose = forms.ChoiceField(label=_("For what"), choices=Purpose.choices)
    text = forms.CharField(
        label=_("What the customer reads, in Chinese"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One of the two languages is enough; it is then shown to everybody."),
    )
    text_en = forms.CharField(
        label=_("The same in English"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    controller = forms.CharField(label=_("Who answers for the data"), max_length=200)
    contact = forms.CharField(label=_("Where the customer turns to"), max_length=200)
    method = forms.CharField(label=_("How the data is used"), max_length=200)
    frequency = forms.CharField(
        label=_("How often messages come"), max_length=120, required=False
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of data"),
        choices=Wording.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    retention = forms.CharField(label=_("How long it is kept"), max_length=200)
    renew = forms.BooleanField(
        label=_("Ask everybody again, although it asks for no more than before"),
        required=False,
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not (given.get("text", "").strip() or given.get("text_en", "").strip()):
            own = "text" if (get_language() or "zh").startswith("zh") else "text_en"
            self.add_error(own, gettext("Write what the customer reads."))
        return given


class ListForm(forms.Form):
    """Numbers and addresses that must not be reached, typed or from a file."""

    typed = forms.CharField(
        label=_("Numbers or e-mail addresses, one a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    file = forms.FileField(
        label=_("Or a text file, one a line"), required=False, max_length=200
    )
    source = forms.CharField(
        label=_("Where the list comes from"), max_length=120,
        help_text=_("A complaint, the association's list, another system."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why"), max_length=200, required=False)

    MOST = 20 * 1024 * 1024

    def __init__(self, data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        file = given.get("file")
        if not given.get("typed", "").strip() and file is None:
            self.add_error("typed", _("Type at least one number or address, or choose a file."))
        if file is not None and file.size > self.MOST:
            self.add_error("file", _("The file is larger than 20 MB. Split it."))
        return given

    def values(self) -> list[str]:
        lines = str(self.cleaned_data["typed"]).splitlines()
        file = self.cleaned_data.get("file")
        if file is not None:
            raw = file.read()
            try:
                text = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                text = raw.decode("gb18030", errors="replace")
            # Of a table the first column counts.
            lines += [line.split(",")[0].split("\t")[0] for line in text.splitlines()]
        return lines
