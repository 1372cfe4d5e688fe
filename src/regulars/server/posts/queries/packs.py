"""What one manager has to post, and their own card beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.posts.models import Belonging, Face, Item, Mark
from regulars.server.posts.rules import moment


@dataclass(frozen=True)
class Pack:
    """One item to post, with its mark."""

    mark: Mark
    item: Item
    has_picture: bool


def packs(viewer: Person, *, day: date) -> list[Pack]:
    """The items of a day that this person posts, those with nothing said first."""
    found = Mark.objects.filter(person=viewer, item__day=day)
    rows = found.select_related("item__persona", "item__slot", "item__picture").order_by(
        "item__slot__at", "item__persona__order"
    )
    made = [Pack(one, one.item, hasattr(one.item, "picture")) for one in rows]
    return sorted(made, key=lambda one: one.mark.state != Mark.State.OPEN)


def later(viewer: Person, *, at: datetime) -> list[Item]:
    """Approved items whose time is still ahead today, for personas in the viewer's books."""
    today, zone = core.local_date(at), core.time_zone()
    mine = Belonging.objects.visible_to(viewer).filter(customer__book__owner=viewer)
    found = Item.objects.whole().filter(
        day=today, state=Item.State.APPROVED, by_packs=True,
        persona__in=mine.order_by().values("persona"),
    )  # fmt: skip
    return [one for one in found if moment(one.day, one.slot.at, zone) > at]


def to_post(viewer: Person, *, at: datetime) -> int:
    """How many items of today this person has said nothing about."""
    open_ = Mark.objects.filter(person=viewer, state=Mark.State.OPEN)
    return open_.filter(item__day=core.local_date(at)).count()


def mark(viewer: Person, public_id: str) -> Mark | None:
    """The viewer's own mark of an item."""
    found = Mark.objects.filter(person=viewer, item__public_id=public_id)
    return found.select_related("item__persona", "item__slot").first()


def face(person: Person) -> Face | None:
    return Face.objects.filter(person=person).defer("content").first()


def face_picture(public_id: str) -> Face | None:
    """A colleague's picture, where they gave one."""
    found = Face.objects.filter(person__public_id=public_id, content__isnull=False)
    return found.first()
