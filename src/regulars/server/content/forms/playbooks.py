"""A playbook step by step, or as a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.content.forms.fitting import TextForm, area, dress
from regulars.server.content.queries import told_problem
from regulars.server.content.rules import lines
from regulars.server.content.rules.reading import LAST_DAY, BadContent
from regulars.server.content.rules.shape import Playbook, Step

BLANK, FIRST, MOST_ROWS = 1, 3, 41  # empty steps below those there are, and on a new page
BEGINS = {
    "purchase": _("A purchase"),
    "opened": _("A holding or contract was opened"),
    "delivery": _("Delivery"),
    "service": _("A workshop visit or service"),
    "contract": _("A contract was signed"),
}


class BeginsField(forms.CharField):
    """What day 0 is: one of those we have a name for, by that name, or a kind of event."""

    def prepare_value(self, value: Any) -> Any:
        return str(BEGINS.get(value, value)) if isinstance(value, str) else value

    def to_python(self, value: Any) -> str:
        typed = str(super().to_python(value)).strip()
        known = {str(name): code for code, name in BEGINS.items()}
        return known.get(typed, typed)


class StepForm(forms.Form):
    """One step; without a day it does not count."""

    day = forms.IntegerField(
        label=_("Days after"), required=False, min_value=0, max_value=LAST_DAY
    )
    channel = forms.ChoiceField(label=_("Channel"), choices=Touch.Channel.choices)
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=1, max_value=480, initial=10
    )
    purpose_zh = forms.CharField(label=_("Purpose, in Chinese"), required=False, max_length=160)
    purpose_en = forms.CharField(label=_("Purpose, in English"), required=False, max_length=160)
    say_zh = forms.CharField(
        label=_("Words to say, in Chinese"), required=False, max_length=1200, widget=area(3)
    )
    say_en = forms.CharField(
        label=_("Words to say, in English"), required=False, max_length=1200, widget=area(3)
    )
    hint_zh = forms.CharField(
        label=_("Note for the speaker, in Chinese"), required=False, max_length=1200
    )
    hint_en = forms.CharField(
        label=_("Note for the speaker, in English"), required=False, max_length=1200
    )
    questions = forms.CharField(
        label=_("Questions"),
        required=False,
        max_length=6000,
        widget=area(3),
        help_text=_(
            "One a line: Chinese // English | answer. Answers: yes/no, 1-5, 0-10, text, "
            "number, date, or choice | one; two; three."
        ),
    )

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        dress(self)

    def clean_questions(self) -> list[dict[str, Any]]:
        try:
            return lines.questions(self.cleaned_data["questions"])
        except BadContent as error:
            raise forms.ValidationError(told_problem(error)) from error

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        typed = [n for n in ("purpose_zh", "purpose_en", "say_zh", "say_en") if given.get(n)]
        if typed and given.get("day") is None and "day" not in self.errors:
            self.add_error("day", _("On which day? A step without one is not kept."))
        if given.get("day") is not None and not (
            given.get("purpose_zh") or given.get("purpose_en")
        ):
            self.add_error("purpose_zh", _("Say what the step is for."))
        return given

    def step(self) -> dict[str, Any] | None:
        given = self.cleaned_data
        if given.get("day") is None:
            return None
        return {
            "day": given["day"],
            "channel": given["channel"],
            "minutes": given["minutes"] or 10,
            "questions": given["questions"],
            **{
                name: {"zh": given[f"{name}_zh"].strip(), "en": given[f"{name}_en"].strip()}
                for name in ("purpose", "say", "hint")
            },
        }


StepSet = forms.formset_factory(
    StepForm, extra=BLANK, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)
FirstSet = forms.formset_factory(
    StepForm, extra=FIRST, max_num=MOST_ROWS, absolute_max=MOST_ROWS
)


class PlaybookForm(TextForm):
    """A name, what it is tied to, and its steps."""

    begins = BeginsField(
        label=_("Day 0 is"),
        max_length=40,
        initial="purchase",
        widget=forms.TextInput(attrs={"list": "begins", "autocomplete": "off"}),
        help_text=_("Choose one, or type the kind of an event as your data calls it."),
    )
    note_zh = forms.CharField(label=_("Note, in Chinese"), required=False, max_length=600)
    note_en = forms.CharField(label=_("Note, in English"), required=False, max_length=600)
    ASKED = ("kinds",)

    def __init__(self, data: Any = None, *, body: Any = None) -> None:
        super().__init__(data, body=body)
        zh = (get_language() or "zh").startswith("zh")
        first = [_shown(step, zh=zh) for step in body.steps] if body else []
        of = StepSet if first else FirstSet
        self.steps = of(data, initial=first, prefix="steps")

    @staticmethod
    def shown(body: Playbook) -> dict[str, Any]:
        return TextForm.shown(body) | {
            "begins": body.begins,
            "note_zh": body.note.zh,
            "note_en": body.note.en,
        }

    def is_valid(self) -> bool:
        both = [super().is_valid(), self.steps.is_valid()]
        return all(both)

    def body(self) -> dict[str, Any]:
        found = [form.step() for form in self.steps.forms if form.cleaned_data]
        return {
            "title": self.words("title"),
            "note": self.words("note"),
            "begins": self.cleaned_data["begins"].strip(),
            "steps": [step for step in found if step is not None],
            "fits": self.fits(),
        }


def _shown(step: Step, *, zh: bool) -> dict[str, Any]:
    return {
        "day": step.day,
        "channel": step.channel,
        "minutes": step.minutes,
        "purpose_zh": step.purpose.zh,
        "purpose_en": step.purpose.en,
        "say_zh": step.say.zh,
        "say_en": step.say.en,
        "hint_zh": step.hint.zh,
        "hint_en": step.hint.en,
        "questions": lines.typed_questions(step.questions, zh=zh),
    }


class MessagesFileForm(forms.Form):
    """Messages as a file."""

    file = forms.FileField(label=_("File (CSV or XLSX)"), max_length=200)

    def clean_file(self) -> Any:  # an uploaded file
        if self.cleaned_data["file"].size > FileForm.MOST:
            raise forms.ValidationError(_("The file is larger than 5 MB."))
        return self.cleaned_data["file"]


class FileForm(TextForm):
    """A playbook as a file, with its name and what it is tied to."""

    file = forms.FileField(label=_("File (CSV or XLSX)"), max_length=200)
    begins = PlaybookForm.base_fields["begins"]
    ASKED = ("kinds",)
    NEEDED = ()  # without a name it is called like the file
    MOST = 5 * 1024 * 1024

    def clean_file(self) -> Any:  # an uploaded file
        file = self.cleaned_data["file"]
        if file.size > self.MOST:
            raise forms.ValidationError(_("The file is larger than 5 MB. Is it a playbook?"))
        return file
