"""Whole files of trade come in set-wise, and a second time change nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from tests.server.trade.conftest import Trade

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.trade import loading, queries
from regulars.server.trade.loading import (
    Brought,
    ContactRow,
    InvoiceRow,
    QuoteRow,
    TermsRow,
    Unfit,
)
from regulars.server.trade.models import ContactPerson, Invoice, Quote, Terms
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, customer

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
START = date(2026, 1, 1)
told: dict[str, Any] = {"origin": "erp.csv", "by": TESTS, "at": NOON}


def test_contacts_of_a_file_meet_those_on_file(trade: Trade, as_system: Cast) -> None:
    rows = [
        ContactRow("0100", "何厂长", title="厂长"),
        ContactRow("0100", "李娜", role="buys", person="0001"),
        ContactRow("0001", "of a person"),
        ContactRow("9999", "of a stranger"),
    ]

    first = loading.bring_contacts(rows, **told)
    second = loading.bring_contacts(rows, **told)

    assert first == Brought(added=1, changed=1, known=0, strangers=2)
    assert second == Brought(added=0, changed=0, known=2, strangers=2)
    boss = ContactPerson.objects.get(name="何厂长")
    assert (boss.title, boss.role, boss.phone) == ("厂长", "decides", "10100000100")
    assert ContactPerson.objects.get(name="李娜").person == as_system.li


def test_quotes_terms_and_invoices_of_files_are_linked(mill: Customer, as_system: Cast) -> None:
    quotes = [QuoteRow("0100", "A", START, Decimal(900), state="accepted", currency="CNY")]
    terms = [
        TermsRow("0100", START, discount=Decimal(5), quote="A"),
        TermsRow("0100", date(2026, 7, 1), date(2027, 6, 30), payment_days=60),
    ]
    invoices = [
        InvoiceRow("0100", "1", date(2026, 2, 1), date(2026, 3, 1), Decimal(10)),
        InvoiceRow(
            "0100", "2", date(2026, 8, 1), date(2026, 9, 1), Decimal(20),
            paid_on=date(2026, 9, 4),
        ),
    ]  # fmt: skip
    steps = [
        partial(loading.bring_quotes, quotes, **told),
        partial(loading.bring_terms, terms, **told),
        partial(loading.bring_invoices, invoices, **told),
    ]

    assert [step().added for step in steps] == [1, 2, 2]
    again = [step() for step in steps]

    assert [(found.added, found.changed) for found in again] == [(0, 0)] * 3
    old, new = Terms.objects.order_by("starts_on")
    assert (old.quote, old.ends_on, old.replaced_by) == (
        Quote.objects.get(),
        date(2026, 6, 30),
        new,
    )
    first, second = Invoice.objects.order_by("number")
    assert (first.terms, first.quote, first.paid) == (old, old.quote, Decimal(0))
    assert (second.terms, second.paid, second.paid_on) == (new, Decimal(20), date(2026, 9, 4))


def test_an_older_file_does_not_take_back_a_payment(trade: Trade, as_system: Cast) -> None:
    row = InvoiceRow("0100", "F-2", date(2026, 9, 1), date(2026, 10, 16), Decimal(60_000))
    part = InvoiceRow(
        "0100", "F-2", date(2026, 9, 1), date(2026, 10, 16), Decimal(60_000),
        paid=Decimal(40_000), paid_on=TODAY,
    )  # fmt: skip

    assert loading.bring_invoices([part], **told).changed == 1
    assert loading.bring_invoices([row], **told).known == 1
    assert Invoice.objects.get(number="F-2").paid == 40_000


@pytest.mark.parametrize(
    "row",
    [
        InvoiceRow("0100", "1", START, START - timedelta(days=1), Decimal(1)),
        InvoiceRow("0100", "1", START, START, Decimal(0)),
        InvoiceRow("0100", "1", START, START, Decimal(1), paid=Decimal(2), paid_on=START),
        InvoiceRow("0100", "1", START, START, Decimal(1), paid=Decimal(1)),
    ],
)
def test_a_row_that_cannot_be_true_is_refused_by_name(
    row: InvoiceRow, mill: Customer, as_system: Cast
) -> None:
    with pytest.raises(Unfit, match="'1'"):
        loading.bring_invoices([row], **told)
    assert not Invoice.objects.exists()


@pytest.mark.drill
def test_a_hundred_thousand_invoices_come_in_seconds(
    mill: Customer, as_system: Cast, look: Look
) -> None:
    Customer.objects.bulk_create(
        Customer(
            number=f"ORG{n}", name=f"厂{n}", kind="organization", book=as_system.mei_book,
            created_at=NOON, updated_at=NOON,
        )
        for n in range(5000)
    )  # fmt: skip
    terms = [TermsRow(f"ORG{n}", START, payment_days=30) for n in range(5000)]
    loading.bring_terms(terms, **told)

    began = time.perf_counter()
    found = loading.bring_invoices(_many(100_000), **told)
    first = time.perf_counter() - began
    began = time.perf_counter()
    again = loading.bring_invoices(_many(100_000), **told)
    second = time.perf_counter() - began

    assert (found.added, again.known) == (100_000, 100_000)
    assert Invoice.objects.filter(terms__isnull=False).count() == 100_000
    look(as_system.mei)
    began = time.perf_counter()
    late = queries.overdue(as_system.mei, TODAY)
    listed = time.perf_counter() - began
    began = time.perf_counter()
    queries.ending(as_system.mei, TODAY)
    ending = time.perf_counter() - began
    print(  # noqa: T201
        f"\n100,000 invoices: {first:.1f} s, again {second:.1f} s; the late ones of "
        f"{len(late)} organisations in {listed:.2f} s, terms that end in {ending:.2f} s"
    )
    assert first < 60


def _many(count: int) -> Iterator[InvoiceRow]:
    for n in range(count):
        day = START + timedelta(days=n % 300)
        due = day + timedelta(days=30)
        paid_on = due + timedelta(days=n % 11 - 3) if n % 10 else None
        yield InvoiceRow(
            f"ORG{n % 5000}", f"F{n}", day, due, Decimal(100 + n % 900), None, paid_on
        )


def test_a_demo_gets_trade_that_is_the_same_each_time(mill: Customer, as_system: Cast) -> None:
    customer("0102", "柳河码头", as_system.mei_book, kind="organization")
    first = loading.bring_invented(["0100", "0102"], on=TODAY, by=TESTS, at=NOON)
    second = loading.bring_invented(["0100", "0102"], on=TODAY, by=TESTS, at=NOON)

    assert (first["invoices"], first["profiles"], first["plans"]) == (24, 2, 1)
    assert min(first.values()) >= 1
    assert set(second.values()) == {0}
    assert not Invoice.objects.filter(terms__isnull=False, paid_on__gt=TODAY).exists()
