"""A list of opportunities as a file; who took it along stands in the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.files import FORMATS
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.queries import Wanted

HEAD = (
    "number", "customer", "kind", "what", "product", "stage", "state", "amount", "margin",
    "chance", "worth", "expected_on", "next_step", "next_on", "owner", "branch", "source",
    "because", "made_on", "closed_on", "reason", "competitor", "won_amount", "proof",
    "proof_on",
)  # fmt: skip


def write(wanted: Wanted, to: Path, *, format: str, by: Person, at: datetime) -> int:
    """Write what a list holds, as its viewer sees it; return the rows.

    :raises BadInput: it is no format that we write.
    """
    writer = FORMATS.get(format)
    if writer is None:
        raise BadInput(f"{format!r} is no format we write. Choose {', '.join(FORMATS)}.")
    count = writer(to, HEAD, _rows(wanted, by, at))
    audit.record("opportunities.exported", "opportunities", by=by, at=at, rows=count)
    return count


def _rows(wanted: Wanted, by: Person, at: datetime) -> Iterator[Sequence[Any]]:
    for found in queries.asked(by, wanted, at).order_by("pk").iterator(chunk_size=2_000):
        shown = queries.view(found, at)
        yield (
            found.customer.number, str(found.customer), found.kind, str(found),
            found.product.code if found.product else "", found.stage.code, found.state,
            found.amount, found.margin, round(shown.share, 3), shown.worth,
            found.expected_on, found.next_step, found.next_on,
            shown.owner.username if shown.owner else "",
            found.customer.book.org_unit.code, found.source, found.because,
            found.made_at.date(), found.closed_at.date() if found.closed_at else None,
            found.reason, found.competitor, found.won_amount, found.proof_ref, found.proof_on,
        )  # fmt: skip
