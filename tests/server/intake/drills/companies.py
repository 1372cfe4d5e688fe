"""Random files over a small company, and random changes by hand after them."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from regulars.server.core import actions as core
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.products import actions as products
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TESTS, Cast

LATER = NOON + timedelta(days=3)
FACTS = ("transactions", "balances", "holdings", "events")
KINDS = ("customers", "products", "people", *FACTS)
# What a hand may change afterwards, of a record of each kind.
BY_HAND = {
    "customers": ("name", "phone", "occupation", "address", "note"),
    "products": ("name", "category", "name_en"),
    "people": ("name", "email", "role"),
}
COLUMNS = {
    "customers": ("name", "phone", "occupation", "address", "note", "birth_date", "book"),
    "products": ("name", "category", "name_en", "kind"),
    "people": ("name", "email", "role", "org_unit"),
}
KEY = {"customers": "number", "products": "code", "people": "username"}
MODEL: dict[str, Any] = {"customers": Customer, "products": Product, "people": Person}


@dataclass
class File:
    """One file: what it holds, and the keys of its rows."""

    kind: str
    path: Path
    keys: list[str]


def stock(cast: Cast, random: Random) -> None:
    """What is on file before: customers, products and staff, some changed by hand."""
    for n in range(8):
        made = customers.add_customer(
            number=f"K{n}", name=word(random), book=cast.mei_book, by=TESTS, at=NOON
        )
        if random.random() < 0.4:
            change("customers", made.number, random, by=cast.mei, at=NOON)
    products.load(
        [{"code": f"K{n}", "name": word(random), "kind": "deposit"} for n in range(5)],
        by=TESTS,
        at=NOON,
    )
    for n in range(4):
        core.add_person(
            username=f"k{n}",
            name=word(random),
            role="rm",
            org_unit=cast.lake,
            by=TESTS,
            at=NOON,
        )


def write(kind: str, folder: Path, random: Random) -> File:
    """Write a file of a few rows: some of what is on file, some new."""
    prefix = "k" if kind == "people" else "K"
    known = [
        f"{prefix}{n}" for n in range({"customers": 8, "products": 5, "people": 4}.get(kind, 8))
    ]
    new = [f"{prefix}{n}" for n in range(100, 100 + random.randint(1, 5))]
    keys = random.sample(known, random.randint(1, len(known))) + new
    rows = [_row(kind, key, random) for key in keys]
    if kind in FACTS:
        rows += [_row(kind, random.choice(keys), random) for _ in range(3)]
    path = folder / f"{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return File(kind, path, keys)


def _row(kind: str, key: str, random: Random) -> dict[str, str]:
    on = f"2026-{random.randint(1, 10):02}-{random.randint(1, 28):02}"
    amount = f"{random.randint(1, 10**6) / 100:.2f}"
    if kind == "transactions":
        return {
            "customer_id": key,
            "occurred_at": on,
            "amount": amount,
            "product_id": f"K{random.randint(3, 8)}",
        }
    if kind == "balances":
        return {"customer_id": key, "on": on, "account_id": f"A-{key}-{on}", "balance": amount}
    if kind == "holdings":
        return {
            "customer_id": key,
            "holding_id": f"H{random.randrange(10**9)}",
            "product_id": f"K{random.randint(3, 8)}",
            "opened_on": on,
            "amount": amount,
        }
    if kind == "events":
        return {"customer_id": key, "occurred_at": on, "kind": "login"}
    row = {KEY[kind]: key}
    for name in COLUMNS[kind]:
        needed = name == "name" and kind != "customers"
        row[name] = _value(name, random) if needed or random.random() < 0.6 else ""
    return row


def _value(name: str, random: Random) -> str:
    choices = {
        "book": ("mei", "tao"), "role": ("rm", "analyst", "manager"),
        "kind": ("deposit", "fund"), "org_unit": ("B01", "B02"),
    }  # fmt: skip
    if name in choices:
        return random.choice(choices[name])
    if name == "phone":
        return f"138{random.randrange(10**8):08}"
    if name == "email":
        return f"p{random.randrange(10**6)}@example.org"
    if name == "birth_date":
        return f"19{random.randint(50, 99)}-01-{random.randint(1, 28):02}"
    return word(random)


def word(random: Random) -> str:
    return "".join(random.choices("天地玄黄宇宙洪荒日月盈昃辰宿列张", k=random.randint(2, 4)))


def change(kind: str, key: str, random: Random, *, by: Person, at: datetime) -> str:
    """Change one value by hand; return its name."""
    name = random.choice(BY_HAND[kind])
    record = MODEL[kind].objects.get(**{KEY[kind]: key})
    value = _value(name, random)
    while value == getattr(record, name):
        value = _value(name, random)
    if kind == "customers":
        customers.change_customer(record, by=by, at=at, **{name: value})
    elif kind == "products":
        products.load([{"code": key, name: value}], by=by, at=at)
    else:
        core.change_person(record, by=by, at=at, **{name: value})
    return name


def records(kind: str) -> dict[str, dict[str, Any]]:
    """Every record of a kind by its key, as it stands, without the time of its last change."""
    rows = MODEL[kind].objects.order_by("pk").values()
    return {row[KEY[kind]]: {k: v for k, v in row.items() if k != "updated_at"} for row in rows}
