"""The customers of a journey as a file; who took it along stands in the audit trail."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.files import FORMATS
from regulars.server.core.models import Person
from regulars.server.journeys import queries, rules
from regulars.server.journeys.models import Journey
from regulars.server.journeys.queries import Wording

AT_ONCE = 2_000
Row = list[object]


def export(
    journey: Journey, *, show: str, step: str, format: str, by: Person, at: datetime
) -> bytes:
    """Write who is on a journey, and who left it with why, of whom the viewer sees.

    :raises BadInput: it is no format that we write.
    """
    if format not in FORMATS:
        raise BadInput(f"{format!r} is no format that we write.")
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / f"journey.{format}"
        count = FORMATS[format](to, _head(), _rows(journey, show=show, step=step, by=by))
        written = to.read_bytes()
    audit.record("journeys.exported", journey, by=by, at=at, rows=count)
    return written


def _head() -> list[str]:
    return [
        _("Customer number"),
        _("Branch"),
        pgettext("journey", "State"),
        _("Where they are"),
        _("Entered on"),
        _("Goes on, on"),
        _("Reached the goal on"),
        _("Left on"),
        _("Why they left"),
    ]


def _rows(journey: Journey, *, show: str, step: str, by: Person) -> Iterator[Row]:
    version = queries.shown(journey)
    wording = Wording.of(journey.owner, rules.read(version.body) if version else None)
    found = queries.travellers_of(by, journey, show=show, step=step)
    for one in found.iterator(chunk_size=AT_ONCE):
        why = [str(one.get_why_display()), one.words] if one.ended_at else []
        travelling = one.state == one.State.TRAVELLING
        yield [
            one.customer.number, str(one.customer.book.org_unit), str(one.get_state_display()),
            queries.where(one, wording) if travelling else None, _day(one.entered_at),
            _day(one.due_at), _day(one.goal_at), _day(one.ended_at),
            " · ".join(filter(None, why)) or None,
        ]  # fmt: skip


def _day(moment: datetime | None) -> date | None:
    return core.local_date(moment) if moment else None
