"""What speaks for two files being one, in words; and doubles on the customer page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission, mask
from regulars.server.customers.forms import CAME
from regulars.server.customers.models import Customer
from regulars.server.customers.rules import PERSONAL
from regulars.server.identity import queries, rules
from regulars.server.identity.models import Pair
from regulars.server.web.bricks import Brick

LABELS = {
    "number": _("Customer number"),
    "name": _("Name"),
    "name_en": _("Name in English"),
    "gender": _("Gender"),
    "birth_date": _("Birth date"),
    "lunar_birthday": _("Lunar birthday"),
    "phone": _("Phone number"),
    "email": _("E-mail address"),
    "address": _("Address"),
    "district": _("District"),
    "occupation": _("Occupation"),
    "industry": _("Industry"),
    "business_class": _("Business class"),
    "id_tail": _("Id number, last digits"),
    "wecom_id": _("WeCom id"),
    "since": _("Customer since"),
    "source": pgettext_lazy("source", "Came by"),
    "preferred_channel": _("Preferred channel"),
    "risk_tolerance": _("Risk tolerance"),
    "key_concern": _("Key concern"),
    "note": _("Note"),
}
CLUES = {
    ("id", "same"): _("same id number"),
    ("phone", "same"): _("same phone"),
    ("phone", "shared"): _("same phone, which several people use"),
    ("phone", "different"): _("another phone"),
    ("name", "same"): _("same name"),
    ("name", "alike"): _("name sounds alike"),
    ("name", "different"): _("another name"),
    ("birth_date", "same"): _("born on the same day"),
    ("birth_date", "different"): _("born on another day"),
    ("email", "same"): _("same e-mail"),
    ("email", "different"): _("another e-mail"),
    ("address", "same"): _("same address"),
    ("address", "different"): _("another address"),
    ("wecom", "same"): _("same WeCom contact"),
    ("wecom", "different"): _("another WeCom contact"),
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
        if _shown(one, name, revealed) or _shown(other, name, revealed)
    ]


def _verdict(one: Any, other: Any) -> str:
    if one in (None, "") or other in (None, ""):
        return "one"
    return "same" if one == other else "different"


def _shown(customer: Customer, name: str, revealed: bool) -> str:
    if name == "number":
        return customer.own_number
    if name in PERSONAL and not revealed:
        return str(getattr(customer, f"masked_{name}"))
    if name == "id_tail" and customer.id_tail:
        return mask(f"**************{customer.id_tail}", head=0)
    if name == "preferred_channel" and customer.preferred_channel in Customer.Channel:
        return str(Customer.Channel(customer.preferred_channel).label)
    if name == "risk_tolerance":
        return f"C{customer.risk_tolerance}" if customer.risk_tolerance else ""
    if name == "source":
        return str(CAME.get(customer.source, customer.source))
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


def waiting(viewer: Any) -> int | None:
    """How many pairs wait for a look: what stands beside the page's name."""
    return queries.pairs(viewer).count() or None


BRICKS = (
    Brick(
        place="customer.file",
        order=5,
        template="identity/_doubles.html",
        context=doubles,
        permission=Permission.MERGE,
    ),
)
