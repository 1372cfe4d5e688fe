"""What a movement does to lots: which of them give, which take back, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.loyalty.actions import booking
from regulars.server.loyalty.models import Account, Lot, Movement, Programme


class NothingLeft(BadInput):
    """All of it was given back before."""


def given_back(
    pk: int, movement: Movement, points: int | None, *, at: datetime
) -> Mapping[str, Any]:
    day = core.local_date(at)
    booking.held(*homes_of(movement))
    rows = booking.run(
        "select e.lot_id, l.account_id, "
        "sum(case when e.source = 'active' then e.points else -e.points end) "
        "from loyalty_entry e join loyalty_movement m on m.id = e.movement_id "
        "join loyalty_lot l on l.id = e.lot_id where (m.id = %(pk)s or m.undoes_id = %(pk)s) "
        "and 'spent' in (e.source, e.target) group by e.lot_id, l.account_id, l.expires_on "
        "order by l.expires_on desc nulls first, e.lot_id desc",
        {"pk": movement.pk},
    )
    left = sum(int(row[2]) for row in rows)
    wanted = left if points is None else points
    if not 1 <= wanted <= left:
        told = _("%(points)s points cannot be given back: %(left)s are left of it.")
        refusal = BadInput if left else NothingLeft
        raise refusal(told % {"points": wanted, "left": left})
    entries, rest = [], wanted
    for lot, account, spent in rows:
        part = min(rest, int(spent))
        entries.append((account, lot, "spent", "active", part))
        rest -= part
    grace = Programme.objects.values_list("grace_days", flat=True).first() or 0
    booking.enter(pk, entries, day, until=day + timedelta(days=grace))
    booking.settle(pk, day, sorted({entry[1] for entry in rows}))
    return {"points": wanted}


def homes_of(movement: Movement) -> list[int]:
    """The accounts where the lots are now that were spent from: a merge takes them along."""
    entries = movement.entries.filter(source="active", target="spent")
    return sorted(set(entries.order_by().values_list("lot__account", flat=True)))


def parts_of(lot: Lot, points: int) -> list[tuple[int, int | None, str, str, int]]:
    """The entries that take points of a lot back: pending ones, active ones, then owed ones.

    The lot in hand is brought up to what it will be, so that it may be asked again.
    """
    rest = min(points, lot.points - lot.reversed - lot.short)
    entries: list[tuple[int, int | None, str, str, int]] = []
    gone = lot.spent + lot.paid + max(lot.moved, 0) - lot.short
    for source, there in (("pending", lot.pending), ("active", lot.active), ("owed", gone)):
        part = max(0, min(rest, there))
        if part:
            entries.append((lot.account_id, lot.pk, source, "reversed", part))
        rest -= part
    for _account, _lot, source, _target, part in entries:
        if source == "owed":
            lot.short += part
        else:
            lot.reversed += part
            setattr(lot, source, getattr(lot, source) - part)
    return entries


def hand_over(pk: int, taken: list[Any], taker: Account, day: date) -> None:
    parts = dict(taken)
    lots = [
        Lot(
            account=taker, movement_id=pk, rule=old.rule, issued_on=old.issued_on,
            available_on=day, expires_on=old.expires_on,
        )
        for old in Lot.objects.filter(pk__in=parts).order_by("pk")
    ]  # fmt: skip
    made = Lot.objects.bulk_create(lots)
    entries = [
        (taker.pk, lot.pk, "moved", "active", points)
        for lot, (_old, points) in zip(made, sorted(parts.items()), strict=True)
    ]
    booking.enter(pk, entries, day)
