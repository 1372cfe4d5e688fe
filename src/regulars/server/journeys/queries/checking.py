"""What keeps a version from being published, in words and with its place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.delivery import queries as lines
from regulars.server.journeys import rules
from regulars.server.journeys.models import Version
from regulars.server.journeys.queries.journeys import in_force
from regulars.server.journeys.queries.travelling import standing_at
from regulars.server.journeys.queries.wording import Wording, sentence
from regulars.server.journeys.rules import Aim, Ask, Code, Kind, Route
from regulars.server.segments import queries as segments

TOLD = {
    Code.NO_SEGMENT: gettext_lazy("Choose the segment whose customers enter."),
    Code.NO_STEPS: gettext_lazy("There is no step yet. Add the first one."),
    Code.NO_GOAL_SEGMENT: gettext_lazy("Choose the segment that is the goal."),
    Code.SAME_ID: gettext_lazy("Two steps have one id. Remove one and add it anew."),
    Code.TOO_MANY: gettext_lazy("It has more than 60 steps. Make two journeys of it."),
    Code.TOO_DEEP: gettext_lazy("It stands too deep in branches. Move it up."),
    Code.UNREACHED: gettext_lazy(
        "No way leads here: every way ends before it. Move it up, or remove it."
    ),
    Code.LOOP: gettext_lazy(
        "It goes back without a wait between, so it would all happen at once. Add a wait."
    ),
    Code.NO_EXIT: gettext_lazy(
        "A way runs out after this step. Put an exit at the end, so that it is clear where "
        "it ends."
    ),
    Code.NOWHERE: gettext_lazy("Choose an earlier step to go back to."),
    Code.NO_MESSAGE: gettext_lazy("Choose the message that is sent."),
    Code.NO_TEXT: gettext_lazy("Say what the manager is to do."),
    Code.NO_ASKED: gettext_lazy("Choose the segment that is asked about."),
    Code.NO_DAYS: gettext_lazy("Give a number of days, or of times, that is possible."),
    Code.NO_DATE: gettext_lazy("Give the date."),
    Code.BAD_HOUR: gettext_lazy("Give the time of day, such as 09:30."),
    Code.NOT_SENT: gettext_lazy("No message is sent before it, so none can have arrived."),
    Code.EMPTY_BRANCH: gettext_lazy("Both ways are empty. Add a step to one, or remove it."),
    Code.HOLDOUT: gettext_lazy("Between 0 and 50% may be left alone."),
    Code.WINDOW: gettext_lazy("The goal counts for 1 to 730 days."),
}


@dataclass(frozen=True)
class Lack:
    """Something to mend, at which step; an empty step is the journey itself."""

    words: str
    step: str = ""
    place: str = ""


def lacking(version: Version, *, at: datetime) -> list[Lack]:
    """A sentence for each thing that keeps a version from being submitted."""
    route = rules.read(version.body)
    wording = Wording.of(version.journey.owner, route)
    steps = rules.by_id(route)
    found = [(str(TOLD[one.code]), one.step) for one in rules.troubles(route)]
    found += _missing(version, route, at=at)
    return [
        Lack(words, step, sentence(steps[step], wording) if step in steps else "")
        for words, step in found
    ]


def to_decide(version: Version) -> list[str]:
    """The steps that are gone in a version and at which customers may be."""
    before = in_force(version.journey)
    if before is None or before.pk == version.pk:
        return []
    now = rules.read(version.body)
    kept = rules.by_id(now)
    gone = rules.removed(rules.read(before.body), now)
    left = [step for step in standing_at(version) if step not in kept and step not in gone]
    return [*gone, *sorted(left)]


def _missing(version: Version, route: Route, *, at: datetime) -> Iterator[tuple[str, str]]:
    """Messages that are not approved, ways that are not open, segments that are not there."""
    owner = version.journey.owner
    known = set(segments.segments(owner).values_list("public_id", flat=True))
    gone = _("%(owner)s has no such segment any more.") % {"owner": owner}
    if route.enter.segment and route.enter.segment not in known:
        yield gone, ""
    if route.goal.aim is Aim.SEGMENT and route.goal.segment not in {"", *known}:
        yield gone, ""
    for step, _depth in rules.walk(route.steps):
        if step.kind is Kind.BRANCH and step.ask is Ask.SEGMENT:
            if step.segment not in {"", *known}:
                yield gone, step.id
        elif step.kind is Kind.SEND and (told := _unsendable(step.message, at=at)):
            yield told, step.id


def _unsendable(code: str, *, at: datetime) -> str:
    if not code:
        return ""  # said already
    day = core.local_date(at)
    found = next((one for one in content.messages_in_force(on=day) if one.code == code), None)
    if found is None:
        return _("This message is not approved any more, or its last day is over.")
    if lines.line_for(found.body.channel) is None:  # type: ignore[union-attr]
        return _("No line of this channel is in use. An administrator adds one.")
    return ""
