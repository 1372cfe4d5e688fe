"""What stands in a file and who said it; what another source said stays beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models

from regulars.server.core import queries as core
from regulars.server.customers.models import Customer, SeenValue
from regulars.server.customers.rules import provenance
from regulars.server.customers.rules.provenance import FIRST, HAND, Word


def say_by_hand(customer: Customer, was: Customer, fields: list[str], *, at: datetime) -> None:
    """Note that a person said these values; what another source said is kept beside.

    `was` is the record as it stood. The caller saves `customer`.
    """
    known, told_at = ranks(), moment(at)
    for name in fields:
        origin = was.provenance.get(name)
        standing = text_of(was, name)
        rank = provenance.rank_of(origin, known)
        differs = standing and standing != text_of(customer, name)
        if name in provenance.JUDGED and differs and origin and rank != FIRST:
            lay_beside(was, name, Word.of(rank, str(origin[1]), standing), str(origin[0]))
        customer.provenance[name] = [HAND, told_at]
    customer.confirmed_at = at


def moment(at: datetime) -> str:
    """A moment as provenance keeps it: on the company's clock."""
    return provenance.stamp(at.astimezone(core.time_zone()))


def text_of(customer: Customer, name: str) -> str:
    """A value of the file as words are compared: nothing is an empty text."""
    return text(name, getattr(customer, name))


def text(name: str, value: Any) -> str:
    return "" if value is None else str(value)


def told(origin: Any) -> str:
    return str(origin[1]) if origin else ""


def field(name: str) -> models.Field[Any, Any]:
    field = Customer._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def ranks() -> dict[str, int]:
    return provenance.ranks(core.settings_of_company())


def lay_beside(customer: Customer, name: str, word: Word, source: str) -> None:
    """Keep a word that does not stand: the newest of its rank, and the strongest few."""
    kept = SeenValue.objects.filter(customer=customer, field=name, rank=word.rank).first()
    if kept and (kept.told, kept.value) > (word.told, word.value):
        return
    SeenValue.objects.update_or_create(
        customer=customer,
        field=name,
        rank=word.rank,
        defaults={"value": word.value, "source": source[:120], "told": word.told[:19]},
    )
    beside = SeenValue.objects.filter(customer=customer, field=name).order_by("rank")
    weakest = list(beside.values_list("pk", flat=True))[provenance.MOST_SEEN :]
    SeenValue.objects.filter(pk__in=weakest).delete()
