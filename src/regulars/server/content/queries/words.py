"""Problems, misspelt fields and sensitive words, told as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.server.content.models import OwnWord
from regulars.server.content.queries.problems import told_trouble
from regulars.server.content.queries.shipped import sensitive
from regulars.server.content.rules import fields
from regulars.server.content.rules.lint import Finding, Sensitive, lint, lint_sentence
from regulars.server.content.rules.message_fields import known
from regulars.server.content.rules.messages import troubles
from regulars.server.content.rules.reading import BadContent, read
from regulars.server.content.rules.shape import Body, Card, Message, Playbook, Words


def all_words() -> tuple[Sensitive, ...]:
    """What is shipped, and what the company added."""
    own = OwnWord.objects.filter(removed_at__isnull=True).order_by("word")
    return (
        *sensitive(),
        *(
            Sensitive(one.word, one.severity, Words(one.reason, one.reason), own=True)
            for one in own
        ),
    )


def findings(kind: str, body: Mapping[str, Any] | Body) -> tuple[Finding, ...]:
    """The sensitive words of a text as it is kept."""
    found = read(kind, body) if isinstance(body, Mapping) else body
    return lint(kind, found, all_words())


def findings_in(sentence: str) -> tuple[Finding, ...]:
    """The sensitive words of one sentence that somebody means to say, the refused first."""
    return lint_sentence(sentence, all_words())


def misspelt(kind: str, body: Body) -> list[str]:
    """A sentence for each brace that stands for no field, with its place."""
    if isinstance(body, Message):
        return [told_trouble(one) for one in troubles(body, known)]
    found = []
    for part, text in _templates(body):
        for one in fields.misspelt(text, fields.of(kind)):
            told = _(
                "%(part)s, line %(line)s, character %(column)s: %(written)s is no field."
            ) % {"part": part, "line": one.line, "column": one.column, "written": one.written}
            if one.meant:
                told += " " + _("Did you mean {%(field)s}?") % {"field": one.meant}
            found.append(told)
    return found


def _templates(body: Body) -> list[tuple[str, str]]:
    if isinstance(body, Card):
        return [
            (_("Words to say, in Chinese"), body.say.zh),
            (_("Words to say, in English"), body.say.en),
            (_("Note for the speaker"), body.hint.zh),
            (_("Note for the speaker"), body.hint.en),
        ]
    if isinstance(body, Playbook):
        return [
            (_("Day %(n)s") % {"n": step.day}, text)
            for step in body.steps
            for text in (step.say.zh, step.say.en, step.hint.zh, step.hint.en)
        ]
    return []


def told_problem(error: BadContent) -> str:
    """What is wrong with a text, in the reader's language."""
    sentences = {
        "missing": _("“%(field)s” is empty. Fill it in, in one language at least."),
        "too_long": _(
            "“%(field)s” has %(n)s characters; at most %(most)s are kept. Shorten it."
        ),
        "no_steps": _("A playbook needs at least one step with a day."),
        "too_many_steps": _("%(n)s steps are too many; at most %(most)s are kept."),
        "step_twice": _(
            "Two steps are called “%(step)s”. Take another day or channel for one."
        ),
        "bad_day": _("Step %(step)s: day %(value)s is none. Take 0 to %(most)s."),
        "bad_channel": _("Step %(step)s: “%(value)s” is no channel we know."),
        "bad_answer": _(
            "Question %(line)s: “%(value)s” is no kind of answer. Take yes/no, 1-5, 0-10, "
            "choice, text, number or date."
        ),
        "no_choices": _("Question %(line)s: a choice needs at least two, separated by “;”."),
        "unknown_code": _("“%(value)s” is not known under “%(field)s”."),
        "no_items": _("A checklist needs at least one item."),
        "too_many_wordings": _("%(n)s wordings are too many; at most %(most)s are kept."),
        "too_many_tags": _("%(n)s tags are too many; at most %(most)s are kept."),
        "bad_date": _("“%(value)s” is no date. Write 2026-12-31."),
    }
    named = {
        "title": pgettext("text", "Name"), "say": _("Words to say"),
        "hint": _("Note for the speaker"), "purpose": _("Purpose"), "text": _("Text"),
        "note": _("Note"), "subject": _("Subject"), "html": _("HTML of the e-mail"),
        "channel": _("Channel"), "tags": _("Tags"), "fallback": _("Fallback language"),
    }  # fmt: skip
    values = dict(error.values)
    if "field" in values:
        values["field"] = named.get(str(values["field"]), values["field"])
    return sentences[error.problem] % values
