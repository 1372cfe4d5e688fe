"""Personas and slots: added, changed, put away."""

from __future__ import annotations

from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.posts.models import LIVE, Item, ItemQuerySet, Persona, Slot
from regulars.server.posts.rules import KEY, Policy
from regulars.server.segments.models import Segment


class Taken(Refused):
    """Another one in use has this name or this time."""


@transaction.atomic
def add_persona(
    *, name: str, segment: Segment, by: Actor, at: datetime, name_en: str = "", voice: str = ""
) -> Persona:
    """Add a persona behind the others.

    :raises Taken: another one has this name.
    """
    last = Persona.objects.in_use().aggregate(last=Max("order"))["last"] or 0
    made = Persona(order=last + 1, made_at=at, made_by=by if isinstance(by, Person) else None)
    return _save(made, name, name_en, voice, segment, by=by, at=at)


@transaction.atomic
def change_persona(
    persona: Persona,
    *,
    name: str,
    segment: Segment,
    by: Actor,
    at: datetime,
    name_en: str = "",
    voice: str = "",
) -> Persona:
    """Name it, or say who fits it, anew.

    :raises Taken: another one has this name.
    """
    found = Persona.objects.select_for_update(of=("self",)).get(pk=persona.pk)
    return _save(found, name, name_en, voice, segment, by=by, at=at)


@transaction.atomic
def move_persona(persona: Persona, *, up: bool, by: Actor, at: datetime) -> None:
    """Let a persona come before its neighbour, or behind it."""
    rows = list(
        Persona.objects.in_use().select_for_update(of=("self",)).order_by("order", "pk")
    )
    place = next((n for n, one in enumerate(rows) if one.pk == persona.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for n, one in enumerate(rows, start=1):
        if one.order != n:
            one.order = n
            one.save(update_fields=["order"])
    audit.record("posts.persona.moved", persona, by=by, at=at, order=other + 1)


@transaction.atomic
def put_away_persona(persona: Persona, *, by: Actor, at: datetime) -> None:
    """Stop writing for a persona; what was planned for it does not go out."""
    Persona.objects.filter(pk=persona.pk).update(put_away_at=at)
    persona.belongings.all().delete()
    _give_up(Item.objects.filter(persona=persona))
    audit.record("posts.persona.put_away", persona, by=by, at=at)


@transaction.atomic
def add_slot(hour: time, *, by: Actor, at: datetime) -> Slot:
    """Add a time of day.

    :raises Taken: it is there.
    """
    hour = hour.replace(second=0, microsecond=0)
    if Slot.objects.in_use().filter(at=hour).exists():
        raise Taken(_("%(hour)s is a slot already.") % {"hour": f"{hour:%H:%M}"})
    made = Slot.objects.create(
        at=hour, made_at=at, made_by=by if isinstance(by, Person) else None
    )
    audit.record("posts.slot.added", made, by=by, at=at, hour=f"{hour:%H:%M}")
    return made


@transaction.atomic
def put_away_slot(slot: Slot, *, by: Actor, at: datetime) -> None:
    """Take a time of day away; what was planned for it does not go out."""
    Slot.objects.filter(pk=slot.pk).update(put_away_at=at)
    _give_up(Item.objects.filter(slot=slot))
    audit.record("posts.slot.put_away", slot, by=by, at=at, hour=f"{slot.at:%H:%M}")


def set_policy(policy: Policy, *, by: Actor, at: datetime) -> None:
    """Choose the message that carries items."""
    core.change_settings(by=by, at=at, **{KEY: {"message": policy.message}})


def _save(
    persona: Persona,
    name: str,
    name_en: str,
    voice: str,
    segment: Segment,
    *,
    by: Actor,
    at: datetime,
) -> Persona:
    persona.name, persona.name_en = " ".join(name.split()), " ".join(name_en.split())
    persona.voice, persona.segment = " ".join(voice.split()), segment
    try:
        with transaction.atomic():
            persona.save()
    except IntegrityError as error:
        told = _("“%(name)s” is a persona already.") % {"name": persona.name}
        raise Taken(told) from error
    audit.record("posts.persona.saved", persona, by=by, at=at, segment=segment.public_id)
    return persona


def _give_up(items: ItemQuerySet) -> None:
    items.filter(state__in=LIVE).update(state=Item.State.OVER, why_over=Item.Why.TAKEN_AWAY)
