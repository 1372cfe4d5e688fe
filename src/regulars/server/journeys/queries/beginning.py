"""What a new journey may begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.journeys.rules.templates import TEMPLATES
from regulars.server.segments.queries import NotReady
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules.presets import Preset, offered


@dataclass(frozen=True)
class Beginning:
    """A shipped journey as it is offered: its name, what it is for, whom it is about."""

    code: str
    name: str
    about: str


def beginnings() -> list[Beginning]:
    """The shipped journeys, in the reader's language."""
    return [
        Beginning(
            "win_back",
            _("Win back who is slipping away"),
            _(
                "A word first, then a call by whoever looks after them, once more after three "
                "weeks. Whoever buys is out."
            ),
        ),
        Beginning(
            "welcome",
            _("Welcome in the first 90 days"),
            _(
                "Thanks, a call within a fortnight, after a month a second reason to come, and "
                "a look at it before day 90."
            ),
        ),
        Beginning(
            "frequency",
            _("Raise the frequency of who is promising"),
            _(
                "They come lately and spend well, but seldom: a reason to come on a Friday, up "
                "to three times, then a call."
            ),
        ),
    ]


def words_of(code: str) -> Mapping[str, str]:
    """What the tasks and ends of a shipped journey say."""
    call = _("Call and ask how they are")
    say = _("it has been a while. How are you, and is there anything I can do for you?")
    common = {
        "call": call,
        "call_say": say,
        "talked": _("They spoke with us"),
        "helped": _("They spoke with us after the call"),
        "end": _("Everything was tried"),
    }
    welcome = {
        "call_say": _("thank you for being with us. Has everything gone as you wished so far?"),
        "offer": _("Offer what comes next"),
        "offer_say": _("may I show you what others in your situation found useful?"),
        "review": _("Look at the first 90 days together"),
        "review_say": _("you have been with us for almost three months. What can be better?"),
        "end": _("The first 90 days are over"),
    }
    return common | (welcome if code == "welcome" else {})


def preset_for(viewer: Person, code: str, *, at: datetime) -> Preset | None:
    """The shipped segment that fits a shipped journey; None while scores are missing."""
    try:
        fields = ground(viewer, at).fields
    except NotReady:
        return None
    company = core.company()
    found = {each.code: each for each in offered(fields, company.kind if company else "")}
    wanted = TEMPLATES[code].presets
    return next((found[name] for name in wanted if name in found), None)
