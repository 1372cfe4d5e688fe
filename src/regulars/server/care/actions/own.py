"""Triggers of the company's own: written, switched on and off, each change a version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.care.actions import rows
from regulars.server.care.models import OwnTrigger, OwnVersion, Task
from regulars.server.care.rules import own
from regulars.server.content import queries as content
from regulars.server.content.rules import fields
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.models import Person

SPOKEN = (("say", "zh"), ("say", "en"))


class WrongWords(BadInput):
    """Words that must not be said, or a field that nobody fills in."""


class NotYours(Refused):
    """Somebody who sees less than the maker may not change what the maker made."""


@transaction.atomic
def make_trigger(body: Mapping[str, Any], *, by: Person, at: datetime) -> OwnTrigger:
    """Write a new trigger down as a draft, which finds nobody until it is switched on.

    :raises own.Unreadable: a field is missing or beyond its bounds.
    :raises WrongWords: its words must not be said.
    """
    _check(body)
    made = OwnTrigger.objects.create(code=uuid4().hex, made_by=by, made_at=at)
    made.code = f"{own.PREFIX}{made.pk}"
    made.save(update_fields=["code"])
    _version(made, body, number=1, by=by, at=at)
    audit.record("care.trigger.made", made, by=by, at=at)
    return made


@transaction.atomic
def change_trigger(
    trigger: OwnTrigger, body: Mapping[str, Any], *, by: Person, at: datetime
) -> OwnVersion:
    """Write its next version, which counts from now on and looks through this person's eyes.

    :raises own.Unreadable: a field is missing or beyond its bounds.
    :raises WrongWords: its words must not be said.
    :raises NotYours: the maker sees customers whom this person does not.
    """
    _check(body)
    held = _held(trigger, by)
    last = held.versions.latest("number")
    if last.body == dict(body) and last.made_by_id == by.pk:
        return last
    made = _version(held, body, number=last.number + 1, by=by, at=at)
    audit.record("care.trigger.changed", held, by=by, at=at, version=made.number)
    return made


@transaction.atomic
def switch_trigger(trigger: OwnTrigger, *, on: bool, by: Person, at: datetime) -> None:
    """Let it speak from the next morning on, or be silent; what waits of it is taken back.

    :raises NotYours: the maker sees customers whom this person does not.
    """
    held = _held(trigger, by)
    state = OwnTrigger.State.ON if on else OwnTrigger.State.OFF
    if held.state == state:
        return
    held.state = state
    held.on_since = core.local_date(at) if on else None
    held.save(update_fields=["state", "on_since"])
    taken = 0 if on else take_back_all(held.code, Task.Gone.OFF, at=at)
    action = "care.trigger.switched_on" if on else "care.trigger.switched_off"
    audit.record(action, held, by=by, at=at, taken_back=taken)


def take_back_all(code: str, why: Task.Gone, *, at: datetime) -> int:
    """Take back what waits of a trigger, of whatever book."""
    with scope.beyond():
        waiting = Task.objects.filter(trigger=code, state=Task.State.OPEN)
        return rows.take_back(list(waiting.values_list("pk", flat=True)), why, at=at)


def _held(trigger: OwnTrigger, by: Person) -> OwnTrigger:
    held = OwnTrigger.objects.select_for_update().get(pk=trigger.pk)
    maker = held.versions.latest("number").made_by
    if maker != by and not _sees_as_much(by, maker):
        raise NotYours(
            _("%(person)s made this trigger and sees more customers. Make one of your own.")
            % {"person": maker}
        )
    return held


def _sees_as_much(person: Person, maker: Person) -> bool:
    mine, theirs = person.scope, maker.scope
    return mine.everything or (not theirs.everything and set(theirs.books) <= set(mine.books))


def _version(
    trigger: OwnTrigger, body: Mapping[str, Any], *, number: int, by: Person, at: datetime
) -> OwnVersion:
    return OwnVersion.objects.create(
        trigger=trigger, number=number, body=dict(body), made_by=by, made_at=at
    )


def _check(body: Mapping[str, Any]) -> None:
    own.read("own_0", body)
    known = own.fields_of(body)
    for part, language in SPOKEN:
        text = str(body[part].get(language, ""))
        wrong = fields.misspelt(text, known)
        if wrong:
            raise WrongWords(
                _("%(field)s is no field. Use one of: %(known)s.")
                % {"field": wrong[0].written, "known": ", ".join(known)}
            )
        refused = [hit for hit in content.findings_in(text) if hit.refused]
        if refused:
            raise WrongWords(
                _("“%(word)s” must not be said: %(reason)s")
                % {"word": refused[0].word, "reason": refused[0].reason.of(language)}
            )
