"""What speaks for two files being one, in words; and doubles on the customer page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission, mask
from regulars.server.customers.models import Customer
from regulars.server.customers.rules import PERSONAL
from regulars.server.identity import queries, rules
from regulars.server.identity.models import Pair
from regulars.server.web.bricks import Brick

LABELS = {
    "number": lazy("Customer number"),
    "name": lazy("Name"),
    "name_en": lazy("Name in English"),
    "gender": lazy("Gender"),
    "birth_date": lazy("Birth date"),
    "lunar_birthday": lazy("Lunar birthday"),
    "phone": lazy("Phone number"),
    "email": lazy("E-mail address"),
    "address": lazy("Address"),
    "district": lazy("District"),
    "occupation": lazy("Occupation"),
    "industry": lazy("Industry"),
    "id_tail": lazy("Id number, last digits"),
    "wecom_id": lazy("WeCom id"),
    "since": lazy("Customer since"),
    "source": lazy("Came by"),
    "preferred_channel": lazy("Preferred channel"),
    "risk_tolerance": lazy("Risk tolerance"),
    "key_concern": lazy("Key concern"),
    "note": lazy("Note"),
}
CLUES = {
    ("id", "same"): lazy("same id number"),
    ("phone", "same"): lazy("same phone"),
    ("phone", "shared"): lazy("same phone, which several people use"),
    ("phone", "different"): lazy("another phone"),
    ("name", "same"): lazy("same name"),
    ("name", "alike"): lazy("name sounds alike"),
    ("name", "different"): lazy("another name"),
    ("birth_date", "same"): lazy("born on the same day"),
    ("birth_date", "different"): lazy("born on another day"),
    ("email", "same"): lazy("same e-mail"),
    ("email", "different"): lazy("another e-mail"),
    ("address", "same"): lazy("same address"),
    ("address", "different"): lazy("another address"),
    ("wecom", "same"): lazy("same WeCom contact"),
    ("wecom", "different"): lazy("another WeCom contact"),
}
STRENGTH = (
    (0.99, pgettext_lazy("likeness", "almost surely one")),
    (0.9, pgettext_lazy("likeness", "very likely one")),
    (0.0, pgettext_lazy("likeness", "perhaps one")),
)


@dataclass(frozen=True)
class Words:
    """A pair's evidence for a reader."""

    strength: str
    speaks_for: tuple[str, ...]
    against: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """One field of two files side by side."""

    name: str
    label: str
    values: tuple[str, str]
    verdict: str  # same | different | one
    may_choose: bool


def words(pair: Pair) -> Words:
    """Say what speaks for and against a pair, the weightiest first."""
    told = sorted(pair.evidence, key=lambda clue: -abs(clue["weight"]))
    said = [(clue, CLUES.get((clue["about"], clue["verdict"]))) for clue in told]
    return Words(
        str(next(text for limit, text in STRENGTH if pair.likeness >= limit)),
        tuple(str(text) for clue, text in said if text and clue["weight"] > 0),
        tuple(str(text) for clue, text in said if text and clue["weight"] <= 0),
    )


def lines(one: Customer, other: Customer, *, revealed: bool) -> list[Line]:
    """Lay two files side by side, personal values masked; empty fields of both left out."""
    return [
        Line(
            name,
            str(label),
            (_shown(one, name, revealed), _shown(other, name, revealed)),
            _verdict(getattr(one, name), getattr(other, name)),
            name in rules.CHOSEN,
        )
        for name, label in LABELS.items()
        if getattr(one, name) not in (None, "") or getattr(other, name) not in (None, "")
    ]


def _verdict(one: Any, other: Any) -> str:
    if one in (None, "") or other in (None, ""):
        return "one"
    return "same" if one == other else "different"


def _shown(customer: Customer, name: str, revealed: bool) -> str:
    if name in PERSONAL and not revealed:
        return str(getattr(customer, f"masked_{name}"))
    if name == "id_tail" and customer.id_tail:
        return mask(f"**************{customer.id_tail}", head=0)
    display = getattr(customer, f"get_{name}_display", None)
    value = display() if display else getattr(customer, name)
    return "" if value is None else str(value)


def doubles(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Files that look like this one, and merges that went into it."""
    pairs = [(pair, words(pair), _other(pair, customer)) for pair in _pairs(viewer, customer)]
    merges = list(queries.merges_of(viewer, customer))
    return {"pairs": pairs, "merges": merges} if pairs or merges else None


def _pairs(viewer: Person, customer: Customer) -> Iterator[Pair]:
    yield from queries.pairs_of(viewer, customer)[:5]


def _other(pair: Pair, customer: Customer) -> Customer:
    return pair.second if pair.first_id == customer.pk else pair.first


def waiting(viewer: Person) -> int:
    """How many pairs wait for a look: what stands beside the page's name."""
    return queries.pairs(viewer).count()


BRICKS = (
    Brick(
        place="customer.side",
        order=80,
        template="identity/_doubles.html",
        context=doubles,
        permission=Permission.MERGE,
    ),
)
