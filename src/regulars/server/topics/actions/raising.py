"""A topic is raised, taken or dropped, and written for its audience."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.content import actions as content
from regulars.server.content.models import Version
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.segments.models import Segment
from regulars.server.topics import rules
from regulars.server.topics.models import Topic

State = Topic.State


class BadTopic(BadInput):
    """What was written is no topic, or not ready."""


class NotThatFar(Refused):
    """It is in another state by now."""


@transaction.atomic
def raise_topic(
    *,
    title: str,
    what: str,
    by: Person,
    at: datetime,
    happened_at: datetime | None = None,
    link: str = "",
    own_trade: bool = False,
    tone: str = Topic.Tone.POSITIVE,
    expires_at: datetime | None = None,
) -> Topic:
    """Say what happened. It ends after 48 hours where nobody says another end.

    :raises BadTopic: it says nothing, is to happen yet, or ends at once or in weeks.
    """
    title, what = " ".join(title.split()), " ".join(what.split())
    ends = expires_at or at + rules.LASTS
    if not title or not what:
        raise BadTopic(_("Say in a few words what happened."))
    if happened_at is not None and happened_at > at:
        raise BadTopic(_("A topic is what happened already. Write the moment of the event."))
    if not at < ends <= at + rules.LONGEST:
        raise BadTopic(_("A topic ends within 14 days from now: later it is no news."))
    made = Topic.objects.create(
        title=title,
        what=what,
        link=link,
        happened_at=happened_at or at,
        own_trade=own_trade,
        tone=tone,
        raised_by=by,
        raised_at=at,
        due_at=rules.due(at, core.work_hours()),
        expires_at=ends,
    )
    audit.record("topics.raised", made, by=by, at=at, tone=tone)
    return made


@transaction.atomic
def take(topic: Topic, *, by: Person, at: datetime) -> Topic:
    """Make something of it.

    :raises NotThatFar: somebody took or dropped it, or it is over.
    """
    found = held(topic, State.RAISED, at=at)
    found.state, found.taken_by, found.taken_at = State.TAKEN, by, at
    found.save()
    audit.record("topics.taken", found, by=by, at=at)
    return found


@transaction.atomic
def drop(topic: Topic, *, why: str, by: Person, at: datetime) -> Topic:
    """Make nothing of it, and say why.

    :raises BadTopic: no reason is given.
    :raises NotThatFar: it is out or over.
    """
    if not why.strip():
        raise BadTopic(_("Say why nothing is made of it: whoever raised it reads that."))
    found = held(topic, State.RAISED, State.TAKEN, State.WAITING)
    found.state, found.why, found.closed_at = State.DROPPED, " ".join(why.split()), at
    found.save()
    audit.record("topics.dropped", found, by=by, at=at)
    return found


@transaction.atomic
def prepare(
    topic: Topic,
    *,
    segment: Segment | None,
    by: Person,
    at: datetime,
    message: str = "",
    script: str = "",
    script_en: str = "",
    is_service: bool = False,
    alone: int = rules.ALONE,
) -> Topic:
    """Write down for whom it is, with which message and which words for managers.

    :raises NotThatFar: it is not taken, or waits for approval.
    """
    found = held(topic, State.TAKEN, at=at)
    found.segment, found.message = segment, message
    found.script, found.script_en = " ".join(script.split()), " ".join(script_en.split())
    found.is_service, found.alone = is_service, 0 if is_service else alone
    found.authors = sorted({*found.authors, by.pk})
    found.save()
    audit.record("topics.prepared", found, by=by, at=at)
    return found


@transaction.atomic
def draft_message(topic: Topic, *, channel: str, by: Person, at: datetime) -> Version:
    """Begin a message from a topic, as a draft among the messages.

    :raises NotThatFar: the topic is not taken.
    """
    found = held(topic, State.TAKEN, at=at)
    words = f"{found.title}。{found.what}" + (f"\n{found.link}" if found.link else "")
    text = {"zh": "{{ customer.salutation }}，" + words.replace("{", "｛").replace("}", "｝")}
    made = content.save_draft(
        "message",
        {
            "title": {"zh": found.title},
            "channel": channel,
            "purpose": "service" if found.is_service else "marketing",
            "wordings": [{"text": text}],
            "valid_until": core.local_date(found.expires_at).isoformat(),
        },
        by=by,
        at=at,
    )
    found.message = made.text.code
    found.authors = sorted({*found.authors, by.pk})
    found.save(update_fields=["message", "authors"])
    audit.record("topics.message.drafted", found, by=by, at=at, message=found.message)
    return made


def held(topic: Topic, *states: str, at: datetime | None = None) -> Topic:
    """Hold the row of a topic in one of some states, before its end where `at` is given.

    :raises NotThatFar: it is in another one, or its end has come.
    """
    found = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    if found.state not in states:
        told = _("It is “%(state)s” by now. Load the page again.")
        raise NotThatFar(told % {"state": found.get_state_display()})
    if at is not None and at >= found.expires_at:
        raise NotThatFar(_("Its end has come: nothing goes out any more."))
    return found
