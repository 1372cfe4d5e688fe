"""Marketing reasons wait while a complaint is open, and come back when it is closed."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regulars.server.care.actions.rows import take_back
from regulars.server.care.actions.rows.cards import sum_up
from regulars.server.care.models import Card, Task
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.core import queries as core


@transaction.atomic
def put_marketing_by(customer: int, *, at: datetime) -> int:
    """Take the open marketing reasons of a customer back for now; returns how many."""
    codes = [trigger.code for trigger in catalogue().values() if trigger.marketing]
    found = Task.objects.filter(customer=customer, state=Task.State.OPEN, trigger__in=codes)
    return take_back(list(found.values_list("pk", flat=True)), Task.Gone.HELD, at=at)


@transaction.atomic
def bring_marketing_back(customer: int, *, at: datetime) -> int:
    """Lay on the list again what waited and still makes sense; returns how many."""
    today = core.local_date(at)
    waited = Task.objects.filter(
        customer=customer, state=Task.State.GONE, gone=Task.Gone.HELD, expires_on__gte=today
    ).select_related("card")
    found = list(waited.order_by("pk"))
    for task in found:
        task.card = _card(task.card, today)
        task.state, task.gone, task.closed_at = Task.State.OPEN, "", None
        task.save(update_fields=["card", "state", "gone", "closed_at"])
    sum_up({task.card_id for task in found})
    return len(found)


def _card(card: Card, today: date) -> Card:
    """The open card of that customer and list, the old one opened again, or a new one."""
    same = Card.objects.filter(customer=card.customer_id, desk=card.desk)
    standing = same.filter(state=Card.State.OPEN).first()
    if standing is not None:
        return standing
    if card.state == Card.State.GONE:
        card.state, card.closed_at = Card.State.OPEN, None
        card.save(update_fields=["state", "closed_at"])
        return card
    return Card.objects.create(
        customer_id=card.customer_id,
        book_id=card.book_id,
        desk=card.desk,
        day=today,
        priority=card.priority,
        due_on=card.due_on,
    )
