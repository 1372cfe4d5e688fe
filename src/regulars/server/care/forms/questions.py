"""The questions of playbook steps, as fields of the contact form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.care.actions import Told
from regulars.server.care.models import NO, YES, Task
from regulars.server.care.rules.answers import WrongAnswer, read
from regulars.server.content.queries import InForce
from regulars.server.content.rules.shape import Answer, Question, Step

Asked = tuple[Task, InForce, Step]


class QuestionPart(forms.Form):
    """Questions of the steps whose reasons are open; none of them must be answered."""

    def ask(self, asked: Iterable[Asked]) -> None:
        """Add a field for each question; `sections` are what the template shows."""
        self.asked: dict[str, tuple[Task, InForce, Question]] = {}
        self.sections: list[tuple[str, list[str]]] = []
        language = get_language() or ""
        for task, text, step in asked:
            names = []
            for question in step.questions:
                name = f"q-{task.pk}-{question.key}"
                self.fields[name] = _field(question, language)
                self.asked[name] = task, text, question
                names.append(name)
            if names:
                self.sections.append((step.purpose.of(language), names))

    @property
    def questions(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each step with its questions."""
        return [(title, [self[name] for name in names]) for title, names in self.sections]

    def answered(self) -> list[Told]:
        """What was answered, by type; a wrong one is told at its field."""
        found = []
        for name, (task, text, question) in self.asked.items():
            try:
                given = read(question, str(self.cleaned_data.pop(name, "") or ""))
            except WrongAnswer:
                self.add_error(name, WRONG[Answer(question.kind)]())
                continue
            if given is not None:
                found.append(Told(task, text.version, question, given))
        return found


WRONG: dict[Answer, Any] = {
    Answer.YES_NO: lambda: _("Choose yes or no."),
    Answer.SCORE: lambda: _("Choose 1 to 5."),
    Answer.NPS: lambda: _("Choose 0 to 10."),
    Answer.CHOICE: lambda: _("Choose one of those shown."),
    Answer.TEXT: lambda: _("Write 1000 characters at most."),
    Answer.NUMBER: lambda: _("Write a number."),
    Answer.DATE: lambda: _("Choose a day."),
}


def _field(question: Question, language: str) -> forms.Field:
    label = question.text.of(language)
    choices = _choices(question, language)
    if choices:
        return forms.CharField(
            label=label, required=False, widget=forms.RadioSelect(choices=choices)
        )
    widget: forms.Widget = forms.TextInput(attrs={"class": "ctl", "maxlength": 1000})
    if question.kind == Answer.DATE:
        widget = forms.DateInput(attrs={"type": "date", "class": "ctl"}, format="%Y-%m-%d")
    if question.kind == Answer.NUMBER:
        widget = forms.TextInput(attrs={"class": "ctl", "inputmode": "decimal"})
    return forms.CharField(label=label, required=False, max_length=1000, widget=widget)


def _choices(question: Question, language: str) -> list[tuple[str, str]]:
    if question.kind == Answer.YES_NO:
        return [("1", str(YES)), ("0", str(NO))]
    if question.kind == Answer.SCORE:
        return [(str(n), str(n)) for n in range(1, 6)]
    if question.kind == Answer.NPS:
        return [(str(n), str(n)) for n in range(11)]
    if question.kind == Answer.CHOICE:
        return [(str(n), each.of(language)) for n, each in enumerate(question.choices, 1)]
    return []
