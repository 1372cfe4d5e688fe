"""Personas, slots and items. What is planned for customers is no secret among colleagues."""

from __future__ import annotations

from django.db.models import QuerySet

from regulars.server.content import queries as content
from regulars.server.content.queries import InForce
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.posts.models import Item, ItemQuerySet, Persona, Picture, Slot
from regulars.server.posts.rules import Policy
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment


def may_edit(viewer: Person) -> bool:
    """Who writes for the whole company, not for a branch."""
    return viewer.may(Permission.SEND) and viewer.scope.everything


def may_approve(viewer: Person) -> bool:
    return viewer.may(Permission.APPROVE_CONTENT) and viewer.scope.everything


def policy() -> Policy:
    return Policy.of(core.settings_of_company())


def carrier() -> InForce | None:
    """The message that carries items, as it may be sent today; None while it may not."""
    return content.message_in_force(policy().message)


def personas() -> QuerySet[Persona]:
    return Persona.objects.in_use().select_related("segment").order_by("order", "pk")


def persona(public_id: str) -> Persona | None:
    return personas().filter(public_id=public_id).first()


def slots() -> QuerySet[Slot]:
    return Slot.objects.in_use().order_by("at")


def slot(public_id: str) -> Slot | None:
    return slots().filter(public_id=public_id).first()


def item(public_id: str) -> Item | None:
    found = Item.objects.whole().filter(public_id=public_id)
    return found.select_related("picture").first()


def on_page(pk: int) -> Item:
    """An item as its page shows it."""
    return Item.objects.whole().get(pk=pk)


def picture(public_id: str) -> Picture | None:
    return Picture.objects.filter(item__public_id=public_id).first()


def waiting(viewer: Person) -> ItemQuerySet:
    """What waits for a decision of this viewer, the nearest first; not their own words."""
    if not may_approve(viewer):
        return Item.objects.none()
    found = Item.objects.whole().filter(state=Item.State.WAITING)
    return found.exclude(authors__contains=[viewer.pk]).order_by("day", "slot__at", "pk")


def waiting_for_others(viewer: Person) -> ItemQuerySet:
    """What waits for somebody else: the viewer had a hand in it, or may not decide."""
    found = Item.objects.whole().filter(state=Item.State.WAITING)
    if may_approve(viewer):
        found = found.filter(authors__contains=[viewer.pk])
    return found.order_by("day", "slot__at", "pk")


def segments_to_choose(viewer: Person) -> list[Segment]:
    return list(segments.segments(viewer))
