"""A version goes its way: submitted, approved or sent back by somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import queries
from regulars.server.content.models import Version
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person

State = Version.State


class SensitiveWords(BadInput):
    """The text says what must not be said, or does not say why it may."""


class Incomplete(BadInput):
    """A message lacks something, or has too much of it."""


class OwnWords(Refused):
    """Whoever wrote a version does not approve it."""


class NotThatFar(Refused):
    """The version is not in the state in which this is done."""


class SameGround(Refused):
    """Another playbook in force is tied to the same product."""


@transaction.atomic
def submit(version: Version, *, by: Person, at: datetime, excuse: str = "") -> None:
    """Hand a draft over for approval.

    :raises SensitiveWords: it holds a refused word, or one that needs a reason without one.
    :raises Incomplete: it is a message that lacks something; see `queries.lacking`.
    :raises NotThatFar: it is no draft.
    """
    version = _locked(version, State.DRAFT)
    excuse = excuse.strip()
    _complete(version, at)
    _sayable(version, excuse)
    _free_ground(version)
    version.state, version.excuse, version.sent_back = State.SUBMITTED, excuse, ""
    version.submitted_by, version.submitted_at = by, at
    version.authors = sorted({*version.authors, by.pk})
    version.save()
    audit.record("content.version.submitted", version, by=by, at=at, text=version.text.code)


@transaction.atomic
def withdraw(version: Version, *, by: Person, at: datetime) -> None:
    """Take a submitted version back to go on writing.

    :raises NotThatFar: it was decided meanwhile.
    """
    version = _locked(version, State.SUBMITTED)
    version.state, version.submitted_by, version.submitted_at = State.DRAFT, None, None
    version.save()
    audit.record("content.version.withdrawn", version, by=by, at=at, text=version.text.code)


@transaction.atomic
def approve(version: Version, *, by: Person, at: datetime) -> None:
    """Put a version in force in place of the one before.

    :raises OwnWords: by one of its authors.
    :raises SensitiveWords: a word on the list since it was submitted.
    :raises Incomplete: a field it names is gone since then, or its last day.
    :raises NotThatFar: it does not wait for approval any more.
    """
    version = _locked(version, State.SUBMITTED)
    _another_person(version, by)
    _complete(version, at)
    _sayable(version, version.excuse)
    _free_ground(version)
    before = Version.objects.filter(text=version.text_id, state=State.APPROVED)
    before.update(state=State.RETIRED, ended_at=at)
    version.state, version.decided_by, version.decided_at = State.APPROVED, by, at
    version.save()
    audit.record(
        "content.version.approved", version, by=by, at=at,
        text=version.text.code, n=version.number,
    )  # fmt: skip


@transaction.atomic
def send_back(version: Version, *, why: str, by: Person, at: datetime) -> None:
    """Return a version to its authors with the reason.

    :raises OwnWords: by one of its authors, who takes it back instead.
    :raises NotThatFar: it does not wait for approval any more.
    """
    version = _locked(version, State.SUBMITTED)
    _another_person(version, by)
    version.state, version.sent_back = State.DRAFT, why.strip()
    version.save()
    audit.record("content.version.sent_back", version, by=by, at=at, text=version.text.code)


def _locked(version: Version, state: str) -> Version:
    found = Version.objects.select_for_update(of=("self",)).select_related("text")
    held = found.get(pk=version.pk)
    if held.state != state:
        raise NotThatFar(
            _("Version %(n)s is “%(state)s” by now. Load the page again.")
            % {"n": held.number, "state": held.get_state_display()}
        )
    return held


def _another_person(version: Version, by: Person) -> None:
    if by.pk in {*version.authors, version.submitted_by_id}:
        raise OwnWords(_("You had a hand in this version. Somebody else must decide on it."))


def _complete(version: Version, at: datetime) -> None:
    lacking = queries.lacking(version.text.kind, version.body, on=core.local_date(at))
    if lacking:
        raise Incomplete(" ".join(lacking))


def _sayable(version: Version, excuse: str) -> None:
    found = queries.findings(version.text.kind, version.body)
    refused = [hit.word for hit in found if hit.refused]
    if refused:
        raise SensitiveWords(
            _("It says “%(words)s”, which must not be said. Change the words.")
            % {"words": _("”, “").join(dict.fromkeys(refused))}
        )
    if found and not excuse:
        words = _("”, “").join(dict.fromkeys(hit.word for hit in found))
        raise SensitiveWords(
            _("It says “%(words)s”. Say in one sentence why that is right here, or change it.")
            % {"words": words}
        )


def _free_ground(version: Version) -> None:
    if other := queries.same_ground(version):
        raise SameGround(
            _("“%(title)s” is tied to %(products)s too. A product has one playbook: put that "
              "one away, or untie it.")
            % other
        )  # fmt: skip
