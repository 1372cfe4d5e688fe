"""Own won rates of the stages; the forecast of a month is kept when the month begins."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import ForecastMark, Stage


@transaction.atomic
def measure_stages(*, by: Actor, at: datetime) -> None:
    """Keep for each open stage how many that came there the company won."""
    known = queries.company_chances(at)
    today = core.local_date(at)
    for stage in Stage.objects.filter(ends=""):
        told = known[stage.position]
        Stage.objects.filter(pk=stage.pk).update(
            won=told.won, decided=told.decided, measured_on=today
        )
    audit.record("opportunities.measured", "opportunities", by=by, at=at)


@transaction.atomic
def mark_forecast(on: date, *, by: Actor, at: datetime) -> int:
    """Keep what every book expects of the month of `on`, once a month; return the books."""
    month = on.replace(day=1)
    if ForecastMark.objects.filter(month=month).exists():
        return 0
    rows = [
        ForecastMark(
            book_id=book, month=month, made_on=on, open=told.count, amount=told.amount,
            expected=told.expected, wins=round(told.wins, 3),
        )
        for book, told in queries.expected_by_book(month, at).items()
    ]  # fmt: skip
    ForecastMark.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        audit.record("opportunities.forecast", month.isoformat(), by=by, at=at, books=len(rows))
    return len(rows)
