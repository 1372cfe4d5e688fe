"""The time that is looked at, the friends who came in it, and what customers are worth."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.referrals.models import OfEither, Referral
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Score


def begin(at: datetime, months: int) -> date:
    return add_months(core.local_date(at), -months)


def cohort(viewer: Person, since: date) -> OfEither[Referral]:
    """Friends who came since a day; the order is whoever asks' own."""
    zone = core.time_zone()
    start = datetime(since.year, since.month, since.day, tzinfo=zone)
    return Referral.objects.visible_to(viewer).filter(received_at__gte=start).order_by()


def values_of(viewer: Person, ids: set[int]) -> dict[int, Decimal]:
    run = scoring.current_run()
    if run is None or not ids:
        return {}
    rows = Score.objects.filter(run=run, customer__in=ids)
    return dict(rows.order_by().values_list("customer", "value"))
