"""Addresses of calendars: made, read, ended."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.agenda import queries
from regulars.server.agenda.models import Feed, Told
from regulars.server.agenda.rules import ics
from regulars.server.agenda.rules.entries import Entry, Stamp, reader
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import WORKER, Actor
from regulars.server.core.keys.actions import hashed
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission

READS_AN_HOUR = 120  # one programme asks a few times an hour; one person has a few
KEPT = timedelta(days=60)  # so long an entry that is gone is remembered, should it come back


class TooOften(Refused):
    """The address was read too often in this hour."""

    def __init__(self, said: str, *, wait: int) -> None:
        super().__init__(said)
        self.wait = wait  # seconds


class NotForThem(Refused):
    """The person has no work that could stand in a calendar."""


@dataclass(frozen=True)
class Reading:
    """A calendar as one reading found it."""

    body: bytes
    etag: str
    changed_at: datetime | None


@transaction.atomic
def make_feed(person: Person, *, by: Actor, at: datetime) -> str:
    """Give a person's calendar an address and return its secret; the one before ends.

    :raises NotForThem: they have no work that could stand in it.
    """
    if not person.may(Permission.RECORD_CONTACT):
        raise NotForThem(_("Only who looks after customers has a calendar here."))
    secret = secrets.token_urlsafe(32)
    Feed.objects.filter(person=person).delete()
    made = Feed.objects.create(
        person=person, secret_hash=hashed(secret), role=person.role, made_at=at
    )
    audit.record("agenda.feed.made", made, by=by, at=at, person=person.pk)
    return secret


@transaction.atomic
def revoke_feed(person: Person, *, by: Actor, at: datetime) -> bool:
    """End a person's address at once; whether there was one."""
    found = Feed.objects.filter(person=person).first()
    if found is None:
        return False
    _end(found, by=by, at=at)
    return True


@transaction.atomic
def end_strayed(*, by: Actor, at: datetime) -> int:
    """End the addresses of those who left, were barred or do something else now."""
    found = [
        feed for feed in Feed.objects.select_related("person").order_by("pk") if _strayed(feed)
    ]
    for feed in found:
        _end(feed, by=by, at=at)
    return len(found)


@transaction.atomic
def read(secret: str, *, agent: str, base: str, at: datetime) -> Reading | None:
    """What the calendar behind an address says now; None where the address opens nothing.

    The rest of the transaction sees what the calendar's person sees.

    :raises TooOften: it was read very often in this hour.
    """
    locked = Feed.objects.select_for_update(of=("self",)).select_related("person__org_unit")
    feed = locked.filter(secret_hash=hashed(secret)).first()
    if feed is None:
        return None
    if _strayed(feed):
        _end(feed, by=WORKER, at=at)
        return None
    _count(feed, agent=agent, at=at)
    scope.set_scope(feed.person.scope)
    with translation.override(feed.person.language or settings.LANGUAGE_CODE):
        entries = queries.entries(feed.person, at, base=base)
        stamps = _stamp(feed, entries, at=at)
        body = ics.written(
            entries,
            stamps,
            name=_("Regulars: %(person)s") % {"person": feed.person},
            about=_("Visits, deadlines, promises. It is read only: change it in Regulars."),
            zone=str(core.time_zone()),
        )
    changed = max((stamp.changed_at for stamp in stamps.values()), default=None)
    return Reading(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', changed)


def _strayed(feed: Feed) -> bool:
    person = feed.person
    return person.role != feed.role or not person.may(Permission.RECORD_CONTACT)


def _end(feed: Feed, *, by: Actor, at: datetime) -> None:
    audit.record("agenda.feed.revoked", feed, by=by, at=at, person=feed.person_id)
    feed.delete()


def _count(feed: Feed, *, agent: str, at: datetime) -> None:
    hour = at.replace(minute=0, second=0, microsecond=0)
    feed.reads = feed.reads + 1 if feed.hour == hour else 1
    feed.hour = hour
    if feed.reads > READS_AN_HOUR:
        wait = int((hour + timedelta(hours=1) - at).total_seconds()) + 1
        raise TooOften(_("This calendar was read very often. Try again later."), wait=wait)
    feed.last_read_at, feed.last_agent = at, reader(agent)
    feed.save(update_fields=["hour", "reads", "last_read_at", "last_agent"])


def _stamp(feed: Feed, entries: Sequence[Entry], *, at: datetime) -> dict[str, Stamp]:
    """Compare with what was told last: what reads otherwise now has the next sequence."""
    today, moment = core.local_date(at), at.replace(microsecond=0)
    known = {told.uid: told for told in Told.objects.filter(feed=feed)}
    fresh, changed = [], []
    for entry in entries:
        told = known.get(entry.uid)
        if told is None:
            told = Told(feed=feed, uid=entry.uid, print=entry.print, changed_at=moment)
            fresh.append(told)
        elif told.print != entry.print or told.seen_on != today:
            if told.print != entry.print:
                told.sequence, told.changed_at = told.sequence + 1, moment
            told.print = entry.print
            changed.append(told)
        told.seen_on = today
        known[entry.uid] = told
    Told.objects.bulk_create(fresh)
    Told.objects.bulk_update(changed, ["print", "sequence", "changed_at", "seen_on"])
    Told.objects.filter(feed=feed, seen_on__lt=today - KEPT).delete()
    return {
        entry.uid: Stamp(known[entry.uid].sequence, known[entry.uid].changed_at)
        for entry in entries
    }
