"""A campaign is begun, changed, given its steps, waves and phases, and copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.campaigns.models import Campaign, Phase, Step, Wave
from regulars.server.campaigns.rules import a_year_on, template
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person

State = Campaign.State
WRITTEN = (
    *("name", "name_en", "goal", "outcome", "window_days", "purpose", "audience", "segment"),
    *("previous", "keep_arms", "holdout", "b_share", "offer", "offer_code", "offer_words"),
    *("owner", "starts_on", "ends_on", "budget", "fixed_cost", "cost_each", "margin"),
)
COPIED = tuple(name for name in WRITTEN if name not in ("previous", "audience", "keep_arms"))


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


@dataclass(frozen=True)
class PhaseTold:
    """One phase as somebody wrote it."""

    name: str
    begins_on: date
    ends_on: date
    owner: Person | None = None
    name_en: str = ""


@transaction.atomic
def begin(name: str, *, by: Person, at: datetime, **told: Any) -> Campaign:
    """Begin a draft.

    :raises BadInput: it has no name.
    """
    if not name.strip():
        raise BadInput(_("Give the campaign a name."))
    made = Campaign.objects.create(
        name=_line(name), owner=told.pop("owner", None) or by, authors=[by.pk], made_by=by,
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
            setattr(found, name, _line(value) if isinstance(value, str) else value)
    if not found.name:
        raise BadInput(_("Give the campaign a name."))
    if found.starts_on and found.ends_on and found.ends_on < found.starts_on:
        raise BadInput(_("Its last day lies before its first."))
    return _changed(found, by=by, at=at, fields=sorted(told))


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
    return _changed(found, by=by, at=at, fields=["steps"])


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
    return _changed(found, by=by, at=at, fields=["waves"])


@transaction.atomic
def set_phases(
    campaign: Campaign, told: Sequence[PhaseTold], *, by: Person, at: datetime
) -> Campaign:
    """Say who does what until when; what is done of a phase of the same name stays done.

    :raises NotOpen: it is over.
    :raises BadInput: a phase has no name, or ends before it begins.
    """
    found = _held(campaign)
    if found.is_over:
        raise NotOpen(_("This campaign is over."))
    for each in told:
        if not each.name.strip():
            raise BadInput(_("Give each phase a name."))
        if each.ends_on < each.begins_on:
            raise BadInput(_("“%(name)s” ends before it begins.") % {"name": each.name})
    done = {each.name: each for each in found.phases.filter(done_at__isnull=False)}
    found.phases.all().delete()
    Phase.objects.bulk_create(
        Phase(
            campaign=found, position=place, name=_line(each.name), name_en=_line(each.name_en),
            owner=each.owner, begins_on=each.begins_on, ends_on=each.ends_on,
            done_at=done[each.name].done_at if each.name in done else None,
            done_by=done[each.name].done_by if each.name in done else None,
        )
        for place, each in enumerate(told, start=1)
    )  # fmt: skip
    if found.is_open:
        return _changed(found, by=by, at=at, fields=["phases"])
    audit.record("campaigns.changed", found, by=by, at=at, fields=["phases"])
    return found


def use_template(campaign: Campaign, *, year: int, by: Person, at: datetime) -> Campaign:
    """Give it the three phases of an autumn: sort, plan, work.

    :raises NotOpen: it is over.
    """
    told = [
        PhaseTold(each.name, each.begins_on, each.ends_on, campaign.owner, each.name_en)
        for each in template(year)
    ]
    return set_phases(campaign, told, by=by, at=at)


@transaction.atomic
def finish_phase(phase: Phase, *, by: Person, at: datetime) -> Phase:
    """Say that a phase is done.

    :raises NotOpen: the campaign is over, or the phase was done before.
    """
    _held(phase.campaign)
    found = Phase.objects.select_for_update().get(pk=phase.pk)
    if found.done_at is not None:
        raise NotOpen(_("This phase is done already. Reload the page."))
    found.done_at, found.done_by = at, by
    found.save(update_fields=["done_at", "done_by"])
    audit.record("campaigns.phase.done", found.campaign, by=by, at=at, phase=found.position)
    return found


@transaction.atomic
def reopen_phase(phase: Phase, *, by: Person, at: datetime) -> Phase:
    """Take back that a phase is done."""
    _held(phase.campaign)
    found = Phase.objects.select_for_update().get(pk=phase.pk)
    found.done_at = found.done_by = None
    found.save(update_fields=["done_at", "done_by"])
    audit.record("campaigns.phase.reopened", found.campaign, by=by, at=at, phase=found.position)
    return found


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
    found = _held(campaign)
    if not found.is_open:
        raise NotOpen(
            _("This campaign was launched. Pause it, or make a copy and change that.")
        )
    return found


def _held(campaign: Campaign) -> Campaign:
    return Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)


def _changed(found: Campaign, *, by: Person, at: datetime, fields: Sequence[str]) -> Campaign:
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


def _line(words: str) -> str:
    return " ".join(words.split())
