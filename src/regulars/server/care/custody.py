"""What becomes of cards and tasks at a merge, in a copy, at an erasure."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from regulars.server.care.models import Answer, Card, Stay, Task, Visit
from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.customers.models import Customer


def _merged(told: Merge) -> Story:
    """Give the loser's cards to the survivor; one open card a desk, so that some become one.

    A reason that the survivor has in the same cycle stays with the loser and waits no more.
    """
    book_id = Customer.objects.get(pk=told.survivor_id).book_id
    story: Story = {"cards": [], "tasks": [], "closed_tasks": [], "closed_cards": []}
    taken = {_place(card): card.pk for card in Card.objects.filter(customer=told.survivor_id)}
    for card in Card.objects.filter(customer=told.loser_id).order_by("day"):
        into = taken.get(_place(card))
        for task in Task.objects.filter(card=card, customer=told.loser_id).order_by("pk"):
            _give(task, told, into or card.pk, story)
        if into is None:
            story["cards"].append([card.pk, card.book_id])
            Card.objects.filter(pk=card.pk).update(customer=told.survivor_id, book=book_id)
        elif card.state == Card.State.OPEN:
            story["closed_cards"].append(card.pk)
            Card.objects.filter(pk=card.pk).update(state=Card.State.EXPIRED)
    return story


def _place(card: Card) -> tuple[date | None, str]:
    """What two cards of one customer share that become one: a list, with what waits on it."""
    return (None if card.state == Card.State.OPEN else card.day), card.desk


def _give(task: Task, told: Merge, card_id: int, story: Story) -> None:
    try:
        with transaction.atomic():
            Task.objects.filter(pk=task.pk).update(customer=told.survivor_id, card=card_id)
        story["tasks"].append([task.pk, task.card_id])
    except IntegrityError:
        if task.state == Task.State.OPEN:
            story["closed_tasks"].append(task.pk)
            Task.objects.filter(pk=task.pk).update(state=Task.State.EXPIRED)


def _unmerged(told: Merge, story: Story) -> None:
    home = Customer.objects.get(pk=told.loser_id).book_id
    for card_id, book_id in story["cards"]:
        card = Card.objects.filter(pk=card_id, customer=told.survivor_id)
        # What waits stands on the list of whoever looks after them now.
        waits = card.filter(state=Card.State.OPEN).update(customer=told.loser_id, book=home)
        if not waits:
            card.update(customer=told.loser_id, book=book_id)
    for task_id, card_id in story["tasks"]:
        Task.objects.filter(pk=task_id, customer=told.survivor_id).update(
            customer=told.loser_id, card=card_id
        )
    expired = Task.objects.filter(pk__in=story["closed_tasks"], state=Task.State.EXPIRED)
    expired.update(state=Task.State.OPEN)
    closed = Card.objects.filter(pk__in=story["closed_cards"], state=Card.State.EXPIRED)
    closed.update(state=Card.State.OPEN, book=home)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Task,
        title=_("Reasons to be in touch"),
        copied=("made_at", "trigger", "due_on", "state"),
        stays=True,
        because=_("Moved together with its card."),
    ),
    Rows(
        Card,
        title=_("Cards"),
        copied=("day", "state", "outcome", "next_step", "next_on"),
        stays=True,
        because=_("One card a day: two of one day become one."),
    ),
    Rows(
        Visit,
        title=_("Visits"),
        copied=("day", "hour", "place", "topic", "aim", "state", "arrived_at"),
    ),
    Rows(
        Answer,
        title=_("Answers after a purchase"),
        copied=("at", "asked", "number", "day", "text"),
    ),
    Rows(
        Stay,
        title=_("States that reasons wait for"),
        stays=True,
        because=_("Made anew each morning: they say only in which lists somebody was."),
    ),
    Duty("care.cards", merge=_merged, unmerge=_unmerged),
)
