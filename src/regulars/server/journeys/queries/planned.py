"""What journeys tell the marketing calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.urls import reverse

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.journeys.models import Journey
from regulars.server.journeys.queries.journeys import journeys
from regulars.server.journeys.queries.travelling import progress
from regulars.server.outreach.rules import Planned

State = Journey.State


def planned(viewer: Person, first: date, last: date) -> Iterable[Planned]:
    """The journeys that run in some days; one without an end goes on."""
    for each in journeys(viewer).filter(started_at__isnull=False):
        assert each.started_at is not None
        ended = core.local_date(each.ended_at) if each.ended_at else None
        yield Planned(
            "journey",
            core.local_date(each.started_at),
            str(each),
            reverse("journeys:one", args=[each.public_id]),
            last=ended or max(last, core.local_date(each.started_at)),
            state="" if each.state == State.RUNNING else str(each.get_state_display()),
            customers=progress(viewer, each).travelling,
        )
