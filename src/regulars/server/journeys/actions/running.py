"""A journey is started, paused, goes on, is stopped for good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.experiments import actions as experiments
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import arms
from regulars.server.journeys import queries, rules
from regulars.server.journeys.actions.ending import end_all
from regulars.server.journeys.models import Journey, Traveller
from regulars.server.outreach import actions as outreach

State = Journey.State


@dataclass(frozen=True)
class Stopped:
    """How many were on their way, and how many messages to them do not go out any more."""

    customers: int
    messages: int


class NotNow(Refused):
    """The journey is not in the state in which this is done."""


@transaction.atomic
def start(journey: Journey, *, by: Person, at: datetime) -> Journey:
    """Let customers enter, from the next minute on.

    :raises NotNow: no version is approved, or it was started before.
    """
    held = _held(journey, State.DRAFT)
    version = queries.in_force(held)
    if version is None:
        raise NotNow(_("No version is approved yet. Submit it first."))
    held.state, held.started_at = State.RUNNING, at
    held.save(update_fields=["state", "started_at"])
    measure(held, rules.read(version.body), by=by, at=at)
    audit.record("journeys.started", held, by=by, at=at)
    return held


@transaction.atomic
def pause(journey: Journey, *, why: str, by: Actor, at: datetime) -> Journey:
    """Let nobody enter and nothing happen until it goes on; open tasks stay.

    :raises BadInput: no reason is given.
    :raises NotNow: it does not run.
    """
    held = _held(journey, State.RUNNING)
    held.state, held.why = State.PAUSED, _reason(why)
    held.save(update_fields=["state", "why"])
    audit.record("journeys.paused", held, by=by, at=at)
    return held


@transaction.atomic
def resume(journey: Journey, *, by: Actor, at: datetime) -> Journey:
    """Go on; what went out of its time meanwhile is not sent any more.

    :raises NotNow: it is not paused.
    """
    held = _held(journey, State.PAUSED)
    held.state, held.why = State.RUNNING, ""
    held.save(update_fields=["state", "why"])
    audit.record("journeys.resumed", held, by=by, at=at)
    return held


@transaction.atomic
def stop(journey: Journey, *, why: str, by: Actor, at: datetime) -> Stopped:
    """End it for everybody; what is laid down and did not go out is kept back.

    :raises BadInput: no reason is given.
    :raises NotNow: it neither runs nor is paused.
    """
    held = _held(journey, State.RUNNING, State.PAUSED)
    held.state, held.why, held.ended_at = State.STOPPED, _reason(why), at
    held.save(update_fields=["state", "why", "ended_at"])
    with scope.beyond():
        gone = end_all(held, why=Traveller.Why.JOURNEY, by=by, at=at)
        # After that: who brings travellers on holds them until what they get is laid down.
        kept = sum(
            outreach.call_off(mailing.key, why=held.why, by=by, at=at)
            for mailing in queries.mailings(held)
        )
    audit.record("journeys.stopped", held, by=by, at=at, customers=gone, messages=kept)
    return Stopped(gone, kept)


def measure(
    journey: Journey, route: rules.Route, *, by: Actor, at: datetime
) -> Experiment | None:
    """The experiment that says whether it works; none where nobody is left alone."""
    if not route.holdout:
        return None
    with override("zh-hans"):
        zh = _("Journey “%(name)s”") % {"name": journey.name}
    with override("en"):
        en = _("Journey “%(name)s”") % {"name": journey.name_en or journey.name}
    return experiments.plan(
        experiments.Plan(
            name=zh,
            name_en=en,
            kind=Experiment.Kind.CAMPAIGN,
            label="journey",
            outcome=_outcome(),
            starts_on=core.local_date(at),
            source=journey.source,
            arms=arms.usual(route.holdout),
            window_days=route.window,
            rolling=True,
        ),
        by=by,
        at=at,
        owner=journey.owner,
    )


def _outcome() -> str:
    """What is measured: what customers of such a company mostly do by themselves."""
    company = core.company()
    is_bank = company is not None and company.kind == "bank"
    return Experiment.Outcome.ASSETS if is_bank else Experiment.Outcome.REVENUE


def _held(journey: Journey, *states: str) -> Journey:
    held = Journey.objects.select_for_update(of=("self",)).select_related("owner")
    found = held.get(pk=journey.pk)
    if found.state not in states:
        raise NotNow(
            _("The journey is “%(state)s” by now. Load the page again.")
            % {"state": found.get_state_display()}
        )
    return found


def _reason(why: str) -> str:
    found = " ".join(why.split())
    if not found:
        raise BadInput(_("Give a reason; everybody who opens the journey reads it."))
    return found[:300]
