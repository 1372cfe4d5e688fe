"""Points as a thank-you, through the door of the ledger."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy, pgettext_lazy

from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty import rules as loyalty_rules
from regulars.server.loyalty.models import Lot
from regulars.server.referrals.actions.paying import NotYet, Way
from regulars.server.referrals.models import Reward

CODE = "points"
LASTS = loyalty_rules.Lasting("months", 24)


def _give(
    customer: Customer, amount: int, *, thing: str, key: str, ref: str, by: Actor, at: datetime
) -> str:
    """Points of the programme; who collects none yet gets them once they joined."""
    try:
        made = loyalty.earn(
            customer, points=amount, key=key, ref=ref, by=by, at=at,
            expires_on=loyalty_rules.last_day(core.local_date(at), LASTS),
        )  # fmt: skip
    except loyalty.NoMember as error:
        raise NotYet(Reward.Why.NO_MEMBER) from error
    return str(made.answer["lot"])


def _take_back(receipt: str, *, key: str, by: Actor, at: datetime) -> None:
    lot = Lot.objects.filter(pk=int(receipt)).first()
    if lot is not None:
        loyalty.reverse(lot, key=key, by=by, at=at)


POINTS = Way(
    CODE,
    gettext_lazy("Points"),
    pgettext_lazy("unit of a reward", "points"),
    tangible=True,
    give=_give,
    take_back=_take_back,
)
