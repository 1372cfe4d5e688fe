"""Surveys are made, drafted, and change only while nobody was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.voice.models import Question, Survey, Version
from regulars.server.voice.rules.presets import PRESETS, Asked


class Fielded(Refused):
    """Customers were asked this already; it stays as it is."""


class NothingAsked(BadInput):
    """A survey without a question."""


@transaction.atomic
def make_survey(
    name: str, *, preset: str, by: Actor, at: datetime, name_en: str = ""
) -> Survey:
    """Make a survey with its first draft, by one of the forms to begin with.

    :raises BadInput: it has no name, or there is no such form.
    """
    if not name.strip():
        raise BadInput(_("Give the survey a name."))
    if preset not in PRESETS:
        raise BadInput(_("There is no form “%(form)s” to begin with.") % {"form": preset})
    begun = PRESETS[preset]
    person = _person(by)
    made = Survey.objects.create(
        name=_plain(name), name_en=_plain(name_en), preset=preset, made_at=at, made_by=person
    )
    version = Version.objects.create(
        survey=made, number=1, title=begun.title, title_en=begun.title_en,
        intro=begun.intro, intro_en=begun.intro_en, made_at=at, made_by=person,
    )  # fmt: skip
    Question.objects.bulk_create(
        _question(version, place, asked) for place, asked in enumerate(begun.questions)
    )
    audit.record("voice.survey.made", made, by=by, at=at, preset=preset)
    return made


@transaction.atomic
def draft(survey: Survey, *, by: Actor, at: datetime) -> Version:
    """The draft of a survey; where there is none, the newest version becomes the next one."""
    found = survey.versions.filter(fielded_at__isnull=True).first()
    if found is not None:
        return found
    last = survey.versions.order_by("-number")[0]
    same = ("title", "title_en", "intro", "intro_en", "thanks", "thanks_en")
    made = Version.objects.create(
        survey=survey, number=last.number + 1, made_at=at, made_by=_person(by),
        **{name: getattr(last, name) for name in same},
    )  # fmt: skip
    kept = (
        *("place", "kind", "text", "text_en", "point", "point_en"),
        *("choices", "choices_en", "required"),
    )
    Question.objects.bulk_create(
        Question(version=made, **{name: getattr(question, name) for name in kept})
        for question in last.questions.all()
    )
    audit.record("voice.survey.drafted", survey, by=by, at=at, version=made.number)
    return made


@transaction.atomic
def change_version(
    version: Version, texts: Mapping[str, str], *, by: Actor, at: datetime
) -> None:
    """Write title, words before and after of a draft anew.

    :raises Fielded: customers were asked already.
    """
    held = _draft(version)
    for name, value in texts.items():
        setattr(held, name, " ".join(value.split()))
    if not held.title:
        raise BadInput(_("Give the survey a title in Chinese."))
    held.save(update_fields=list(texts))
    audit.record("voice.survey.changed", held.survey, by=by, at=at, fields=sorted(texts))


@transaction.atomic
def rename(survey: Survey, *, name: str, by: Actor, at: datetime, name_en: str = "") -> None:
    """Give a survey another name inside, in both languages; nobody outside sees it.

    :raises BadInput: it has no name.
    """
    if not name.strip():
        raise BadInput(_("Give the survey a name."))
    given = {"name": _plain(name), "name_en": _plain(name_en)}
    changed = [field for field, value in given.items() if getattr(survey, field) != value]
    if not changed:
        return
    survey.name, survey.name_en = given["name"], given["name_en"]
    survey.save(update_fields=changed)
    audit.record("voice.survey.changed", survey, by=by, at=at, fields=changed)


@transaction.atomic
def add_question(version: Version, *, by: Actor, at: datetime, **told: Any) -> Question:
    """Add a question at the end of a draft.

    :raises Fielded: customers were asked already.
    :raises BadInput: it asks nothing, or a choice has fewer than two ways.
    """
    held = _draft(version)
    last = held.questions.aggregate(last=Max("place"))["last"]
    made = Question(version=held, place=0 if last is None else last + 1)
    _write(made, told)
    audit.record("voice.survey.changed", held.survey, by=by, at=at, question=made.pk)
    return made


@transaction.atomic
def change_question(question: Question, *, by: Actor, at: datetime, **told: Any) -> None:
    """Ask a question of a draft otherwise.

    :raises Fielded: customers were asked already.
    """
    held = _draft(question.version)
    _write(question, told)
    audit.record("voice.survey.changed", held.survey, by=by, at=at, question=question.pk)


@transaction.atomic
def remove_question(question: Question, *, by: Actor, at: datetime) -> None:
    """Take a question out of a draft.

    :raises Fielded: customers were asked already.
    """
    held = _draft(question.version)
    audit.record("voice.survey.changed", held.survey, by=by, at=at, removed=question.pk)
    question.delete()


@transaction.atomic
def move_question(question: Question, *, up: bool, by: Actor, at: datetime) -> None:
    """Ask a question of a draft earlier or later by one.

    :raises Fielded: customers were asked already.
    """
    held = _draft(question.version)
    order = list(held.questions.all())
    place = next(n for n, each in enumerate(order) if each.pk == question.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    for n, each in enumerate(order):
        each.place = n
    Question.objects.bulk_update(order, ["place"])
    audit.record("voice.survey.changed", held.survey, by=by, at=at, question=question.pk)


@transaction.atomic
def field(version: Version, *, by: Actor, at: datetime) -> Version:
    """Take a draft into the field: from now on it stays as it is.

    :raises NothingAsked: it has no question.
    """
    held = Version.objects.select_for_update().get(pk=version.pk)
    if held.fielded_at is not None:
        return held
    if not held.questions.exists():
        raise NothingAsked(_("This survey asks nothing yet. Add a question first."))
    held.fielded_at = at
    held.save(update_fields=["fielded_at"])
    audit.record("voice.survey.fielded", held.survey, by=by, at=at, version=held.number)
    return held


@transaction.atomic
def archive(survey: Survey, *, by: Actor, at: datetime, back: bool = False) -> None:
    """Put a survey away, or take it out again; its answers stay."""
    survey.archived_at = None if back else at
    survey.save(update_fields=["archived_at"])
    audit.record("voice.survey.archived", survey, by=by, at=at, back=back)


def _question(version: Version, place: int, asked: Asked) -> Question:
    return Question(
        version=version, place=place, kind=asked.kind, text=asked.text, text_en=asked.text_en,
        point=asked.point, point_en=asked.point_en, required=asked.required,
        choices=[zh for zh, _en in asked.choices], choices_en=[en for _zh, en in asked.choices],
    )  # fmt: skip


def _draft(version: Version) -> Version:
    held = Version.objects.select_for_update().select_related("survey").get(pk=version.pk)
    if held.fielded_at is not None:
        raise Fielded(
            _("Customers were asked this version already. Draft the next one to change it.")
        )
    return held


def _write(question: Question, told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        setattr(question, name, value)
    if question.kind == Question.Kind.CHOICE:
        _refuse_few(question.choices)
    else:
        question.choices = question.choices_en = []
    if not question.text.strip():
        raise BadInput(_("Write what is asked, in Chinese."))
    try:
        with transaction.atomic():
            question.save()
    except IntegrityError as error:
        raise BadInput(_("This question cannot be kept. Look at its kind and ways.")) from error


def _refuse_few(choices: Sequence[str]) -> None:
    if len(choices) < 2:
        raise BadInput(_("Write at least two ways to answer, one a line."))


def _plain(name: str) -> str:
    return " ".join(name.split())[:80]


def _person(by: Actor) -> Person | None:
    return by if isinstance(by, Person) else None
