"""Groups: hand-picked members, and rules frozen into members."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.segments.actions import keeping
from regulars.server.segments.models import Member, Segment
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules.tree import Group

# A group is read into memory whenever a rule names it.
MOST_MEMBERS = 200_000


class TooMany(BadInput):
    """A group holds only so many."""


def make_group(
    *,
    name: str,
    by: Person,
    at: datetime,
    description: str = "",
    sharing: str = Segment.Sharing.PRIVATE,
    branch: OrgUnit | None = None,
) -> Segment:
    """Open an empty group.

    :raises NameTaken: the owner has another segment of that name.
    :raises NotAllowed: the owner may not share that far.
    """
    found = Segment(
        kind=Segment.Kind.GROUP,
        name=" ".join(name.split())[:80],
        description=description.strip()[:400],
        owner=by,
        created_at=at,
        updated_at=at,
    )
    if not found.name:
        raise keeping.NameTaken("A group needs a name by which others find it.")
    keeping.share_with(found, sharing, branch, by=by)
    with transaction.atomic():
        keeping.save_named(found)
        audit.record("segments.group.made", found, by=by, at=at, sharing=found.sharing)
    return found


@transaction.atomic
def add_members(group: Segment, customers: Iterable[int], *, by: Person, at: datetime) -> int:
    """Pick customers, by their ids, into one's own group; return how many are new.

    Ids that the owner may not see are not picked, as if they did not exist.

    :raises NotOwner: somebody else owns the group.
    :raises TooMany: the group would hold more than it can.
    """
    keeping.owned(group, by)
    wanted = sorted(set(customers))
    visible = Customer.objects.visible_to(by).filter(pk__in=wanted).order_by("pk")
    ids = list(visible.values_list("pk", flat=True))
    if group.members.count() + len(ids) > MOST_MEMBERS:
        raise TooMany(
            f"A group holds at most {MOST_MEMBERS:,} customers. Keep the rule as a segment."
        )
    with connection.cursor() as db:
        db.execute(
            "insert into segments_member (segment_id, customer_id, added_by_id, added_at) "
            "select %s, one, %s, %s from unnest(%s::bigint[]) one on conflict do nothing",
            [group.pk, by.pk, at, ids],
        )
        added = int(db.rowcount)
    if added:
        _touched(group, at)
        audit.record("segments.group.joined", group, by=by, at=at, customers=added)
    return added


@transaction.atomic
def remove_members(
    group: Segment, customers: Iterable[int], *, by: Person, at: datetime
) -> int:
    """Take customers out of one's own group; return how many were in it.

    :raises NotOwner: somebody else owns the group.
    """
    keeping.owned(group, by)
    removed, _ = (
        Member.objects.visible_to(by)
        .filter(segment=group, customer_id__in=list(customers))
        .delete()
    )
    if removed:
        _touched(group, at)
        audit.record("segments.group.left", group, by=by, at=at, customers=removed)
    return removed


def freeze(
    rule: Group,
    *,
    name: str,
    by: Person,
    at: datetime,
    sharing: str = Segment.Sharing.PRIVATE,
    branch: OrgUnit | None = None,
    of: Segment | None = None,
) -> Segment:
    """Make a group of those who answer to a rule now; later changes do not move it.

    :raises TooMany: they are more than a group holds.
    """
    base = ground(by, at)
    ids = asking.ids(by, asking.settle(rule, base), base)
    if len(ids) > MOST_MEMBERS:
        raise TooMany(
            f"{len(ids):,} customers answer to this rule; a group holds {MOST_MEMBERS:,}. "
            "Narrow the rule, or keep it as a segment."
        )
    with transaction.atomic():
        group = make_group(name=name, by=by, at=at, sharing=sharing, branch=branch)
        add_members(group, ids, by=by, at=at)
        if of is not None:
            audit.record(
                "segments.segment.frozen", of, by=by, at=at, group=group.pk, version=of.version
            )
    return group


def _touched(group: Segment, at: datetime) -> None:
    group.updated_at = at
    group.save(update_fields=["updated_at"])
