"""Taking a draft into force: by somebody who did not write it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.standards import queries
from regulars.server.standards.models import Version


class NothingToAdopt(Refused):
    """There is no draft, or it is not the one that was looked at."""


class NotByYourself(Refused):
    """Whoever wrote a standard does not take it into force, while somebody else could."""


class DayIsPast(Refused):
    """A standard holds from today or later: nobody can keep to it backwards."""


@transaction.atomic
def adopt(
    *, number: int, seen: datetime | None, from_day: date, note: str, by: Actor, at: datetime
) -> Version:
    """Take the draft into force from a day on; `seen` is when what was looked at was changed.

    :raises NothingToAdopt: there is none, or it changed meanwhile.
    :raises NotByYourself: the person had a hand in it and is not the only one who may.
    :raises DayIsPast: the day lies before today.
    """
    version = Version.objects.select_for_update().filter(state=Version.State.DRAFT).first()
    if version is None or version.number != number or seen not in (None, version.changed_at):
        raise NothingToAdopt("The draft changed while you looked at it. Look at it again.")
    if from_day < core.local_date(at):
        raise DayIsPast(f"{from_day} is over. Choose today or a later day.")
    if isinstance(by, Person):
        if not queries.may_adopt(by, version):
            raise NotByYourself("You wrote in this draft. Somebody else takes it into force.")
        version.alone = by.pk in {person.pk for person in queries.editors(version)}
        version.adopted_by = by
    version.state, version.from_day = Version.State.ADOPTED, from_day
    version.adopted_at, version.note = at, note
    version.save()
    audit.record(
        "standards.version.adopted", version, by=by, at=at, number=number,
        from_day=from_day.isoformat(), alone=version.alone,
    )  # fmt: skip
    return version
