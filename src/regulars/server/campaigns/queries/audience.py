"""Whom a campaign is for: asked while it is planned, and once more when it is launched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from regulars.base.errors import RegularsError
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments import queries as segments
from regulars.server.segments.queries.explaining import Reason
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.tree import Node, leaves

FIELD = ("key", "kind", "theme", "origin", "column", "facts", "measure")
STANDING = (Customer.State.ACTIVE,)


@dataclass(frozen=True)
class Audience:
    """Who is meant, in their order, with why each is in and where that was read from."""

    ids: Sequence[int]
    name: str = ""
    why: Mapping[int, Sequence[Reason]] = field(default_factory=dict)
    rule: Node | None = None
    fields: Mapping[str, Field] = field(default_factory=dict)
    version: str = ""
    run: Run | None = None
    data_version: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether people were chosen by what was computed about them."""
        named = [leaf.field for leaf in leaves(self.rule)] if self.rule else []
        return any(self.fields[key].origin == "score" for key in named if key in self.fields)


NOBODY = Audience(())


def audience(viewer: Person, campaign: Campaign, at: datetime) -> Audience:
    """Who is in it now, through the eyes of its owner.

    :raises NotReady: the board of a large company is being made.
    :raises BadRule: the rule names what is not there any more.
    """
    if campaign.audience == Campaign.Audience.AGAIN:
        return _again(viewer, campaign, at)
    if campaign.segment is None:
        return NOBODY
    found = segments.frozen(_eyes(viewer, campaign), campaign.segment, at=at)
    return Audience(
        found.ids, campaign.segment.name, found.why, found.rule, found.fields,
        f"{campaign.segment.public_id}@{campaign.segment.version}", found.run,
        _data(found.run, at),
    )  # fmt: skip


def size(viewer: Person, campaign: Campaign, at: datetime) -> int | None:
    """How many it is for now; None where that cannot be asked."""
    try:
        return len(ids(viewer, campaign, at))
    except RegularsError:
        return None


def ids(viewer: Person, campaign: Campaign, at: datetime) -> Sequence[int]:
    """The same as `audience`, without why.

    :raises NotReady: the board of a large company is being made.
    :raises BadRule: the rule names what is not there any more.
    """
    if campaign.audience == Campaign.Audience.AGAIN:
        return _again(viewer, campaign, at).ids
    if campaign.segment is None:
        return ()
    return segments.members(_eyes(viewer, campaign), campaign.segment, at=at)


def _eyes(viewer: Person, campaign: Campaign) -> Person:
    """Whoever answers for it chose the people: it is the same list for whoever looks on."""
    return campaign.owner if campaign.owner.is_active else viewer


def _again(viewer: Person, campaign: Campaign, at: datetime) -> Audience:
    """Everybody who was in the earlier campaign, in whichever arm, and is a customer still."""
    if campaign.previous is None:
        return NOBODY
    there = Member.objects.visible_to(viewer).filter(campaign=campaign.previous)
    there = there.filter(customer__state__in=STANDING).order_by("customer")
    run = scoring.current_run()
    return Audience(
        list(there.values_list("customer_id", flat=True)), str(campaign.previous),
        version=f"again:{campaign.previous.public_id}", run=run, data_version=_data(run, at),
    )  # fmt: skip


def _data(run: Run | None, at: datetime) -> str:
    """Which scores stood, and up to which day records were read."""
    day = core.local_date(at).isoformat()
    return f"run {run.pk} of {run.as_of.isoformat()}, read {day}" if run else f"read {day}"
