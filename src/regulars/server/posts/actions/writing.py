"""An item is written: for one persona, one slot, one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.posts.models import Item, Persona, Picture, Slot
from regulars.server.posts.rules import LARGEST, ending_of, moment

State = Item.State
OPEN = (State.IDEA, State.DRAFT)


class BadPicture(BadInput):
    """A picture that is not kept: too large, or none."""


class Occupied(Refused):
    """Another item stands in this place, or this one cannot be written any more."""


@dataclass(frozen=True)
class Told:
    """What somebody wrote. `picture` None leaves the one that is there."""

    title: str
    title_en: str = ""
    words: str = ""
    words_en: str = ""
    link: str = ""
    source: str = ""
    by_message: bool = True
    by_packs: bool = True
    picture: bytes | None = None
    without_picture: bool = False


@transaction.atomic
def write(
    persona: Persona,
    slot: Slot,
    day: date,
    told: Told,
    *,
    by: Person,
    at: datetime,
    item: Item | None = None,
) -> Item:
    """Keep an item as a draft, or as an idea while it has no words.

    :raises BadInput: it has no title or no way out, or its time is over or no working time.
    :raises Occupied: there is one in this place, or it waits for approval or was approved.
    :raises BadPicture: the picture is none, or too large.
    """
    _possible(persona, slot, day, told, at=at)
    found = Item(persona=persona, slot=slot, day=day) if item is None else _open(item)
    found.persona, found.slot, found.day = persona, slot, day
    for name in ("title", "title_en", "source"):
        setattr(found, name, " ".join(getattr(told, name).split()))
    found.words, found.words_en = told.words.strip(), told.words_en.strip()
    found.link, found.by_message, found.by_packs = told.link, told.by_message, told.by_packs
    found.state = State.DRAFT if found.words or found.words_en else State.IDEA
    found.written_by, found.written_at = by, at
    found.authors = sorted({*found.authors, by.pk})
    try:
        with transaction.atomic():
            found.save()
    except IntegrityError as error:
        raise Occupied(_("Another item stands in this place. Open that one.")) from error
    _keep_picture(found, told)
    audit.record("posts.item.written", found, by=by, at=at, day=day.isoformat())
    return found


def _possible(persona: Persona, slot: Slot, day: date, told: Told, *, at: datetime) -> None:
    if not told.title.strip():
        raise BadInput(_("Give it a title: a few words that say what it is about."))
    if not told.by_message and not told.by_packs:
        raise BadInput(_("Choose a way out: a message, managers who post it, or both."))
    if persona.put_away_at or slot.put_away_at:
        raise BadInput(_("This persona or this slot is not in use any more."))
    if not core.work_calendar().is_workday(day):
        raise BadInput(_("%(day)s is no working day. Choose another.") % {"day": day})
    if moment(day, slot.at, core.time_zone()) <= at:
        raise BadInput(_("This time is over. Choose a later one."))


def _open(item: Item) -> Item:
    found = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if found.state not in OPEN:
        told = _("It is “%(state)s”. Take it back before you change it.")
        raise Occupied(told % {"state": found.get_state_display()})
    return found


def _keep_picture(item: Item, told: Told) -> None:
    if told.without_picture:
        Picture.objects.filter(item=item).delete()
    if not told.picture:
        return
    if len(told.picture) > LARGEST:
        raise BadPicture(
            _("The picture is larger than %(most)s MB. Make it smaller.")
            % {"most": LARGEST >> 20}
        )
    ending = ending_of(told.picture)
    if not ending:
        raise BadPicture(_("This is no PNG or JPEG picture. Save it as one."))
    Picture.objects.update_or_create(
        item=item, defaults={"ending": ending, "content": told.picture}
    )
