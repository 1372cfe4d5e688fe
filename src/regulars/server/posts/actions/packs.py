"""A manager says whether an item was posted, and how they look beside it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.posts.actions.writing import BadPicture
from regulars.server.posts.models import Face, Mark
from regulars.server.posts.rules import LARGEST, ending_of

State = Mark.State


@transaction.atomic
def mark(found: Mark, *, state: str, by: Person, at: datetime, reason: str = "") -> Mark:
    """Say that it was posted, or not and why, or take that back; the last word counts.

    :raises BadInput: it was not posted and no reason is given, or it is somebody else's.
    """
    held = Mark.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if held.person_id != by.pk:
        raise BadInput(_("Everybody speaks for their own posts only."))
    if state not in State.values:
        raise BadInput(_("Choose posted or not posted."))
    if state == State.NOT_POSTED and not reason.strip():
        raise BadInput(_("Say in a few words why it was not posted."))
    held.state = state
    held.reason = " ".join(reason.split())[:200] if state == State.NOT_POSTED else ""
    held.told_at = None if state == State.OPEN else at
    held.save()
    audit.record("posts.marked", held.item, by=by, at=at, state=state)
    return held


@transaction.atomic
def change_face(
    *,
    phone: str,
    line: str,
    line_en: str,
    by: Person,
    at: datetime,
    picture: bytes | None = None,
    without_picture: bool = False,
) -> Face:
    """Say how one looks beside what one posts.

    :raises BadPicture: the picture is none, or too large.
    """
    found = Face.objects.filter(person=by).first() or Face(person=by)
    found.phone, found.changed_at = " ".join(phone.split()), at
    found.line, found.line_en = " ".join(line.split()), " ".join(line_en.split())
    if without_picture:
        found.content, found.ending = None, ""
    if picture:
        ending = ending_of(picture)
        if not ending or len(picture) > LARGEST:
            raise BadPicture(_("Choose a PNG or JPEG picture of at most 2 MB."))
        found.content, found.ending = picture, ending
    found.save()
    audit.record("posts.face.changed", by, by=by, at=at)
    return found
