"""Communities are opened, changed, ended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.communities.models import Community
from regulars.server.core import audit
from regulars.server.core.audit import Actor

FIELDS = ("name", "name_en", "interest", "about", "about_en", "place", "leader", "door")


class SameName(Refused):
    """Another community has this name."""


@transaction.atomic
def make(*, by: Actor, at: datetime, **fields: Any) -> Community:
    """Open a community.

    :raises SameName: one of that name stands.
    """
    made = Community(made_at=at, **fields)
    _check(made)
    made.save()
    audit.record("communities.made", made, by=by, at=at)
    return made


@transaction.atomic
def change(found: Community, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change what it is called, who leads it, how one gets in.

    :raises SameName: one of that name stands.
    """
    changed = [
        name for name in FIELDS if name in fields and getattr(found, name) != fields[name]
    ]
    for name in changed:
        setattr(found, name, fields[name])
    _check(found)
    if changed:
        found.save(update_fields=changed)
        audit.record("communities.changed", found, by=by, at=at, fields=changed)


@transaction.atomic
def end(found: Community, *, by: Actor, at: datetime) -> None:
    """Nobody meets any more: the members' pages and the public page are gone."""
    if Community.objects.filter(pk=found.pk, ended_at__isnull=True).update(ended_at=at):
        audit.record("communities.ended", found, by=by, at=at)


def _check(found: Community) -> None:
    same = Community.objects.filter(name=found.name, ended_at__isnull=True)
    if same.exclude(pk=found.pk).exists():
        raise SameName(_("There is a community “%(name)s” already.") % {"name": found.name})
