"""Results taken back by whoever wrote them, within minutes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.alerts import actions as alerts
from regulars.server.care.actions import above
from regulars.server.care.actions.alarms import waiting_on
from regulars.server.care.actions.results import lives
from regulars.server.care.actions.rows.cards import sum_up
from regulars.server.care.models import Card, Task, Visit
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.promises import actions as promises

# The page offers ten seconds; the rest covers a slow network.
UNDO = timedelta(minutes=5)


class TooLate(Refused):
    """What was written can no longer be taken back by one click."""


@transaction.atomic
def undo(card: Card, *, by: Person, at: datetime) -> Card:
    """Take the last result back: contact and promises are reversed, the reasons open again.

    A promise that was kept or broken meanwhile stays in the ledger.

    :raises TooLate: somebody else wrote it, it was minutes ago, or a form wrote more than that.
    """
    mine = Card.objects.select_for_update(of=("self",)).filter(
        pk=card.pk,
        state__in=[Card.State.DONE, Card.State.SNOOZED],
        closed_by=by,
        closed_at__gte=at - UNDO,
    )
    found = mine.select_related("touch", "customer").first()
    # What a contact form wrote (a visit, a key concern, a note) is no matter of one click.
    if found is None or (found.touch is not None and found.touch.once):
        raise TooLate(
            _("This can no longer be taken back by one click. Record a new contact instead.")
        )
    # Only what this very result closed comes back; its moment marks it.
    closed = found.tasks.filter(state=Task.State.DONE, closed_at=found.closed_at)
    if found.closed_at is not None:
        _reopen_tasks(closed, done_at=found.closed_at, by=by, at=at)
    if found.touch is not None:
        promises.take_back(found.touch, by=by, at=at)
        channels.reverse_touch(found.touch, by=by, at=at)
    _reopen_card(found, by=by, at=at)
    return Card.objects.get(pk=found.pk)


@transaction.atomic
def undo_contact(touch: Touch, *, by: Person, at: datetime) -> Touch:
    """Take a contact back that a form wrote: it counts no more, and what it closed opens.

    Its promise is withdrawn, its visit is ahead again, its answers count no more. A key
    concern that it put on the file stays there.

    :raises TooLate: somebody else wrote it, it was minutes ago, or it says that the customer
        has died.
    :raises AlreadyReversed: it was taken back before.
    """
    Touch.objects.select_for_update().only("pk").get(pk=touch.pk)  # then read: see `promise_on`
    found = Touch.objects.select_related("customer").get(pk=touch.pk)
    written = _written(found)
    mine = found.person_id == by.pk and at - UNDO <= written <= at
    if found.reversed_at is None and (not mine or found.outcome == Touch.Outcome.DECEASED):
        raise TooLate(
            _("This can no longer be taken back by one click. Record a new contact instead.")
        )
    channels.reverse_touch(found, by=by, at=at)
    promises.take_back(found, by=by, at=at)
    tasks = Task.objects.filter(
        customer=found.customer_id, state=Task.State.DONE, closed_at=written
    )
    _reopen_tasks(tasks, done_at=written, by=by, at=at)
    for card in Card.objects.filter(touch=found).order_by("pk"):
        _reopen_card(card, by=by, at=at)
    Visit.objects.filter(touch=found, state=Visit.State.DONE).update(
        state=Visit.State.PLANNED, touch=None, closed_at=None
    )
    return found


def _written(touch: Touch) -> datetime:
    """The moment that marks what a contact closed; the talk may lie before it."""
    closed = Card.objects.filter(touch=touch, closed_at__isnull=False)
    first = closed.order_by("pk").values_list("closed_at", flat=True).first()
    return first or touch.at


def _reopen_tasks(
    tasks: QuerySet[Task], *, done_at: datetime, by: Person, at: datetime
) -> None:
    """Open reasons again, with what hangs on them elsewhere, and sum their cards up."""
    customers.reopen_events(lives(tasks), done_at=done_at, by=by, at=at)
    above.reopen(tasks, done_at=done_at, by=by, at=at)
    alerts.unsettle(waiting_on(tasks), settled_at=done_at, by=by, at=at)
    cards = set(tasks.values_list("card_id", flat=True))
    tasks.update(state=Task.State.OPEN, closed_at=None)
    sum_up(cards)


def _reopen_card(card: Card, *, by: Person, at: datetime) -> None:
    _make_room(card)
    Card.objects.filter(pk=card.pk).update(
        state=Card.State.OPEN, outcome="", next_step="", next_on=None, snooze_reason="",
        touch=None, closed_at=None, closed_by=None,
    )  # fmt: skip
    sum_up([card.pk])
    audit.record("care.card.reopened", card, by=by, at=at)


def _make_room(card: Card) -> None:
    """What arrived meanwhile, on a card of its own, goes onto this one: there is one open."""
    same = {"customer": card.customer_id, "desk": card.desk}
    for other in Card.objects.filter(**same, state=Card.State.OPEN).exclude(pk=card.pk):
        other.tasks.update(card=card)
        other.delete()
