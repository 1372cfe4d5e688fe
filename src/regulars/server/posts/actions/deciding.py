"""An item goes up for approval, and another person decides on it before its time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.posts.models import LIVE, Item
from regulars.server.posts.rules import moment

State = Item.State


class NotThatFar(Refused):
    """It is in another state by now."""


class OwnWords(Refused):
    """Whoever had a hand in it does not approve it."""


class Sensitive(BadInput):
    """It says what must not be said, or not without a reason."""


class TooLate(Refused):
    """Its time is over."""


@transaction.atomic
def submit(item: Item, *, by: Person, at: datetime, excuse: str = "") -> Item:
    """Ask for approval.

    :raises NotThatFar: it is no draft.
    :raises BadInput: it has no words, or no source.
    :raises Sensitive: a word that must not be said, or one without a reason.
    :raises TooLate: its time is over.
    """
    found = _held(item, State.DRAFT, State.IDEA)
    if not found.words and not found.words_en:
        raise BadInput(_("Write the words first."))
    if not found.source:
        raise BadInput(_("Say where it comes from: what has no source is not sent."))
    _in_time(found, at)
    _sayable(found, excuse)
    found.state, found.excuse = State.WAITING, " ".join(excuse.split())
    found.submitted_by, found.submitted_at, found.sent_back = by, at, ""
    found.authors = sorted({*found.authors, by.pk})
    found.save()
    audit.record("posts.item.submitted", found, by=by, at=at)
    return found


@transaction.atomic
def approve(item: Item, *, by: Person, at: datetime) -> Item:
    """Let it go out at its time.

    :raises NotThatFar: it does not wait for approval.
    :raises OwnWords: by somebody who had a hand in it.
    :raises Sensitive: of a word that came on the list since.
    :raises TooLate: its time is over.
    """
    found = _held(item, State.WAITING)
    _another_person(found, by)
    _in_time(found, at)
    _sayable(found, found.excuse)
    found.state, found.decided_by, found.decided_at = State.APPROVED, by, at
    found.save()
    audit.record("posts.item.approved", found, by=by, at=at)
    return found


@transaction.atomic
def send_back(item: Item, *, why: str, by: Person, at: datetime) -> Item:
    """Return it to its authors with the reason.

    :raises BadInput: no reason is given.
    :raises NotThatFar: it does not wait for approval.
    :raises OwnWords: by somebody who had a hand in it, who takes it back instead.
    """
    if not why.strip():
        raise BadInput(_("Say what is to be changed."))
    found = _held(item, State.WAITING)
    _another_person(found, by)
    found.state, found.sent_back = State.DRAFT, " ".join(why.split())
    found.save()
    audit.record("posts.item.sent_back", found, by=by, at=at)
    return found


@transaction.atomic
def take_back(item: Item, *, by: Person, at: datetime) -> Item:
    """Make a draft of it again, approved or not.

    :raises NotThatFar: it is out, or over, or a draft.
    """
    found = _held(item, State.WAITING, State.APPROVED)
    found.state = State.DRAFT
    found.decided_by = found.decided_at = None
    found.save()
    audit.record("posts.item.taken_back", found, by=by, at=at)
    return found


@transaction.atomic
def take_away(item: Item, *, by: Person, at: datetime) -> Item:
    """Give its place free: it does not go out.

    :raises NotThatFar: it is out, or over.
    """
    found = _held(item, *LIVE)
    found.state, found.why_over = State.OVER, Item.Why.TAKEN_AWAY
    found.save()
    audit.record("posts.item.taken_away", found, by=by, at=at)
    return found


def _held(item: Item, *states: str) -> Item:
    found = Item.objects.select_for_update(of=("self",)).select_related("slot")
    held = found.get(pk=item.pk)
    if held.state not in states:
        told = _("It is “%(state)s” by now. Load the page again.")
        raise NotThatFar(told % {"state": held.get_state_display()})
    return held


def _another_person(item: Item, by: Person) -> None:
    if by.pk in {*item.authors, item.submitted_by_id}:
        raise OwnWords(_("You had a hand in it. Somebody else must decide on it."))


def _in_time(item: Item, at: datetime) -> None:
    if moment(item.day, item.slot.at, core.time_zone()) <= at:
        raise TooLate(_("Its time is over. Write it for another day."))


def _sayable(item: Item, excuse: str) -> None:
    texts = (item.title, item.title_en, item.words, item.words_en)
    found = [hit for text in texts if text for hit in content.findings_in(text)]
    refused = list(dict.fromkeys(hit.word for hit in found if hit.refused))
    if refused:
        raise Sensitive(
            _("It says “%(words)s”, which must not be said. Change the words.")
            % {"words": _("”, “").join(refused)}
        )
    if found and not excuse.strip():
        words = _("”, “").join(dict.fromkeys(hit.word for hit in found))
        raise Sensitive(
            _("It says “%(words)s”. Say in one sentence why that is right here, or change it.")
            % {"words": words}
        )
