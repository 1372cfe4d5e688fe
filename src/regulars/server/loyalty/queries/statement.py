"""The statement: what one had, what came and went, what is left; and the copy for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from regulars.base.periods import add_months
from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Entry, Lot, Membership, Movement
from regulars.server.loyalty.queries.uses import back_of

MOST = 5_000  # lines of one statement


@dataclass(frozen=True)
class Line:
    """Entries of one day that say the same: where points went, how many, what for."""

    day: date
    what: str
    source: str
    target: str
    points: int  # of the spendable ones; below zero they went
    pending: int
    owed: int
    balance: int
    about: str
    movement: str
    back: str  # how its points return, where they are not given back alone


@dataclass(frozen=True)
class Statement:
    """One member's points over some days. `closing` is `opening` with all lines."""

    customer: Customer
    membership: Membership | None
    currency: str
    first: date
    last: date
    opening: int
    closing: int
    earned: int
    spent: int
    expired: int
    lines: tuple[Line, ...]
    is_cut: bool


def statement(
    viewer: Person, customer: Customer, first: date, last: date, *, currency: str = "points"
) -> Statement | None:
    """Everything that moved a customer's points from one day to another, in order."""
    own = Account.objects.visible_to(viewer).filter(customer=customer, currency=currency)
    account = own.first()
    if account is None:
        return None
    found = Entry.objects.filter(account=account)
    opening = _active(found.filter(day__lt=first))
    within = found.filter(day__range=(first, last))
    rows: Any = (
        within.values(
            "day", "movement", "movement__public_id", "movement__what", "source", "target",
            "lot__rule__name", "lot__rule__name_en", "movement__ref",
        )
        .annotate(sum=Sum("points"))
        .order_by("day", "movement", "source", "target")
    )  # fmt: skip
    lines = tuple(_lines(list(rows[: MOST + 1]), opening))
    member = Membership.objects.visible_to(viewer).filter(customer=customer)
    return Statement(
        customer=customer,
        membership=member.order_by(F("left_on").desc(nulls_first=True)).first(),
        currency=currency,
        first=first,
        last=last,
        opening=opening,
        closing=opening + _active(within),
        earned=_sum(within.filter(source="issued")),
        spent=_sum(within.filter(target="spent")) - _sum(within.filter(source="spent")),
        expired=_sum(within.filter(target="expired")),
        lines=lines[:MOST],
        is_cut=len(lines) > MOST,
    )


def span_of(today: date, first: str, last: str) -> tuple[date, date]:
    """The days that were asked for; without any the last three months."""
    end = _day(last) or today
    begin = _day(first) or add_months(end, -3)
    return (begin, end) if begin <= end else (end, begin)


def movement(viewer: Person, public_id: str) -> Movement | None:
    """One movement of a customer whom the viewer sees."""
    mine = Account.objects.visible_to(viewer)
    found = Movement.objects.filter(public_id=public_id, account__in=mine)
    return found.select_related("account__customer__book").first()


def story(customer_id: int) -> Mapping[str, list[dict[str, Any]]]:
    """A person's points for the copy that they ask for."""
    accounts = Account.objects.filter(customer=customer_id).order_by("currency")
    lots = Lot.objects.filter(account__customer=customer_id, points__gt=0).order_by("pk")
    entries = Entry.objects.filter(account__customer=customer_id).order_by("pk")
    told: dict[str, Any] = {
        str(_("Points: balances")): accounts.values("currency", "active", "pending", "owed"),
        str(_("Points: what was earned")): lots.values(
            "issued_on", "expires_on", "points", "active", "spent", "expired", "ref"
        ),
        str(_("Points: every movement")): entries.values(
            "day", "movement__what", "source", "target", "points"
        ),
    }
    return {title: list(rows) for title, rows in told.items()}


def _lines(rows: list[dict[str, Any]], opening: int) -> list[Line]:
    lines, balance = [], opening
    for row in rows:
        source, target, points = row["source"], row["target"], int(row["sum"])
        change = points * ((target == "active") - (source == "active"))
        balance += change
        lines.append(
            Line(
                day=row["day"],
                what=row["movement__what"],
                source=source,
                target=target,
                points=change,
                pending=points * ((target == "pending") - (source == "pending")),
                owed=points * ((source == "owed") - (target == "owed")),
                balance=balance,
                about=local_name(row["lot__rule__name"] or "", row["lot__rule__name_en"] or "")
                or row["movement__ref"],
                movement=row["movement__public_id"],
                back=back_of(row["movement__ref"]) if target == "spent" else "",
            )
        )
    return lines


def _active(found: Any) -> int:
    return _sum(found.filter(target="active")) - _sum(found.filter(source="active"))


def _sum(found: Any) -> int:
    return int(found.aggregate(sum=Sum("points"))["sum"] or 0)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
