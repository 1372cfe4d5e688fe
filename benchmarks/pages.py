"""How fast does every page of the customer file answer at a million customers?

Loads a file of customers (as `intake` does), ties one of them with 4,000 others, writes
invoices and households, then asks each page as three people. Prints milliseconds by the
clock and of processor (here and in the database), the median of three after a first.

    python -m benchmarks pages [--customers 1000000] [--home DIR] [--only quality]

With `--home` the home is kept and the next call only measures.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from benchmarks import intake

LIMIT = 300  # milliseconds, the promise of a page
HUB = "00000000"
TIES = """
insert into customers_relation (public_id, kind, customer_id, other_id, note, source)
select substr(md5('t' || c.id), 1, 12),
       (array['key_person', 'referrer', 'guarantor'])[1 + c.id %% 3], h.id, c.id, '', 'bench'
from customers_customer h, customers_customer c
where h.number = %s and c.number between '00000001' and '00004000' on conflict do nothing
"""
INVOICES = """
insert into trade_invoice
  (public_id, number, issued_on, due_on, amount, currency, paid, paid_on, source, noted_at,
   customer_id)
select substr(md5('i' || id || ' ' || k), 1, 12), 'R' || id || '-' || k,
       date '2026-10-01' - (id % 300)::int, date '2026-11-01' - (id % 300)::int,
       1000 + id % 900, 'CNY',
       case when id % 3 > 0 then 1000 + id % 900 else 0 end,
       case when id % 3 > 0 then date '2026-10-20' - (id % 300)::int end, 'bench', now(), id
from customers_customer, generate_series(1, 2) k where id % 10 = 0
"""
PAGES = (
    "customers/", "customers/?q=张", "customers/?q=zhangmei", "quality/", "quality/?by=branch",
    "quality/rows", "duplicates/", "duplicates/merges/", "books/", "books/duties/",
    "books/pool/", "books/nobody/", "books/{book}/",
    "base/", "base/?as_of=2026-11-02", "base/book", "kpis/",
    "privacy/", "privacy/periods/", "may-we/", "may-we/?customer={hub}&channel=sms",
    "policy/", "policy/notices", "policy/do-not-contact", "trade/due", "met/", "forms/",
    "segments/", "imports/", "imports/sources/", "settings/files/", "today/", "team/",
    "customers/{hub}/", "customers/{hub}/edit", "customers/{hub}/past",
    "customers/{hub}/ties/", "customers/{hub}/consents", "customers/{hub}/trade",
    "customers/{hub}/card", "customers/{plain}/", "customers/{plain}/past",
    "customers/{plain}/ties/", "customers/{plain}/consents", "privacy/ask/{plain}/",
)  # fmt: skip


def main(arguments: list[str] | None = None) -> None:
    """Fill, ask, print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks pages", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--customers", type=int, default=intake.CUSTOMERS)
    parser.add_argument("--home", help="keep the home in this folder")
    parser.add_argument("--only", default="", help="pages whose address has this in it")
    asked = parser.parse_args(arguments)
    logging.disable(logging.WARNING)  # a page that a role may not open answers 403
    kept = nullcontext(asked.home) if asked.home else tempfile.TemporaryDirectory()
    with kept as root, intake.home(Path(root).resolve()):
        fill(asked.customers)
        measure(asked.only)


def fill(customers: int) -> None:
    """Load the file, unless it is there; tie, bill, and give a book to somebody."""
    from django.db import connection

    from regulars.server.core import actions as core
    from regulars.server.core import scope
    from regulars.server.core.models import Book, OrgUnit, Person
    from regulars.server.customers.models import Customer
    from regulars.testing import cast

    intake.places()
    with scope.everything():
        there = Customer.objects.exists()
    if not there:
        with tempfile.TemporaryDirectory() as files:
            path = intake.written(Path(files) / "customers.csv", customers)
            intake.measure("loaded", path, day=0, statements=False)
    with scope.everything():
        if Person.objects.filter(username="mei").exists():
            return
        unit = OrgUnit.objects.get(code="B000")
        cast.person("wei", "顾文涛", "", "manager", unit)
        mei = cast.person("mei", "陆晓晴", "", "rm", unit)
        cast.person("adi", "管理员", "", "administrator", OrgUnit.objects.get(code="HQ"))
        Book.objects.filter(code="B000-0").update(owner=mei)
        with connection.cursor() as db:
            db.execute(TIES, [HUB])
            db.execute(INVOICES)
        core.refresh_statistics("customers_relation", "trade_invoice")


def measure(only: str) -> None:
    """Ask every page as four people."""
    from django.test import Client

    from regulars.server.core import scope
    from regulars.server.core.models import Book, Person
    from regulars.server.customers.models import Customer

    with scope.everything():
        hub = Customer.objects.get(number=HUB).public_id
        plain = Customer.objects.get(number="00000400").public_id
        book = Book.objects.get(code="B000-0").pk
    for name in ("ana", "wei", "mei", "adi"):
        person = Person.objects.get(username=name)
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        print(f"\n{person.get_role_display()}: clock and processor, ms")
        for page in PAGES:
            address = "/" + page.format(hub=hub, plain=plain, book=book)
            if only in page:
                show(client, page, address)


def show(client: Any, page: str, address: str) -> None:
    """Ask one page and print what it took; what may not be opened is left out."""
    spent = []
    for _ in range(4):
        began, before = time.perf_counter(), sum(intake.processor())
        code = client.get(address).status_code
        spent.append((time.perf_counter() - began, sum(intake.processor()) - before))
        if code in {403, 404}:
            return
        if spent[-1][0] > 20:  # it says enough
            break
    clock, worked = (
        1000 * statistics.median(each) for each in zip(*(spent[1:] or spent), strict=True)
    )
    mark = "  over" if worked > LIMIT else ""
    print(f"  {page:44} {clock:8.0f} {worked:8.0f}   {code}{mark}", flush=True)
