"""Members and progress as a file; who took it along stands in the audit trail."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.base.errors import BadInput
from regulars.server.campaigns import queries
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.campaigns.queries import Asked
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.files import FORMATS
from regulars.server.core.models import Person

SHEETS = ("members", "branches")
AT_ONCE = 2_000
Row = list[object]


def export(
    campaign: Campaign, what: str, asked: Asked, *, format: str, by: Person, at: datetime
) -> bytes:
    """Write a table of what the viewer sees.

    :raises BadInput: there is no such table, or it is no format that we write.
    """
    if what not in SHEETS or format not in FORMATS:
        raise BadInput(f"{what!r} as {format!r} is nothing that we write.")
    head, rows = (
        (_head_of_members(), _members(campaign, asked, by))
        if what == "members"
        else (_head_of_branches(), _branches(campaign, by, at))
    )
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / f"campaign.{format}"
        count = FORMATS[format](to, head, rows)
        written = to.read_bytes()
    audit.record("campaigns.exported", campaign, by=by, at=at, rows=count, what=what)
    return written


def _head_of_members() -> list[str]:
    return [
        _("Customer number"),
        _("Branch"),
        pgettext("campaign", "Wave"),
        _("Arm"),
        pgettext("campaign", "State"),
        _("Step"),
        pgettext("campaign", "Result"),
        _("Result on"),
        _("Why they are in"),
    ]


def _members(campaign: Campaign, asked: Asked, by: Person) -> Iterator[Row]:
    found = queries.members(by, campaign, asked)
    page: list[Member] = []
    for one in found.iterator(chunk_size=AT_ONCE):
        page.append(one)
        if len(page) == AT_ONCE:
            yield from _page(campaign, page, by)
            page = []
    yield from _page(campaign, page, by)


def _page(campaign: Campaign, page: list[Member], by: Person) -> Iterator[Row]:
    why = queries.whys(by, campaign, page)
    for one in page:
        on = core.local_date(one.result_at) if one.result_at else None
        yield [
            one.customer.number, str(one.customer.book.org_unit), one.wave, one.arm,
            str(one.get_state_display()), one.step or None, str(one.get_result_display()), on,
            why[one.pk],
        ]  # fmt: skip


def _head_of_branches() -> list[str]:
    return [
        _("Branch"),
        pgettext("campaign", "People"),
        pgettext("campaign", "Begun"),
        pgettext("campaign", "Answered"),
        pgettext("campaign", "Not reached"),
        _("Calls"),
        _("Calls done"),
        _("Calls not made in time"),
        pgettext("campaign", "Results"),
    ]


def _branches(campaign: Campaign, by: Person, at: datetime) -> Iterator[Row]:
    for row in queries.branch_rows(by, campaign, core.local_date(at)):
        said = ", ".join(f"{words} {n}" for _code, words, n in row.said)
        yield [
            str(row.branch), row.people, row.begun, row.answered, row.unreached, row.calls,
            row.called, row.late, said,
        ]  # fmt: skip
