"""Phases: who does what for a campaign until when, and that it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.campaigns.actions.making import NotOpen, changed, held, one_line
from regulars.server.campaigns.models import Campaign, Phase
from regulars.server.campaigns.rules import template
from regulars.server.core import audit
from regulars.server.core.models import Person


@dataclass(frozen=True)
class PhaseTold:
    """One phase as somebody wrote it."""

    name: str
    begins_on: date
    ends_on: date
    owner: Person | None = None
    name_en: str = ""


@transaction.atomic
def set_phases(
    campaign: Campaign, told: Sequence[PhaseTold], *, by: Person, at: datetime
) -> Campaign:
    """Say who does what until when; what is done of a phase of the same name stays done.

    :raises NotOpen: it is over.
    :raises BadInput: a phase has no name, or ends before it begins.
    """
    found = held(campaign)
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
            campaign=found, position=place, name=one_line(each.name),
            name_en=one_line(each.name_en),
            owner=each.owner, begins_on=each.begins_on, ends_on=each.ends_on,
            done_at=done[each.name].done_at if each.name in done else None,
            done_by=done[each.name].done_by if each.name in done else None,
        )
        for place, each in enumerate(told, start=1)
    )  # fmt: skip
    if found.is_open:
        return changed(found, by=by, at=at, fields=["phases"])
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
    held(phase.campaign)
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
    held(phase.campaign)
    found = Phase.objects.select_for_update().get(pk=phase.pk)
    found.done_at = found.done_by = None
    found.save(update_fields=["done_at", "done_by"])
    audit.record("campaigns.phase.reopened", found.campaign, by=by, at=at, phase=found.position)
    return found
