"""Meetings are planned, answered, held, called off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.communities import queries
from regulars.server.communities.actions.joining import PUBLIC, NotHere
from regulars.server.communities.models import Community, Meeting, Presence
from regulars.server.core import audit, scope
from regulars.server.core.models import Person


class NotNow(Refused):
    """The meeting is over, called off, or not yet."""


@transaction.atomic
def plan_meeting(
    community: Community, *, title: str, when: datetime, where: str, by: Person, at: datetime,
    note: str = "",
) -> Meeting:  # fmt: skip
    """Plan a meeting; members find it on their page.

    :raises BadInput: it lies in the past, or has no title or place.
    """
    if when <= at or not title.strip() or not where.strip():
        raise BadInput(_("Say what, where, and a time ahead."))
    made = Meeting.objects.create(
        community=community, title=title.strip()[:120], at=when, where=where.strip()[:160],
        note=note.strip(), made_by=by,
    )  # fmt: skip
    audit.record("communities.meeting", made, by=by, at=at)
    return made


def answer(token: str, public_id: str, *, coming: bool, at: datetime) -> None:
    """A member says on their page whether they come; the last word counts.

    :raises NotHere: the link leads nowhere, or the meeting is over or called off.
    """
    with scope.everything(), transaction.atomic():
        page = queries.page_of(token, at)
        found = next(
            (each for each, _said in page.meetings if each.public_id == public_id), None
        ) if page else None  # fmt: skip
        if page is None or found is None:
            raise NotHere(_("This link leads nowhere any more."))
        Presence.objects.update_or_create(
            meeting=found, member=page.member, defaults={"coming": coming, "said_at": at}
        )
        audit.record("communities.said", found, by=PUBLIC, at=at, coming=coming)


@transaction.atomic
def hold(
    meeting: Meeting, came: Collection[int], *, note: str = "", by: Person, at: datetime
) -> None:
    """Write down who came, of the members whom `by` sees; may be mended later.

    :raises NotNow: it has not begun, or was called off.
    """
    held = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if held.state == Meeting.State.CANCELLED or held.at > at:
        raise NotNow(_("It has not begun yet, or was called off."))
    there = queries.presences(by, held)
    here = {each.member.pk for each in there} & set(came)
    for each in there:
        Presence.objects.update_or_create(
            meeting=held, member=each.member, defaults={"came": each.member.pk in here}
        )
    held.state, held.note = Meeting.State.HELD, note.strip() or held.note
    held.save(update_fields=["state", "note"])
    audit.record("communities.held", held, by=by, at=at, came=len(here))


@transaction.atomic
def call_off(meeting: Meeting, *, by: Person, at: datetime) -> None:
    """Call a planned meeting off.

    :raises NotNow: it was held.
    """
    planned = Meeting.objects.filter(pk=meeting.pk, state=Meeting.State.PLANNED)
    if not planned.update(state=Meeting.State.CANCELLED):
        raise NotNow(_("It was held, or called off before."))
    audit.record("communities.called_off", meeting, by=by, at=at)
