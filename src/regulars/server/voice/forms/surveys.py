"""What a person may type to make a survey, change its draft, and launch it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.segments.models import Segment
from regulars.server.voice.forms.words import PRESETS
from regulars.server.voice.models import Question, Version, Wave
from regulars.server.voice.rules import Policy
from regulars.server.web.forms import day, dress


class MakeForm(forms.Form):
    """A new survey."""

    name = forms.CharField(
        label=pgettext_lazy("survey", "Name"),
        max_length=80,
        help_text=_("Only colleagues see it, such as “NPS of the branches”."),
    )
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    preset = forms.ChoiceField(
        label=_("Begin with"), choices=tuple(PRESETS.items()), widget=forms.RadioSelect
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"preset": "experience"})
        dress(self)


class TextsForm(forms.Form):
    """What the survey is called inside, and what stands before and after the questions."""

    NAMES = ("name", "name_en")
    name = forms.CharField(
        label=pgettext_lazy("survey", "Name"), max_length=80,
        help_text=_("Only colleagues see it, such as “NPS of the branches”."),
    )  # fmt: skip
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    title = forms.CharField(label=_("Title in Chinese"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    intro = forms.CharField(
        label=_("First words in Chinese"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    intro_en = forms.CharField(
        label=_("First words in English"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    thanks = forms.CharField(label=_("Thanks in Chinese"), max_length=300, required=False)
    thanks_en = forms.CharField(label=_("Thanks in English"), max_length=300, required=False)

    def __init__(self, data: Any = None, *, version: Version) -> None:
        initial = {
            name: getattr(version.survey if name in self.NAMES else version, name)
            for name in self.base_fields
        }
        super().__init__(data, initial=initial)
        dress(self)

    def names(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in self.NAMES}

    def texts(self) -> dict[str, str]:
        return {
            name: text for name, text in self.cleaned_data.items() if name not in self.NAMES
        }


class QuestionForm(forms.Form):
    """One question."""

    kind = forms.ChoiceField(label=_("Kind of answer"), choices=Question.Kind.choices)
    text = forms.CharField(label=_("Question in Chinese"), max_length=300)
    text_en = forms.CharField(label=_("Question in English"), max_length=300, required=False)
    point = forms.CharField(
        label=_("Touch point in Chinese"), max_length=60, required=False,
        help_text=_("Experience and expectation with the same touch point make its gap."),
    )  # fmt: skip
    point_en = forms.CharField(label=_("Touch point in English"), max_length=60, required=False)
    ways = forms.CharField(
        label=_("Ways to answer, one a line"), required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for one of several. After “|” the English words."),
    )  # fmt: skip
    required = forms.BooleanField(label=_("Must be answered"), required=False)

    def __init__(self, data: Any = None, *, question: Question | None = None) -> None:
        super().__init__(data, initial=_told(question) if question else {"required": True})
        dress(self)

    def values(self) -> dict[str, Any]:
        """What was typed, as the question keeps it."""
        told = dict(self.cleaned_data)
        lines = [line for line in told.pop("ways").splitlines() if line.strip()]
        pairs = [line.partition("|") for line in lines]
        told["choices"] = [zh.strip()[:120] for zh, _bar, _en in pairs]
        told["choices_en"] = [(en or zh).strip()[:120] for zh, _bar, en in pairs]
        return told


def _told(question: Question) -> dict[str, Any]:
    same = ("kind", "text", "text_en", "point", "point_en", "required")
    pairs = zip(question.choices, question.choices_en, strict=False)
    ways = "\n".join(f"{zh} | {en}" if en and en != zh else zh for zh, en in pairs)
    return {name: getattr(question, name) for name in same} | {"ways": ways}


class LaunchForm(forms.Form):
    """Whom a wave asks, how and until when."""

    name = forms.CharField(
        label=pgettext_lazy("wave", "Name of the wave"), max_length=80,
        help_text=_("Such as “2026 Q4”."),
    )  # fmt: skip
    name_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    segment = forms.ChoiceField(label=_("Audience"), required=False)
    channel = forms.ChoiceField(
        label=_("How they are asked"), choices=Wave.Channel.choices,
        help_text=_("Who did not agree to surveys by this way is left out, with the reason."),
    )  # fmt: skip
    percent = forms.IntegerField(
        label=_("Random share, per cent"), min_value=1, max_value=100, initial=100
    )
    panel = forms.BooleanField(
        label=_("Only the panel of value customers whose turn it is this quarter"),
        required=False,
    )
    ends_on = forms.DateField(label=_("Answers until"), widget=day())

    def __init__(self, data: Any = None, *, segments: Any, today: date, ends_on: date) -> None:
        quarter = f"{today.year} Q{(today.month + 2) // 3}"
        super().__init__(
            data, initial={"name": quarter, "ends_on": ends_on, "channel": "visit"}
        )
        self._known: dict[str, Segment] = {each.public_id: each for each in segments}
        self.fields["segment"].choices = [  # type: ignore[attr-defined]  # a ChoiceField has choices
            ("", _("Everybody I see")),
            *((key, each.name) for key, each in self._known.items()),
        ]
        self.fields["ends_on"].widget.attrs["min"] = today.isoformat()
        dress(self)

    def values(self) -> dict[str, Any]:
        """What was typed, as the action takes it."""
        told = dict(self.cleaned_data)
        told["share"] = told.pop("percent") / 100
        told["segment"] = self._known.get(told["segment"])
        return told


class RulesForm(forms.Form):
    """The rest, the panel, the days."""

    rest_days = forms.IntegerField(
        label=_("Days of rest between two surveys"), min_value=0, max_value=730,
        help_text=_("Over all surveys; an answer that came in a file counts, too."),
    )  # fmt: skip
    panel_level = forms.IntegerField(
        label=_("The panel begins at tier level"), min_value=1, max_value=5,
        help_text=_("5 is the best. Each member is asked in quarters of their own."),
    )  # fmt: skip
    open_days = forms.IntegerField(
        label=_("Days in which a wave can be answered"), min_value=1, max_value=180
    )
    compare_days = forms.IntegerField(
        label=_("Days before and after a change that are compared"), min_value=7, max_value=365
    )

    def __init__(self, data: Any = None, *, policy: Policy) -> None:
        super().__init__(data, initial=vars(policy))
        dress(self)

    def policy(self) -> Policy:
        return Policy(**self.cleaned_data)
