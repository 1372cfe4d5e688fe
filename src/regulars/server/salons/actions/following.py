"""A contact deals with what a salon laid on Today, and may be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import transaction

from regulars.base.errors import RegularsError
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.salons.actions.answering import answer
from regulars.server.salons.models import Guest
from regulars.server.salons.queries.due import AFTER, ASK

YES = frozenset({Touch.Outcome.INTERESTED, Touch.Outcome.DONE})
NO = frozenset({Touch.Outcome.NOT_NOW, Touch.Outcome.UNSUITABLE})


@transaction.atomic
def finish(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """A contact dealt with these: an answer by voice is an answer."""
    for what, guest in _guests(cycles):
        if what == ASK:
            _answered(guest, touch, by=by, at=at)
        elif what == AFTER:
            guest.followed_at = at
            guest.save(update_fields=["followed_at"])
            audit.record("salons.guest.followed", guest, by=by, at=at)
        else:
            guest.told_at = at
            guest.save(update_fields=["told_at"])


@transaction.atomic
def reopen(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """That contact was taken back; an answer stays, whoever took it may change it."""
    for what, guest in _guests(cycles):
        name = "followed_at" if what == AFTER else "told_at"
        if what != ASK and getattr(guest, name) == done_at:
            setattr(guest, name, None)
            guest.save(update_fields=[name])


def _answered(guest: Guest, touch: Touch, *, by: Actor, at: datetime) -> None:
    if touch.outcome not in YES | NO or guest.state != Guest.State.INVITED:
        return
    try:
        with transaction.atomic():
            answer(guest, coming=touch.outcome in YES, by=by, at=at)
    except RegularsError:
        return  # the salon is over meanwhile: the contact stands, the answer comes too late


def _guests(cycles: Iterable[str]) -> Iterator[tuple[str, Guest]]:
    """What each reason is about: "after:12:2026-12-02"."""
    kinds = {int(part[1]): part[0] for part in (cycle.split(":") for cycle in cycles)}
    rows = Guest.objects.filter(pk__in=kinds).select_related("salon", "customer")
    for guest in rows.order_by("pk"):
        yield kinds[guest.pk], guest
