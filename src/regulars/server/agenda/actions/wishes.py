"""What people wish, and what the company lets out."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction

from regulars.server.agenda.models import Wish
from regulars.server.agenda.queries import AskedFor
from regulars.server.agenda.queries.feeds import NAMES
from regulars.server.agenda.queries.letters import HOUR, USUAL
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person


@transaction.atomic
def set_wish(
    person: Person,
    *,
    by: Actor,
    at: datetime,
    letter: bool | None = None,
    names: bool | None = None,
    each: bool | None = None,
) -> Wish:
    """Keep what somebody wants; what is None stays as it is."""
    wish, _made = Wish.objects.get_or_create(person=person)
    told = {"letter": letter, "names": names, "each": each}
    changed = [
        name
        for name, value in told.items()
        if value is not None and value != getattr(wish, name)
    ]
    for name in changed:
        setattr(wish, name, told[name])
    if changed:
        wish.save(update_fields=changed)
        audit.record("agenda.wish.set", wish, by=by, at=at, fields=changed)
    return wish


def set_rules(*, names: bool, usual: AskedFor, hour: time, by: Actor, at: datetime) -> None:
    """Say whether names may leave the house, who gets the mail, and when."""
    told = {NAMES: names, USUAL: str(usual), HOUR: f"{hour:%H:%M}"}
    core.change_settings(by=by, at=at, **told)
