"""A campaign is begun again: to the same people, or a year later."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.campaigns.actions.making import WRITTEN, begin
from regulars.server.campaigns.models import Campaign, Phase, Step, Wave
from regulars.server.campaigns.rules import a_year_on
from regulars.server.core import queries as core
from regulars.server.core.models import Person

COPIED = tuple(name for name in WRITTEN if name not in ("previous", "audience", "keep_arms"))


@transaction.atomic
def next_year(campaign: Campaign, *, by: Person, at: datetime) -> Campaign:
    """Begin next year's: all as it was planned, the days a year later, people chosen anew."""
    return _copy(campaign, audience=Campaign.Audience.SEGMENT, moved=True, by=by, at=at)


@transaction.atomic
def again(campaign: Campaign, *, keep_arms: bool = False, by: Person, at: datetime) -> Campaign:
    """Begin the same campaign to the same people: who was in it and is a customer still.

    :raises Refused: it was never launched, so nobody was in it.
    """
    if not campaign.is_launched:
        raise Refused(_("Nobody was in this campaign: it was never launched."))
    return _copy(
        campaign, audience=Campaign.Audience.AGAIN, moved=False, keep_arms=keep_arms,
        by=by, at=at,
    )  # fmt: skip


def _copy(
    campaign: Campaign,
    *,
    audience: str,
    moved: bool,
    by: Person,
    at: datetime,
    keep_arms: bool = False,
) -> Campaign:
    told = {name: getattr(campaign, name) for name in COPIED if name not in ("name", "owner")}
    days = _moved if moved else _from_today(campaign, core.local_date(at))
    told |= {"starts_on": days(campaign.starts_on), "ends_on": days(campaign.ends_on)}
    owner = campaign.owner if campaign.owner.is_active else by
    made = begin(
        campaign.name, by=by, at=at, audience=audience, previous=campaign, owner=owner,
        keep_arms=keep_arms, **told,
    )  # fmt: skip
    for kind in (Step, Wave, Phase):
        kind.objects.bulk_create(
            [_copied(each, made, days) for each in kind.objects.filter(campaign=campaign)]
        )
    return made


def _copied(row: Any, made: Campaign, days: Any) -> Any:
    row.pk, row.campaign = None, made
    row._state.adding = True
    for name in ("on", "begins_on", "ends_on"):
        if hasattr(row, name):
            setattr(row, name, days(getattr(row, name)))
    for name in ("done_at", "done_by"):
        if hasattr(row, name):
            setattr(row, name, None)
    return row


def _moved(day: date | None) -> date | None:
    return a_year_on(day) if day else None


def _from_today(campaign: Campaign, today: date) -> Any:
    """The same days, counted from today on."""
    first = campaign.starts_on or today

    def moved(day: date | None) -> date | None:
        return today + (day - first) if day else None

    return moved
