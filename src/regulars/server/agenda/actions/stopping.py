"""The way out of the morning mail, from the mail itself: signed, so that nobody signs in."""

from __future__ import annotations

from datetime import datetime

from django.core import signing

from regulars.base.errors import BadInput
from regulars.server.agenda.actions.wishes import set_wish
from regulars.server.core.models import Person

SALT = "agenda.stop"


class Unsigned(BadInput):
    """The link is not one of ours, or was cut off."""


def signed(person: Person) -> str:
    """What stands in the link of one person's mail."""
    return signing.dumps(person.public_id, salt=SALT)


def whose(token: str) -> Person:
    """Whose mail a link is of.

    :raises Unsigned: it is not one of ours.
    """
    try:
        public_id = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise Unsigned("The link is not complete. Open it from the mail again.") from error
    found = Person.objects.filter(public_id=public_id).first()
    if found is None:
        raise Unsigned("The link is of somebody who is not here any more.")
    return found


def stop(token: str, *, at: datetime, again: bool = False) -> Person:
    """End the morning mail of whoever the link is of; `again` takes that back.

    :raises Unsigned: it is not one of ours.
    """
    person = whose(token)
    set_wish(person, letter=again, by=person, at=at)
    return person
