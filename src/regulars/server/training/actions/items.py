"""Items are made, changed, ended; shipped ones are taken over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.training.models import Item
from regulars.server.training.queries.shipped import shipped

FIELDS = (
    *("title", "title_en", "text", "text_en", "link", "roles", "groups"),
    *("confirms", "days", "months"),
)


class Taken(Refused):
    """The shipped item is among ours already."""


class UnknownItem(BadInput):
    """No such item is shipped."""


@transaction.atomic
def make_item(*, by: Person, at: datetime, code: str = "", **fields: Any) -> Item:
    """Add an item; from today people of its roles owe it."""
    made = Item.objects.create(
        code=code, from_on=core.local_date(at), made_by=by, made_at=at, **fields
    )
    audit.record("training.item.made", made, by=by, at=at, roles=made.roles)
    return made


@transaction.atomic
def change_item(item: Item, *, by: Person, at: datetime, **fields: Any) -> None:
    """Change an item; what was done under it keeps the validity it had."""
    changed = [
        name for name in FIELDS if name in fields and getattr(item, name) != fields[name]
    ]
    for name in changed:
        setattr(item, name, fields[name])
    if changed:
        item.save(update_fields=changed)
        audit.record("training.item.changed", item, by=by, at=at, fields=changed)


@transaction.atomic
def end_item(item: Item, *, by: Person, at: datetime) -> bool:
    """Nobody owes it any more; what was done stays on record."""
    ended = Item.objects.filter(pk=item.pk, ended_at__isnull=True).update(ended_at=at)
    if ended:
        audit.record("training.item.ended", item, by=by, at=at)
    return bool(ended)


@transaction.atomic
def adopt(code: str, *, by: Person, at: datetime) -> Item:
    """Take a shipped item over as the company's own.

    :raises Taken: it is there already.
    """
    found = shipped().get(code)
    if found is None:
        raise UnknownItem(f"No item {code!r} is shipped. Choose one of the list.")
    if Item.objects.filter(code=code, ended_at__isnull=True).exists():
        raise Taken(_("This item is among yours already."))
    return make_item(by=by, at=at, code=code, **found)
