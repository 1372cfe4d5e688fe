"""What became of each customer of a mailing, for whoever had it sent."""

from __future__ import annotations

from collections.abc import Collection

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.outreach.models import Confirmation

CONFIRM = "confirm"  # its manager has it


def senders(customers: Collection[int]) -> dict[int, str]:
    """In whose WeCom name each customer is written to: their manager's, else the stand-in's."""
    found = Customer.objects.filter(pk__in=customers).select_related(
        "book__owner", "book__backup"
    )
    return {one.pk: _account(one.book.owner) or _account(one.book.backup) for one in found}


def _account(person: Person | None) -> str:
    return person.wecom_userid if person and person.is_active else ""


def mailing_of(key: str) -> Mailing | None:
    """The mailing that was made under a key."""
    return Mailing.objects.filter(key=key).select_related("line").first()


def laid_down(keys_begin: str) -> list[Mailing]:
    """Mailings that are not over, of whoever begins its keys so: "journey:7hq2k9xw4mzt:"."""
    found = Mailing.objects.filter(key__startswith=keys_begin)
    over = [Mailing.State.STOPPED, Mailing.State.DONE]
    return list(found.exclude(state__in=over).order_by("pk"))


def waiting_in(mailings: Collection[Mailing]) -> int:
    """How many messages of mailings did not go out yet, their managers' included."""
    here = Delivery.objects.filter(mailing__in=mailings, state=Delivery.State.WAITING)
    asked = Confirmation.objects.filter(
        reach__mailing__in=mailings, state=Confirmation.State.WAITING
    )
    return here.count() + asked.count()


def outcome_of(key: str) -> dict[int, str]:
    """The state of each customer: one of delivery's, or "confirm"."""
    return _states(key, None)


def reached(key: str, customers: Collection[int]) -> dict[int, str]:
    """The same of some customers; who is not in it is left out."""
    return _states(key, customers)


def _states(key: str, customers: Collection[int] | None) -> dict[int, str]:
    rows = Delivery.objects.filter(mailing__key=key)
    waits = Confirmation.objects.filter(
        reach__mailing__key=key, state=Confirmation.State.WAITING
    )
    if customers is not None:
        rows, waits = rows.filter(customer__in=customers), waits.filter(customer__in=customers)
    found = dict.fromkeys(waits.order_by().values_list("customer", flat=True), CONFIRM)
    return found | dict(rows.order_by().values_list("customer", "state"))
