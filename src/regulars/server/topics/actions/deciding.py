"""A topic goes up for approval, and a second person releases it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.care import actions as care
from regulars.server.content import queries as content
from regulars.server.content.rules.shape import Message
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.events.actions import wake
from regulars.server.core.models import Person
from regulars.server.experiments import actions as experiments
from regulars.server.experiments import queries as arms
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules.arms import TREATED, usual
from regulars.server.outreach import actions as outreach
from regulars.server.segments import queries as segments
from regulars.server.topics.actions.raising import BadTopic, held
from regulars.server.topics.models import Talk, Topic

State = Topic.State
WINDOW = 30  # days in which the effect is looked for


class OwnWords(Refused):
    """Whoever had a hand in it does not release it."""


@transaction.atomic
def submit(topic: Topic, *, by: Person, at: datetime, excuse: str = "") -> Topic:
    """Ask a second person to release it.

    :raises BadTopic: it has no audience or no words, it is bad news and no notice, its
        message is not approved or for another purpose, or a word must not be said.
    :raises NotThatFar: it is not taken, or its end has come.
    """
    found = held(topic, State.TAKEN, at=at)
    _ready(found)
    _sayable(found, excuse)
    found.state, found.sent_back = State.WAITING, ""
    found.excuse = " ".join(excuse.split())
    found.submitted_by, found.submitted_at = by, at
    found.authors = sorted({*found.authors, by.pk})
    found.save()
    audit.record("topics.submitted", found, by=by, at=at)
    return found


@transaction.atomic
def send_back(topic: Topic, *, why: str, by: Person, at: datetime) -> Topic:
    """Return it to its authors with the reason.

    :raises BadTopic: no reason is given.
    :raises OwnWords: by somebody who had a hand in it.
    """
    if not why.strip():
        raise BadTopic(_("Say what is to be changed."))
    found = held(topic, State.WAITING)
    _another_person(found, by)
    found.state, found.sent_back = State.TAKEN, " ".join(why.split())
    found.save()
    audit.record("topics.sent_back", found, by=by, at=at)
    return found


@transaction.atomic
def take_back(topic: Topic, *, by: Person, at: datetime) -> Topic:
    """Take it out of the approval again.

    :raises NotThatFar: it does not wait for approval.
    """
    found = held(topic, State.WAITING)
    found.state = State.TAKEN
    found.save()
    audit.record("topics.taken_back", found, by=by, at=at)
    return found


@transaction.atomic
def release(topic: Topic, *, by: Person, at: datetime) -> Topic:
    """Approve it and let it out: a share is left alone, the rest is written to or called.

    :raises OwnWords: by somebody who had a hand in it.
    :raises NotThatFar: it does not wait for approval, or its end has come.
    :raises BadTopic: its message or a word is not allowed any more, or nobody is reached.
    :raises Refused: no line of the message's channel is in use.
    """
    found = held(topic, State.WAITING, at=at)
    _another_person(found, by)
    _ready(found)
    _sayable(found, found.excuse)
    assert found.segment is not None
    customers = segments.members(by, found.segment, at=at)
    if not customers:
        raise BadTopic(_("Nobody is in this audience now. Choose another."))
    found.experiment = _experiment(found, len(customers), by=by, at=at)
    treated = _treated(found, customers, by=by, at=at)
    if found.message:
        _write_to(found, treated, by=by, at=at)
        found.reached = len(treated)
    if found.script:
        rows = [Talk(topic=found, customer_id=pk) for pk in treated]
        Talk.objects.bulk_create(rows, ignore_conflicts=True)
    found.state, found.decided_by, found.released_at = State.RELEASED, by, at
    found.save()
    audit.record("topics.released", found, by=by, at=at, customers=len(treated))
    if found.script:
        wake(care.HEAR)  # a card of today, not of tomorrow's list
    return found


def _ready(topic: Topic) -> None:
    if topic.segment is None:
        raise BadTopic(_("Choose for whom it is."))
    if not topic.message and not topic.script:
        raise BadTopic(_("Choose a message, or write what managers say."))
    if topic.tone == Topic.Tone.NEGATIVE and not topic.is_service:
        raise BadTopic(_("Bad news is no marketing. Mark it as a service notice, or drop it."))
    if topic.message:
        _approved(topic)


def _approved(topic: Topic) -> None:
    found = content.message_in_force(topic.message)
    if found is None:
        raise BadTopic(_("Its message is not approved yet. Have it approved under Content."))
    assert isinstance(found.body, Message)
    if topic.is_service and found.body.purpose != "service":
        raise BadTopic(_("A service notice goes out as a service message. Choose another."))
    if not topic.is_service and found.body.purpose == "service":
        raise BadTopic(_("This is a service message; what is marketing asks for consent."))


def _sayable(topic: Topic, excuse: str) -> None:
    found = [hit for text in (topic.script, topic.script_en) if text
             for hit in content.findings_in(text)]  # fmt: skip
    words = _("”, “").join(dict.fromkeys(hit.word for hit in found if hit.refused))
    if words:
        raise BadTopic(
            _("It says “%(words)s”, which must not be said. Change the words.")
            % {"words": words}
        )
    if found and not excuse.strip():
        words = _("”, “").join(dict.fromkeys(hit.word for hit in found))
        raise BadTopic(
            _("It says “%(words)s”. Say in one sentence why that is right here, or change it.")
            % {"words": words}
        )


def _another_person(topic: Topic, by: Person) -> None:
    if by.pk in {*topic.authors, topic.submitted_by_id}:
        raise OwnWords(_("You had a hand in it. Somebody else must decide on it."))


def _experiment(topic: Topic, size: int, *, by: Person, at: datetime) -> Experiment | None:
    if not topic.alone or topic.is_service:
        return None
    return experiments.plan(
        Plan(
            name=topic.title,
            kind=Experiment.Kind.CAMPAIGN,
            label="topic",
            outcome=Experiment.Outcome.ACTIVE,
            starts_on=core.local_date(at),
            source=f"topic:{topic.public_id}",
            arms=usual(topic.alone / 100),
            window_days=WINDOW,
            planned_size=size,
        ),
        by=by,
        at=at,
        owner=topic.taken_by,
    )


def _treated(topic: Topic, customers: list[int], *, by: Person, at: datetime) -> list[int]:
    """Whom it is told: all but those left alone, by this topic or by the programme."""
    if topic.experiment is None:
        return customers
    experiments.assign(topic.experiment, customers, by=by, at=at)
    drawn = arms.arms_of(topic.experiment, customers)
    return [pk for pk in customers if drawn.get(pk) == TREATED]


def _write_to(topic: Topic, customers: list[int], *, by: Person, at: datetime) -> None:
    if not customers:
        return
    outreach.reach(
        f"topic:{topic.public_id}",
        message=topic.message,
        customers=customers,
        by=by,
        at=at,
        name=topic.title,
        not_before=at,
        valid_until=topic.expires_at,
        arms=dict.fromkeys(customers, TREATED) if topic.experiment else None,
        basis={"topic": topic.public_id},
    )
