"""Terms that end and invoices that are late, of everybody the viewer may see, set-wise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.trade.models import Invoice, Quote, Terms
from regulars.server.trade.models.invoices import MONEY, InvoiceQuerySet
from regulars.server.trade.rules import BEHAVIOUR_DAYS, ENDING_DAYS

NOTHING = Decimal(0)
MOST = 500  # as many as a page shows


@dataclass(frozen=True)
class Ending:
    """Terms that end and that nothing follows; `volume` is what was billed in a year."""

    terms: Terms
    customer: Customer
    volume: Decimal
    days: int


@dataclass(frozen=True)
class Overdue:
    """What one organisation should have paid; `unknown` are in no sum for want of a rate."""

    customer: Customer
    invoices: int
    amount: Decimal
    oldest_due_on: date
    days: int
    unknown: int


@dataclass(frozen=True)
class Owed:
    """What all organisations together should have paid, and how many they are."""

    organizations: int
    amount: Decimal


def ending_days() -> int:
    """How many days before their end terms are shown as ending: a setting of the company."""
    told = core.settings_of_company().get("trade_ending_days", ENDING_DAYS)
    return int(told)


def ending(
    viewer: Person, on: date, *, days: int | None = None, most: int | None = MOST
) -> list[Ending]:
    """Terms whose last day lies within `days` from a day, the largest volume first."""
    bills = Invoice.objects.visible_to(viewer)
    return _ending(Customer.objects.visible_to(viewer), bills, on, days=days, most=most)


def everybodys_ending(on: date, *, days: int | None = None) -> list[Ending]:
    """The same of everybody; for the system alone, inside `core.scope.everything()`."""
    return _ending(Customer.objects.standing(), Invoice.objects.all(), on, days=days, most=None)


def overdue(viewer: Person, on: date, *, most: int = MOST) -> list[Overdue]:
    """Organisations with invoices that were due before a day, the largest sum first."""
    bills = Invoice.objects.visible_to(viewer)
    return _overdue(bills, Customer.objects.visible_to(viewer), on, most=most)


def owed(viewer: Person, on: date, late: Sequence[Overdue], *, most: int = MOST) -> Owed:
    """How many organisations are late and with how much, beyond those that `overdue` gave."""
    if len(late) < most:
        return Owed(len(late), sum((each.amount for each in late), NOTHING))
    bills = Invoice.objects.visible_to(viewer).overdue(on).with_balance().order_by()
    found = bills.aggregate(
        n=Count("customer", distinct=True), amount=Coalesce(Sum("balance"), NOTHING)
    )
    return Owed(found["n"], found["amount"])


def everybodys_overdue(on: date) -> list[Overdue]:
    """The same of everybody; for the system alone, inside `core.scope.everything()`."""
    return _overdue(Invoice.objects.all(), Customer.objects.standing(), on, most=None)


def quotes_running_out(on: date, *, days: int) -> list[Quote]:
    """Everybody's quotes that were sent, wait for an answer and run out within some days.

    For the system alone, inside `core.scope.everything()`.
    """
    found = Quote.objects.filter(
        customer__in=Customer.objects.standing(),
        state=Quote.State.SENT,
        valid_until__range=(on, on + timedelta(days=days)),
    )
    return list(found.order_by("customer", "pk"))


def _ending(
    customers: QuerySet[Customer],
    bills: InvoiceQuerySet,
    on: date,
    *,
    days: int | None,
    most: int | None,
) -> list[Ending]:
    last = on + timedelta(days=ending_days() if days is None else days)
    found = Terms.objects.filter(
        customer__in=customers, replaced_by__isnull=True, ends_on__range=(on, last)
    )
    found = found.annotate(volume=Coalesce(Subquery(_billed(bills, on)), NOTHING))
    found = found.select_related("customer__book__owner")
    found = found.order_by(F("volume").desc(), "ends_on", "pk")
    rows: Any = found[:most]  # with the annotation, which stubs do not know
    return [Ending(each, each.customer, each.volume, (each.ends_on - on).days) for each in rows]


def _overdue(
    bills: InvoiceQuerySet, customers: QuerySet[Customer], on: date, *, most: int | None
) -> list[Overdue]:
    found = bills.overdue(on).with_balance().order_by()
    sums = found.values("customer").annotate(
        n=Count("pk"),
        amount=Coalesce(Sum("balance"), NOTHING),
        oldest=Min("due_on"),
        unknown=Count("pk", filter=~Q(currency="") & Q(rate__isnull=True)),
    )
    rows = list(sums.order_by(F("amount").desc(), "oldest", "customer")[:most])
    # The files of those that are shown alone: each of a million was looked up before.
    people = customers.select_related("book__owner")
    by_id = people.in_bulk([row["customer"] for row in rows])
    return [
        Overdue(
            by_id[row["customer"]], row["n"], row["amount"], row["oldest"],
            (on - row["oldest"]).days, row["unknown"],
        )
        for row in rows
        if row["customer"] in by_id
    ]  # fmt: skip


def _billed(bills: InvoiceQuerySet, on: date) -> Any:
    """What was billed in the year before a day, per customer."""
    since = on - timedelta(days=BEHAVIOUR_DAYS)
    found = bills.with_balance().order_by()
    found = found.filter(customer=OuterRef("customer"), issued_on__gt=since, issued_on__lte=on)
    return found.values("customer").annotate(sum=Sum("home", output_field=MONEY)).values("sum")
