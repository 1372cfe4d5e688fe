"""The catalogue of gifts, and what comes onto the shelves."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit
from regulars.server.rewards.actions import terms
from regulars.server.rewards.models import Gift, Present, Stock, StockMove

FIELDS = ("name", "name_en", "unit_cost", "points", "condition", "note", "is_offered")
MOST = 1_000_000
Why = StockMove.Why


class NoneLeft(Refused):
    """The shelf is empty."""


@transaction.atomic
def write_gift(*, by: Actor, at: datetime, code: str, **given: Any) -> Gift:
    """Put something into the catalogue, or change it; what was asked for keeps its cost.

    :raises Forbidden: a bank may not give it for this.
    """
    told = terms.named(FIELDS, given)
    terms.check_name(str(told.get("name", "")))
    terms.check_words(*(str(told.get(name) or "") for name in ("name", "name_en")))
    terms.check_cost(Decimal(told["unit_cost"]))
    terms.check_condition(str(told["condition"]))
    if (price := told.get("points")) is not None and not 1 <= price <= MOST:
        raise BadInput(_("Say how many points it costs: 1 or more, or leave it empty."))
    if not code.strip():
        raise BadInput(_("Give it a code."))
    found = Gift.objects.select_for_update().filter(code=code.strip()).first()
    made = found or Gift(code=code.strip(), made_at=at)
    for name, value in told.items():
        setattr(made, name, value)
    made.save()
    audit.record("rewards.gift.written", made, by=by, at=at, is_new=found is None)
    return made


@transaction.atomic
def arrive(
    gift: Gift, place: OrgUnit, number: int, *, by: Actor, at: datetime, note: str = ""
) -> Stock:
    """So many came to a place."""
    if not 1 <= number <= MOST:
        raise BadInput(_("Say how many came: 1 or more."))
    return _moved(gift, place, number, Why.ARRIVED, by=by, at=at, note=note)


@transaction.atomic
def count(
    gift: Gift, place: OrgUnit, number: int, *, by: Actor, at: datetime, note: str
) -> Stock:
    """So many lie there, says who counted; the difference is written down with its reason.

    What is set aside for customers is not on the shelf, and not counted.
    """
    if not 0 <= number <= MOST:
        raise BadInput(_("Say how many lie there: 0 or more."))
    if not note.strip():
        raise BadInput(_("Say why, so that others understand it later."))
    held = Stock.objects.select_for_update(of=("self",)).filter(gift=gift, place=place).first()
    change = number - (held.held if held else 0)
    if change == 0:
        return held or Stock(gift=gift, place=place)
    return _moved(gift, place, change, Why.COUNTED, by=by, at=at, note=note)


def set_aside(present: Present, *, by: Actor, at: datetime) -> None:
    """:raises NoneLeft: the shelf is empty."""
    write_move(present.gift, present.place, -1, Why.RESERVED, by=by, at=at, present=present)


def put_back(present: Present, *, by: Actor, at: datetime) -> None:
    write_move(present.gift, present.place, 1, Why.RETURNED, by=by, at=at, present=present)


def write_move(
    gift: Gift, place: OrgUnit, change: int, why: str, *, by: Actor, at: datetime, **told: Any
) -> None:
    """The database adds it to the stock, and holds it up below zero."""
    try:
        with transaction.atomic():
            StockMove.objects.create(
                gift=gift, place=place, change=change, why=why, by=audit.label(by), at=at,
                **told,
            )  # fmt: skip
    except IntegrityError as error:
        if terms.broken(error) != "stock_is_never_below_zero":
            raise
        raise NoneLeft(
            _("No “%(gift)s” is left at %(place)s.") % {"gift": gift, "place": place}
        ) from error


def _moved(
    gift: Gift, place: OrgUnit, change: int, why: str, *, by: Actor, at: datetime, note: str
) -> Stock:
    write_move(gift, place, change, why, by=by, at=at, note=note.strip()[:120])
    audit.record("rewards.stock.moved", gift, by=by, at=at, place=place.code, change=change)
    return Stock.objects.get(gift=gift, place=place)
