"""A coupon for everybody of a segment: asked for on a page, given in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.server.core import actions as core
from regulars.server.core import audit, scope
from regulars.server.core import queries as reads
from regulars.server.core.models import Job, Person
from regulars.server.customers.models import Customer
from regulars.server.rewards.actions import coupons
from regulars.server.rewards.actions.kinds import NotOffered
from regulars.server.rewards.actions.telling import check_segment
from regulars.server.rewards.models import Batch
from regulars.server.rewards.queries import MANY
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment

PORTION = 200  # customers in one transaction: others who want a code wait no longer than that
Told = Callable[[int, int], None]


@transaction.atomic
def ask_many(batch: Batch, segment: Segment, *, by: Person, at: datetime) -> Job:
    """Queue one coupon for each customer of a segment.

    :raises Forbidden: a bank's segment asks for deposits: that would be a gift for them.
    :raises NotOffered: the batch is closed, on paper, or for points.
    """
    check_segment(segment)
    if batch.closed_at is not None or batch.is_bearer or batch.kind.points:
        raise NotOffered(_("Nothing of “%(batch)s” is issued to customers.") % {"batch": batch})
    job = core.ask_job(MANY, at=at, asked_by=by, subject=batch.public_id)
    job.result = {"segment": segment.public_id, "name": segment.name}
    job.save(update_fields=["result"])
    core.defer(MANY, job=job)
    audit.record("rewards.coupons.asked", batch, by=by, at=at, job=job.public_id)
    return job


def give_many(
    job: Job, batch: Batch, segment: Segment, *, by: Person, at: datetime, told: Told
) -> dict[str, Any]:
    """Give everybody of the segment one, portion by portion, until the batch is sold out.

    Call it outside a transaction. The keys are of batch, segment and day: a job that is taken
    up again, or asked for again on the same day, gives nobody a second one.
    """
    with scope.looking(by):
        check_segment(segment)
        ids = sorted(segments.members(by, segment, at=at))
        day = reads.local_date(at)
    key, sum_ = f"many:{batch.public_id}:{segment.public_id}:{day}", coupons.Given()
    for start in range(0, len(ids), PORTION):
        with scope.looking(by):
            some = Customer.objects.visible_to(by).filter(pk__in=ids[start : start + PORTION])
            sum_ += coupons.issue_many(batch, some.order_by("pk"), key=key, by=by, at=at)
        told(min(start + PORTION, len(ids)), len(ids))
        if sum_.is_sold_out:
            break
    counts = asdict(sum_) | {"asked": len(ids)}
    with scope.looking(by):
        audit.record("rewards.coupons.issued", batch, by=by, at=at, **counts)
    return {**job.result, **counts}
