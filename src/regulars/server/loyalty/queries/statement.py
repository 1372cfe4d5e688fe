"""The statement: what one had, what came and went, what is left; and the copy for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, Q, Sum, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.base.periods import add_months
from regulars.server.core import scope
from regulars.server.core.models import Person, local_name
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Currency, Entry, Lot, Membership
from regulars.server.loyalty.queries import merged
from regulars.server.loyalty.queries.uses import used

MOST = 5_000  # lines of one statement
BY_RULE = (
    Q(source="issued") | Q(target__in=("expired", "reversed"))
    | Q(source="pending", target="active")
)  # fmt: skip
ROW = (
    *("day", "movement", "movement__public_id", "movement__what", "movement__ref"),
    *("source", "target"),
)


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
    about: str  # the rule that earned them, or what they went for
    movement: str
    left: int = 0  # of what was redeemed: not given back yet
    back: str = ""  # how its points return, where they are not given back alone
    where: str = ""  # the name of the page for that

    @property
    def words(self) -> str:
        """What happened, as the page and the file say it."""
        return str(_words(self.what, self.source, self.target))


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
    brought: int  # from an earlier programme
    lines: tuple[Line, ...]
    earlier: tuple[Line, ...]  # redeemed under files that went into this one
    is_cut: bool

    @property
    def has_debts(self) -> bool:
        return any(line.owed for line in self.lines)


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
        within.values(*ROW, name=_of_rule("name"), name_en=_of_rule("name_en"))
        .annotate(sum=Sum("points"))
        .order_by("day", "movement", "source", "target", "name")
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
        brought=_sum(within.filter(source="opened")),
        lines=lines[:MOST],
        earlier=_earlier(account, first, last),
        is_cut=len(lines) > MOST,
    )


def span_of(today: date, first: str, last: str) -> tuple[date, date]:
    """The days that were asked for; without any the last three months."""
    end = _day(last) or today
    begin = _day(first) or add_months(end, -3)
    return (begin, end) if begin <= end else (end, begin)


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


def _earlier(account: Account, first: date, last: date) -> tuple[Line, ...]:
    """What was redeemed under files that went into this one, as far as it is not back."""
    with scope.beyond():
        before = merged.accounts_before(account.customer)
        if account.currency != Currency.POINTS or not before:
            return ()
        found = Entry.objects.filter(account__in=before, day__range=(first, last))
        spent = found.filter(target="spent", lot__account=account)
        rows: Any = spent.values(*ROW, name=Value(""), name_en=Value(""))
        summed = rows.annotate(sum=Sum("points")).order_by("day", "movement")
        lines = _lines(list(summed[:MOST]), 0)
    return tuple(line for line in lines if line.left > 0)


def _of_rule(field: str) -> Case:
    """By which rule points came; what is spent is spent whatever earned it."""
    return Case(When(BY_RULE, then=F(f"lot__rule__{field}")), default=Value(""))


def _lines(rows: list[dict[str, Any]], opening: int) -> list[Line]:
    lines, balance = [], opening
    known = used({row["movement__ref"] for row in rows})
    returned = _returned({row["movement"] for row in rows if row["target"] == "spent"})
    for row in rows:
        source, target, points = row["source"], row["target"], int(row["sum"])
        change = points * ((target == "active") - (source == "active"))
        balance += change
        # What is paid off is paid, whatever brought the points.
        behind = None if target == "owed" else known.get(row["movement__ref"])
        spent = target == "spent"
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
                about=local_name(row["name"] or "", row["name_en"] or "")
                or (behind.words if behind else ""),
                movement=row["movement__public_id"],
                left=points - returned.get(row["movement"], 0) if spent else 0,
                back=behind.back if behind and spent else "",
                where=behind.where if behind else "",
            )
        )
    return lines


def _returned(movements: set[int]) -> dict[int, int]:
    """How many points of some redemptions were given back."""
    found: Any = Entry.objects.filter(movement__undoes__in=movements, source="spent")
    rows = found.order_by().values("movement__undoes").annotate(sum=Sum("points"))
    return {row["movement__undoes"]: int(row["sum"]) for row in rows}


def _words(what: str, source: str, target: str) -> Any:
    for met, words in (
        (target == "expired", pgettext("points", "Ended")),
        (source == "issued" and what == "adjust", _("Credited by hand")),
        (source == "issued", pgettext("points", "Earned")),
        (source == "opened", _("Brought along from the earlier programme")),
        (source == "pending" and target == "active", _("May be used now")),
        (target == "spent", pgettext("points", "Redeemed")),
        (source == "spent", pgettext("points", "Given back")),
        (target == "reversed", _("Taken back: what earned them was refunded or undone")),
        (target == "owed", _("Paid what was owed")),
        (target == "adjusted", _("Taken away by hand")),
        (what == "merge", _("Two files became one")),
        (source == "moved", _("Given by another member")),
    ):
        if met:
            return words
    return _("Given to another member")


def _active(found: Any) -> int:
    return _sum(found.filter(target="active")) - _sum(found.filter(source="active"))


def _sum(found: Any) -> int:
    return int(found.aggregate(sum=Sum("points"))["sum"] or 0)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
