"""Reads of the night's work, for the clock. The system asks, so there is no viewer."""

from __future__ import annotations

from datetime import date, datetime

from regulars.server.administration import rules
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Job
from regulars.server.customers.models import Customer

NIGHTLY = "nightly"
local_date = core.local_date


def day_due(at: datetime) -> date | None:
    """The local date whose night's work is due at this moment and was not begun."""
    company = core.company()
    if company is None:
        return None
    local = at.astimezone(core.time_zone())
    if not rules.is_due(local, nightly_at=company.nightly_at):
        return None
    if Job.objects.filter(once_key=rules.nightly_key(local.date())).exists():
        return None
    return local.date() if _has_customers() else None


def job(key: int) -> Job | None:
    return Job.objects.filter(pk=key).first()


def last_nightly() -> Job | None:
    return Job.objects.filter(kind=NIGHTLY).order_by("-pk").first()


def nightly_under_way() -> bool:
    states = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(kind=NIGHTLY, state__in=states).exists()


def _has_customers() -> bool:
    """An empty home has nothing to score, and no failed job each morning."""
    with scope.everything():
        return Customer.objects.exists()
