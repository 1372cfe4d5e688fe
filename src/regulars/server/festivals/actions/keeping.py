"""The list of festivals: added, changed, switched on and off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.festivals.models import Festival
from regulars.server.festivals.rules import Wrong

FIELDS = (
    *("name", "name_en", "comes", "month", "day", "term", "weekday", "nth"),
    *("wish", "whom", "place"),
)


class NoSuchDay(BadInput):
    """No year has such a day."""


class SameName(Refused):
    """Another festival has this name."""


@transaction.atomic
def add(*, by: Actor, at: datetime, **fields: Any) -> Festival:
    """Put a festival of one's own on the list.

    :raises NoSuchDay: its rule gives no day.
    :raises SameName: there is one of that name.
    """
    made = Festival(code=f"own-{public_id()}", made_at=at, **fields)
    _check(made)
    made.save()
    audit.record("festivals.added", made, by=by, at=at, name=made.name)
    return made


@transaction.atomic
def change(found: Festival, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change a festival; plans keep the day they were made for.

    :raises NoSuchDay: its rule gives no day.
    :raises SameName: there is one of that name.
    """
    changed = [
        name for name in FIELDS if name in fields and getattr(found, name) != fields[name]
    ]
    for name in changed:
        setattr(found, name, fields[name])
    _check(found)
    if changed:
        found.save(update_fields=changed)
        audit.record("festivals.changed", found, by=by, at=at, fields=changed)


@transaction.atomic
def switch(found: Festival, *, on: bool, by: Actor, at: datetime) -> None:
    """Keep a festival, or keep it no more: nobody is wished, and no plan is asked for."""
    if Festival.objects.filter(pk=found.pk, is_on=not on).update(is_on=on):
        audit.record("festivals.switched", found, by=by, at=at, on=on)


def _check(found: Festival) -> None:
    try:
        found.rule.check()
    except Wrong as error:
        raise NoSuchDay(_("No year has such a day. Look at month and day again.")) from error
    if Festival.objects.filter(name=found.name).exclude(pk=found.pk).exists():
        raise SameName(_("“%(name)s” is on the list already.") % {"name": found.name})
