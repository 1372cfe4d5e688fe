"""What a campaign lacks before it is launched: the whole list, one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.base.errors import RegularsError
from regulars.server.campaigns.models import Campaign, Step
from regulars.server.campaigns.queries.audience import ids
from regulars.server.campaigns.queries.lists import deciders
from regulars.server.content import queries as content
from regulars.server.content.queries import InForce
from regulars.server.content.rules.shape import Message
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.delivery import queries as delivery
from regulars.server.experiments.models import Experiment

WHAT, WHO, OFFER, WHEN = "what", "who", "offer", "when"
PARTS = (WHAT, WHO, OFFER, WHEN)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: where it is mended, and whether it keeps from launching."""

    part: str
    words: str
    ok: bool = False
    stops: bool = True


def lacking(
    viewer: Person, campaign: Campaign, at: datetime, *, people: int | None = None
) -> list[str]:
    """A sentence for each thing that keeps the campaign from being launched."""
    found = checks(viewer, campaign, at, people=people)
    return [one.words for one in found if not one.ok and one.stops]


def checks(
    viewer: Person, campaign: Campaign, at: datetime, *, people: int | None = None
) -> list[Check]:
    """Everything that is looked at, in the order of the plan."""
    today = core.local_date(at)
    return [
        *_what(campaign),
        *_who(viewer, campaign, at, people),
        *_offer(campaign, today),
        *_when(campaign, today),
    ]


def _what(campaign: Campaign) -> Iterator[Check]:
    if not campaign.goal:
        yield Check(WHAT, _("Say what is to be better afterwards: the goal."))
    else:
        yield Check(WHAT, _("The goal and what is measured are said"), ok=True)
    if campaign.state == Campaign.State.DRAFT and not deciders(campaign):
        yield Check(WHAT, nobody_else())
    if not campaign.owner.is_active:
        yield Check(WHAT, _("%(name)s does not work here any more.") % {"name": campaign.owner})


def nobody_else() -> str:
    return _(
        "Nobody else may approve it. An administrator makes a second person marketer, "
        "administrator or leader of the whole company."
    )


def _who(
    viewer: Person, campaign: Campaign, at: datetime, people: int | None
) -> Iterator[Check]:
    nobody = campaign.audience == Campaign.Audience.SEGMENT and campaign.segment is None
    if nobody:
        yield Check(WHO, _("Choose whom it is for: a segment or a group."))
        return
    if people is None:
        try:
            people = len(ids(viewer, campaign, at))
        except RegularsError as problem:
            yield Check(WHO, str(problem))
            return
    if not people:
        yield Check(WHO, _("Nobody is in it now: the audience is empty."))
    else:
        yield Check(WHO, _("Somebody is in it"), ok=True)
    if campaign.holdout <= 0:
        if campaign.b_share:
            yield Check(WHO, _("Two wordings are compared only with some left alone."))
        words = _("Nobody is left alone: what it did will not be known.")
        yield Check(WHO, words, stops=False)
    if campaign.keep_arms:
        before = campaign.previous and campaign.previous.experiment
        if before is None or before.state == Experiment.State.CLOSED:
            yield Check(
                WHO, _("The earlier campaign is measured to its end. Draw the people anew.")
            )


def _offer(campaign: Campaign, today: date) -> Iterator[Check]:
    steps = list(campaign.steps.all())
    if not steps:
        yield Check(OFFER, _("Choose at least one way to reach customers."))
    for step in steps:
        wrong = list(_step(campaign, step, today))
        yield from wrong
        if not wrong:
            told = _("Step %(n)s: “%(title)s” is approved and its fields are known")
            text = content.message_in_force(step.message)
            title = title_of(text) if text else ""
            yield Check(OFFER, told % {"n": step.position, "title": title}, ok=True)


def _step(campaign: Campaign, step: Step, today: date) -> Iterator[Check]:
    n = step.position
    text = content.message_in_force(step.message) if step.message else None
    if text is None:
        words = (
            _("Step %(n)s: the message “%(code)s” is not approved.")
            if step.message
            else _("Step %(n)s: choose what is said.")
        )
        yield Check(OFFER, words % {"n": n, "code": step.message})
    else:
        yield from _message(campaign, step, text, today)
    if not step.is_work and delivery.line_for(step.channel) is None:
        words = _("Step %(n)s: no line for %(way)s is in use. An administrator adds one.")
        yield Check(OFFER, words % {"n": n, "way": step.get_channel_display()})


def _message(campaign: Campaign, step: Step, text: InForce, today: date) -> Iterator[Check]:
    body, n = text.body, step.position
    assert isinstance(body, Message)
    for problem in content.lacking("message", body, on=today):
        yield Check(OFFER, _("Step %(n)s: %(problem)s") % {"n": n, "problem": problem})
    if body.channel != step.channel:
        words = _("Step %(n)s: “%(title)s” is not written for this way.")
        yield Check(OFFER, words % {"n": n, "title": title_of(text)})
    if body.purpose != campaign.purpose:
        words = _("Step %(n)s: “%(title)s” is for another purpose than the campaign.")
        yield Check(OFFER, words % {"n": n, "title": title_of(text)})
    if campaign.b_share and len(body.wordings) < 2:
        words = _("Step %(n)s: “%(title)s” has no wording B.")
        yield Check(OFFER, words % {"n": n, "title": title_of(text)})
    last = body.valid_until
    if last and campaign.ends_on and date.fromisoformat(last) < campaign.ends_on:
        words = _("Step %(n)s: the message ends on %(day)s, before the campaign does.")
        yield Check(OFFER, words % {"n": n, "day": last}, stops=False)


def _when(campaign: Campaign, today: date) -> Iterator[Check]:
    starts, ends = campaign.starts_on, campaign.ends_on
    if starts is None or ends is None:
        yield Check(WHEN, _("Say on which day it begins, and which is its last."))
        return
    if ends < starts:
        yield Check(WHEN, _("Its last day lies before its first."))
    elif ends < today:
        yield Check(WHEN, _("Its last day, %(day)s, is over.") % {"day": ends})
    else:
        yield Check(WHEN, _("The days fit"), ok=True)
    for wave in campaign.waves.all():
        if not starts <= wave.on <= ends:
            words = _("Wave %(n)s begins on %(day)s, outside the days of the campaign.")
            yield Check(WHEN, words % {"n": wave.number, "day": wave.on})
    for phase in campaign.phases.all():
        if phase.owner is None or not phase.owner.is_active:
            yield Check(WHEN, _("Nobody is named for the phase “%(name)s”.") % {"name": phase})
        if phase.ends_on < phase.begins_on:
            yield Check(WHEN, _("“%(name)s” ends before it begins.") % {"name": phase})


def title_of(text: InForce) -> str:
    """What a message is called in the reader's language."""
    assert isinstance(text.body, Message)
    return text.body.title.of(get_language() or "zh")
