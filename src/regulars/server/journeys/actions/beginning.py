"""A journey begins from one that is shipped, with its segment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.content import queries as content
from regulars.server.core.models import Person
from regulars.server.journeys import queries
from regulars.server.journeys.actions.making import make
from regulars.server.journeys.models import Journey
from regulars.server.journeys.rules import Enter, Route, editing, walk
from regulars.server.journeys.rules.templates import TEMPLATES
from regulars.server.segments import actions as segments
from regulars.server.segments import queries as kept
from regulars.server.segments.forms.presets import NAMES


class NoSegmentYet(BadInput):
    """Nobody knows yet who would enter."""


@transaction.atomic
def begin(
    code: str, *, name: str, name_en: str = "", segment: str = "", by: Person, at: datetime
) -> Journey:
    """Make a journey from a shipped one, or an empty one without a code.

    Without a segment the shipped one that fits is kept under the maker's name.

    :raises NoSegmentYet: no segment was chosen, and none that is shipped fits.
    """
    if code not in TEMPLATES:
        return make(name, Route(enter=Enter(segment)), by=by, at=at, name_en=name_en)
    chosen = segment or _shipped(code, by=by, at=at)
    route = _said(TEMPLATES[code].build(chosen, queries.words_of(code)))
    return make(name, route, by=by, at=at, name_en=name_en)


def _said(route: Route) -> Route:
    """A route without the messages that this company has not approved: they are chosen."""
    known = {each.code for each in content.messages_in_force()}
    for step, _depth in walk(route.steps):
        if step.message and step.message not in known:
            route = editing.change(route, replace(step, message=""))
    return route


def _shipped(code: str, *, by: Person, at: datetime) -> str:
    preset = queries.preset_for(by, code, at=at)
    if preset is None:
        raise NoSegmentYet(_("Choose who enters: no shipped segment fits your data yet."))
    name = str(NAMES[preset.code][0])
    known = kept.segments(by).filter(owner=by, name=name).first()
    if known is None:
        about = str(NAMES[preset.code][1])
        known = segments.keep(name=name, rule=preset.rule, by=by, at=at, description=about)
    return known.public_id
