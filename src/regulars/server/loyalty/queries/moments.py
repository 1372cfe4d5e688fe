"""What the programme tells on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time

from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Membership, Movement
from regulars.server.loyalty.queries.members import name_of
from regulars.server.loyalty.queries.merged import accounts_before
from regulars.server.loyalty.queries.programme import levels_at
from regulars.server.loyalty.queries.uses import told_elsewhere, used
from regulars.server.segments.queries import Told


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Points redeemed, and the level that was reached; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [*_redeemed(viewer, customer, until, most), *_reached(viewer, customer, until)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _redeemed(viewer: Person, customer: Customer, until: datetime, most: int) -> Iterator[Told]:
    own = Account.objects.visible_to(viewer).filter(customer=customer)
    mine = list(own.order_by("pk").values_list("pk", flat=True))
    with scope.beyond():  # a file of another book may have gone into this one
        mine += accounts_before(customer) if mine else []
        found = Movement.objects.filter(
            account__in=mine, what=Movement.What.REDEEM, at__lt=until
        )
        for beginning in told_elsewhere():
            found = found.exclude(ref__startswith=beginning)
        rows = list(found.order_by("-at", "-pk")[:most])
        known = used(row.ref for row in rows)
    for row in rows:
        words = _("Points redeemed: %(n)s") % {"n": row.answer.get("points", "")}
        yield Told(row.at, "coins", words, known[row.ref].words if row.ref else "")


def _reached(viewer: Person, customer: Customer, until: datetime) -> Iterator[Told]:
    """The level that is held now; of earlier ones nothing is kept."""
    found = Membership.objects.visible_to(viewer).standing().filter(customer=customer)
    for one in found.exclude(level="").exclude(level_since=None):
        if one.level_since is None:
            continue
        at = datetime.combine(one.level_since, time(), core.time_zone())
        if at < until:
            scale, _months = levels_at(one.level_since)
            named = {"level": name_of(scale, one.level)}
            yield Told(at, "star", _("Reached the level %(level)s") % named, "", "a")
