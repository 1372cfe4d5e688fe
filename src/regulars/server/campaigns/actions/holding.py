"""A campaign is paused, goes on, is stopped, is over: its messages and its calls at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.campaigns.models import Attempt, Campaign, Member
from regulars.server.care import actions as care
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Mailing
from regulars.server.experiments import actions as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.outreach import actions as outreach

State = Campaign.State
UNDER_WAY = (Member.State.WAITING, Member.State.GOING)
TRIGGER = "campaign_call"


class NotRunning(Refused):
    """The campaign does not run, or is over."""


@transaction.atomic
def pause(campaign: Campaign, *, why: str, by: Actor, at: datetime) -> Campaign:
    """Hold it: no wave begins, what has not gone out waits, open calls leave the lists.

    :raises BadInput: no reason is given.
    :raises NotRunning: it does not run.
    """
    found = _held(campaign, State.RUNNING)
    found.why = _reason(why)
    found.state, found.changed_at = State.PAUSED, at
    found.save(update_fields=["state", "why", "changed_at"])
    for mailing in _mailings(found, Mailing.State.RUNNING):
        delivery.pause(mailing, why=found.why, by=by, at=at)
    care.look_again_at_all([TRIGGER], at=at)
    audit.record("campaigns.paused", found, by=by, at=at, why=found.why)
    return found


@transaction.atomic
def resume(campaign: Campaign, *, by: Actor, at: datetime) -> Campaign:
    """Let it go on; calls get the days that they lost.

    :raises NotRunning: it is not paused, or its last day is over.
    """
    found = _held(campaign, State.PAUSED)
    if found.ends_on is not None and found.ends_on < core.local_date(at):
        raise NotRunning(_("Its last day is over. Make a copy with new days."))
    lost = max(1, (core.local_date(at) - core.local_date(found.changed_at)).days)
    found.state, found.why, found.changed_at = State.RUNNING, "", at
    found.save(update_fields=["state", "why", "changed_at"])
    for mailing in _mailings(found, Mailing.State.PAUSED):
        if mailing.valid_until > at:
            delivery.resume(mailing, by=by, at=at)
    # Another day makes another reason: the one that was taken back does not come again.
    open_calls = _attempts(found).filter(sending__isnull=True, due_on__isnull=False)
    open_calls.update(due_on=F("due_on") + timedelta(days=lost))
    audit.record("campaigns.resumed", found, by=by, at=at)
    care.hear(by=by, at=at)
    return found


@transaction.atomic
def stop(campaign: Campaign, *, why: str, by: Actor, at: datetime) -> Campaign:
    """End it before its time: nothing of it goes out any more.

    :raises BadInput: no reason is given.
    :raises NotRunning: it neither runs nor is paused.
    """
    found = _held(campaign, State.RUNNING, State.PAUSED)
    found.why = _reason(why)
    for mailing in _mailings(found, Mailing.State.RUNNING, Mailing.State.PAUSED):
        delivery.stop(mailing, why=found.why, by=by, at=at)
    _end(found, State.STOPPED, Member.Out.STOPPED, at=at)
    audit.record("campaigns.stopped", found, by=by, at=at, why=found.why)
    if found.experiment and found.experiment.state != Experiment.State.CLOSED:
        experiments.close(found.experiment, by=by, at=at)
    return found


@transaction.atomic
def finish_if_over(campaign: Campaign, *, by: Actor, at: datetime) -> bool:
    """End it if its last day is over; what it did is measured until its windows are."""
    if campaign.ends_on is None or campaign.ends_on >= core.local_date(at):
        return False
    found = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if found.state not in (State.RUNNING, State.PAUSED):
        return False
    for sending in found.sendings.select_related("mailing"):
        outreach.no_more(sending.key, by=by, at=at)
    _end(found, State.DONE, Member.Out.ENDED, at=at)
    audit.record("campaigns.finished", found, by=by, at=at)
    return True


def _end(found: Campaign, state: str, why: str, *, at: datetime) -> None:
    found.state, found.ended_at, found.changed_at = state, at, at
    if state == State.DONE:
        found.why = ""
    found.save(update_fields=["state", "why", "ended_at", "changed_at"])
    _attempts(found).update(state=Attempt.State.DROPPED, ended_at=at)
    under_way = Member.objects.filter(campaign=found, state__in=UNDER_WAY)
    under_way.update(state=Member.State.OUT, reason=why)
    care.look_again_at_all([TRIGGER], at=at)


def _held(campaign: Campaign, *states: str) -> Campaign:
    found = (
        Campaign.objects.select_for_update(of=("self",))
        .select_related("experiment")
        .get(pk=campaign.pk)
    )
    if found.state not in states:
        raise NotRunning(
            _("“%(name)s” is “%(state)s” by now. Reload the page.")
            % {"name": found, "state": found.get_state_display()}
        )
    return found


def _mailings(found: Campaign, *states: str) -> list[Mailing]:
    keys = found.sendings.order_by("pk").values("mailing")
    return list(Mailing.objects.filter(pk__in=keys, state__in=states).order_by("pk"))


def _attempts(found: Campaign) -> QuerySet[Attempt]:
    return Attempt.objects.filter(step__campaign=found, state=Attempt.State.GOING)


def _reason(why: str) -> str:
    if not why.strip():
        raise BadInput(_("Say why, in a few words."))
    return " ".join(why.split())[:300]
