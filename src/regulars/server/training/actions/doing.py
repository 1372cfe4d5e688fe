"""Somebody did an item: they say so, or a supervisor signs; a supervisor asks again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.training.models import Asked, Completion, Item
from regulars.server.training.rules import standing as rules


class NeedsASupervisor(Refused):
    """The item is signed by a supervisor, not by the person."""


class NotTheirs(Refused):
    """The item is for other roles, or for nobody any more."""


class BadDay(BadInput):
    """The day lies ahead or too far back."""


class AlreadyDone(Refused):
    """It is on record for that day."""


def confirm(item: Item, *, by: Person, at: datetime) -> Completion:
    """A person confirms an item they have done.

    :raises NeedsASupervisor: somebody else has to sign it.
    :raises NotTheirs: the item is not for this role.
    """
    if item.confirms == Item.Confirms.MANAGER:
        raise NeedsASupervisor(_("“%(item)s” is signed by your supervisor.") % {"item": item})
    return _complete(item, by, core.local_date(at), "", signed=False, by=by, at=at)


def sign(
    item: Item, person: Person, *, by: Person, at: datetime, done_on: date | None = None,
    note: str = "",
) -> Completion:  # fmt: skip
    """A supervisor signs that somebody did an item.

    :raises NotTheirs: the item is not for this role, or it is the supervisor's own.
    :raises BadDay: the day lies ahead, or before the item began by more than a year.
    """
    today = core.local_date(at)
    day = done_on or today
    if day > today or (today - day).days > 366:
        raise BadDay(
            _("%(day)s cannot be: take a day of the last year.") % {"day": day.isoformat()}
        )
    if person == by:
        raise NotTheirs(_("Nobody signs for themselves. Ask another supervisor."))
    return _complete(item, person, day, note, signed=True, by=by, at=at)


@transaction.atomic
def _complete(
    item: Item, person: Person, day: date, note: str, *, signed: bool, by: Person, at: datetime
) -> Completion:
    if item.ended_at is not None or person.role not in item.roles:
        raise NotTheirs(
            _("“%(item)s” is not for %(person)s.") % {"item": item, "person": person}
        )
    made, new = Completion.objects.get_or_create(
        item=item, person=person, done_on=day, withdrawn_at=None,
        defaults={
            "valid_until": rules.valid_until(day, item.months), "signed": signed,
            "confirmed_by": by, "confirmed_at": at, "note": note.strip(),
        },
    )  # fmt: skip
    if not new:
        raise AlreadyDone(_("That is on record for this day already."))
    open_wishes = Asked.objects.filter(
        item=item, person=person, met__isnull=True, withdrawn_at__isnull=True
    )
    open_wishes.update(met=made)
    audit.record("training.item.done", made, by=by, at=at, item=item.pk, person=person.pk)
    return made


@transaction.atomic
def withdraw(completion: Completion, *, by: Person, at: datetime) -> bool:
    """Take back what was recorded by mistake; what had been asked for is open again."""
    gone = Completion.objects.filter(pk=completion.pk, withdrawn_at__isnull=True)
    if not gone.update(withdrawn_at=at):
        return False
    Asked.objects.filter(met=completion).update(met=None)
    audit.record("training.item.undone", completion, by=by, at=at)
    return True


@transaction.atomic
def ask(
    item: Item, person: Person, *, due_on: date, why: str, by: Person, at: datetime
) -> Asked:
    """Ask somebody to take an item by a day, whatever they did before.

    :raises NotTheirs: the item is not for this role.
    :raises BadDay: the day has passed.
    """
    if item.ended_at is not None or person.role not in item.roles:
        raise NotTheirs(
            _("“%(item)s” is not for %(person)s.") % {"item": item, "person": person}
        )
    if due_on < core.local_date(at):
        raise BadDay(_("%(day)s has passed. Take a day to come.") % {"day": due_on.isoformat()})
    made, _new = Asked.objects.update_or_create(
        item=item, person=person, met=None, withdrawn_at=None,
        defaults={
            "due_on": due_on, "why": why.strip(), "asked_by": by, "asked_at": at,
        },
    )  # fmt: skip
    audit.record("training.item.asked", made, by=by, at=at, item=item.pk, person=person.pk)
    return made
