"""A journey is written, handed over, approved by somebody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.journeys import queries, rules
from regulars.server.journeys.models import Journey, Version
from regulars.server.journeys.rules import LEAVE, Route

State = Version.State


class Incomplete(BadInput):
    """The journey cannot be published as it stands."""


class NoName(BadInput):
    """A journey is found by its name."""


class NotThatFar(Refused):
    """The version is not in the state in which this is done."""


class OwnWork(Refused):
    """Whoever wrote a journey does not approve it."""


class Over(Refused):
    """The journey was stopped for good."""


@transaction.atomic
def make(
    name: str, route: Route | None = None, *, by: Person, at: datetime, name_en: str = ""
) -> Journey:
    """Begin a journey with a first draft.

    :raises NoName: it has none.
    """
    journey = Journey.objects.create(
        name=_named(name), name_en=" ".join(name_en.split())[:80], owner=by, made_at=at
    )
    _draft(journey, route or Route(), by=by, at=at)
    audit.record("journeys.made", journey, by=by, at=at)
    return journey


@transaction.atomic
def rename(
    journey: Journey, *, name: str, name_en: str, owner: Person, by: Person, at: datetime
) -> None:
    """Call a journey something else, or give it to another owner.

    :raises NoName: it has none.
    """
    held = Journey.objects.select_for_update().get(pk=journey.pk)
    held.name, held.name_en = _named(name), " ".join(name_en.split())[:80]
    held.owner = owner
    held.save(update_fields=["name", "name_en", "owner"])
    audit.record("journeys.renamed", held, by=by, at=at, owner=owner.pk)


@transaction.atomic
def write(journey: Journey, route: Route, *, by: Person, at: datetime) -> Version:
    """Keep a route as the draft of a journey; what is in force goes on until it is approved.

    :raises NotThatFar: its draft waits for a decision.
    :raises Over: the journey was stopped.
    """
    held = Journey.objects.select_for_update().get(pk=journey.pk)
    if held.state == Journey.State.STOPPED:
        raise Over(_("This journey was stopped. Make a new one from it."))
    return _draft(held, route, by=by, at=at)


@transaction.atomic
def submit(version: Version, *, moves: Mapping[str, str], by: Person, at: datetime) -> None:
    """Hand a draft over for approval.

    `moves` says, for each step that is not there any more, where customers at it go on.

    :raises Incomplete: something is missing; see `queries.lacking`.
    :raises NotThatFar: it is no draft.
    """
    held = _locked(version, State.DRAFT)
    held.moves = dict(moves)
    _complete(held, at)
    held.state, held.sent_back = State.SUBMITTED, ""
    held.submitted_by, held.submitted_at = by, at
    held.authors = sorted({*held.authors, by.pk})
    held.save()
    audit.record("journeys.submitted", held, by=by, at=at, journey=held.journey.public_id)


@transaction.atomic
def withdraw(version: Version, *, by: Person, at: datetime) -> None:
    """Take a submitted version back to go on writing.

    :raises NotThatFar: it was decided meanwhile.
    """
    held = _locked(version, State.SUBMITTED)
    held.state, held.submitted_by, held.submitted_at = State.DRAFT, None, None
    held.save()
    audit.record("journeys.withdrawn", held, by=by, at=at, journey=held.journey.public_id)


@transaction.atomic
def approve(version: Version, *, by: Person, at: datetime) -> None:
    """Put a version in force; from the next minute everybody goes by it.

    :raises OwnWork: by one of its authors.
    :raises Incomplete: something it needs is gone since it was submitted.
    :raises NotThatFar: it does not wait for approval any more.
    """
    held = _locked(version, State.SUBMITTED)
    _another_person(held, by)
    _complete(held, at)
    Version.objects.filter(journey=held.journey_id, state=State.APPROVED).update(
        state=State.RETIRED, ended_at=at
    )
    held.state, held.decided_by, held.decided_at = State.APPROVED, by, at
    held.save()
    audit.record(
        "journeys.approved", held, by=by, at=at,
        journey=held.journey.public_id, n=held.number,
    )  # fmt: skip


@transaction.atomic
def send_back(version: Version, *, why: str, by: Person, at: datetime) -> None:
    """Return a version to its authors with the reason.

    :raises BadInput: no reason is given.
    :raises OwnWork: by one of its authors, who takes it back instead.
    :raises NotThatFar: it does not wait for approval any more.
    """
    if not why.strip():
        raise BadInput(_("Say what is to be changed."))
    held = _locked(version, State.SUBMITTED)
    _another_person(held, by)
    held.state, held.sent_back = State.DRAFT, " ".join(why.split())[:300]
    held.save()
    audit.record("journeys.sent_back", held, by=by, at=at, journey=held.journey.public_id)


def _draft(journey: Journey, route: Route, *, by: Person, at: datetime) -> Version:
    found = queries.making(journey)
    if found is not None and found.state == State.SUBMITTED:
        raise NotThatFar(_("This version waits for approval. Take it back first, or wait."))
    if found is None:
        last = Version.objects.filter(journey=journey).order_by("-number").first()
        found = Version(journey=journey, number=last.number + 1 if last else 1)
    found.body, found.written_by, found.written_at = rules.written(route), by, at
    found.authors = sorted({*found.authors, by.pk})
    found.save()
    return found


def _locked(version: Version, state: str) -> Version:
    # The journey first, as everybody who changes one does.
    Journey.objects.select_for_update().get(pk=version.journey_id)
    held = Version.objects.select_related("journey__owner").get(pk=version.pk)
    if held.state != state:
        raise NotThatFar(
            _("Version %(n)s is “%(state)s” by now. Load the page again.")
            % {"n": held.number, "state": held.get_state_display()}
        )
    if held.journey.state == Journey.State.STOPPED:
        raise Over(_("This journey was stopped. Make a new one from it."))
    return held


def _complete(version: Version, at: datetime) -> None:
    if lacking := queries.lacking(version, at=at):
        raise Incomplete(" ".join(each.words for each in lacking))
    kept = rules.by_id(rules.read(version.body))
    for step in queries.to_decide(version):
        if version.moves.get(step) not in {LEAVE, *kept}:
            raise Incomplete(_("Say where customers at a step that is gone go on."))


def _another_person(version: Version, by: Person) -> None:
    if by.pk in {*version.authors, version.submitted_by_id, version.written_by_id}:
        raise OwnWork(_("You had a hand in this version. Somebody else must decide on it."))


def _named(name: str) -> str:
    found = " ".join(name.split())
    if not found:
        raise NoName(_("A journey needs a name by which others find it."))
    return found[:80]
