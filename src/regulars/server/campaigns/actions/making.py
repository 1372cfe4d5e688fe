"""A campaign is begun, changed, given its steps, waves and phases, and copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.campaigns.models import Campaign, Step, Wave
from regulars.server.core import audit
from regulars.server.core.models import Person

State = Campaign.State
WRITTEN = (
    *("name", "name_en", "goal", "outcome", "window_days", "purpose", "audience", "segment"),
    *("previous", "keep_arms", "holdout", "b_share", "offer", "offer_code", "offer_words"),
    *("owner", "starts_on", "ends_on", "budget", "fixed_cost", "cost_each", "margin"),
)


class NotOpen(Refused):
    """The campaign was launched, or is over: what was decided stands."""


@dataclass(frozen=True)
class StepTold:
    """One way as somebody chose it."""

    channel: str
    message: str
    after: str = ""
    wait_days: int = 3
    work_days: int = 5


@transaction.atomic
def begin(name: str, *, by: Person, at: datetime, **told: Any) -> Campaign:
    """Begin a draft.

    :raises BadInput: it has no name.
    """
    if not name.strip():
        raise BadInput(_("Give the campaign a name."))
    made = Campaign.objects.create(
        name=one_line(name), owner=told.pop("owner", None) or by, authors=[by.pk], made_by=by,
        made_at=at, changed_at=at, **told,
    )  # fmt: skip
    audit.record("campaigns.begun", made, by=by, at=at)
    return made


@transaction.atomic
def change(
    campaign: Campaign, told: Mapping[str, Any], *, by: Person, at: datetime
) -> Campaign:
    """Write some of its fields anew; an approval that was given ends with that.

    :raises NotOpen: it was launched, or is over.
    :raises BadInput: it would have no name, or end before it begins.
    """
    found = opened(campaign)
    for name in WRITTEN:
        if name in told:
            value = told[name]
            setattr(found, name, one_line(value) if isinstance(value, str) else value)
    if not found.name:
        raise BadInput(_("Give the campaign a name."))
    if found.starts_on and found.ends_on and found.ends_on < found.starts_on:
        raise BadInput(_("Its last day lies before its first."))
    return changed(found, by=by, at=at, fields=sorted(told))


@transaction.atomic
def set_steps(
    campaign: Campaign, told: Sequence[StepTold], *, by: Person, at: datetime
) -> Campaign:
    """Say by which ways customers are reached, the first one first.

    :raises NotOpen: it was launched, or is over.
    :raises BadInput: a later step does not say for whom it is.
    """
    found = opened(campaign)
    for place, each in enumerate(told, start=1):
        if each.channel not in Step.Channel.values:
            raise BadInput(_("Choose a way for step %(n)s.") % {"n": place})
        if place > 1 and each.after not in Step.After.values:
            raise BadInput(_("Say for whom step %(n)s is.") % {"n": place})
    found.steps.all().delete()
    Step.objects.bulk_create(
        Step(
            campaign=found, position=place, channel=each.channel, message=each.message,
            after=each.after if place > 1 else "", wait_days=each.wait_days,
            work_days=each.work_days,
        )
        for place, each in enumerate(told, start=1)
    )  # fmt: skip
    return changed(found, by=by, at=at, fields=["steps"])


@transaction.atomic
def set_waves(
    campaign: Campaign, told: Sequence[tuple[date, int]], *, by: Person, at: datetime
) -> Campaign:
    """Say on which days which share of the audience begins.

    :raises NotOpen: it was launched, or is over.
    :raises BadInput: the shares do not make 100, or the days do not go forward.
    """
    found = opened(campaign)
    if told and sum(percent for _on, percent in told) != 100:
        raise BadInput(_("The shares of the waves do not make 100 % together."))
    days = [on for on, _percent in told]
    if days != sorted(set(days)):
        raise BadInput(_("Each wave begins after the one before."))
    found.waves.all().delete()
    Wave.objects.bulk_create(
        Wave(campaign=found, number=number, on=on, percent=percent)
        for number, (on, percent) in enumerate(told, start=1)
    )
    return changed(found, by=by, at=at, fields=["waves"])


@transaction.atomic
def discard(campaign: Campaign, *, by: Person, at: datetime) -> None:
    """Throw a draft away.

    :raises NotOpen: it was launched, or is over.
    """
    found = opened(campaign)
    audit.record("campaigns.discarded", found, by=by, at=at)
    found.steps.all().delete()
    found.delete()


def opened(campaign: Campaign) -> Campaign:
    """The campaign, held, if it may still be changed.

    :raises NotOpen: it was launched, or is over.
    """
    found = held(campaign)
    if not found.is_open:
        raise NotOpen(
            _("This campaign was launched. Pause it, or make a copy and change that.")
        )
    return found


def held(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)


def changed(found: Campaign, *, by: Person, at: datetime, fields: Sequence[str]) -> Campaign:
    """What was approved was something else: it is a draft again."""
    if by.pk not in found.authors:
        found.authors = [*found.authors, by.pk]
    if found.state != State.DRAFT:
        found.state, found.why = State.DRAFT, ""
        found.submitted_by = found.approved_by = None
        found.submitted_at = found.approved_at = None
    found.changed_at = at
    found.save()
    audit.record("campaigns.changed", found, by=by, at=at, fields=list(fields))
    return found


def one_line(words: str) -> str:
    return " ".join(words.split())
