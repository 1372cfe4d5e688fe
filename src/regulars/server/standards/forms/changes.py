"""What a version changed, in words: before, after, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regulars.server.standards import queries
from regulars.server.standards.forms.places import CLASSES, place_words
from regulars.server.standards.forms.shown import STAGE
from regulars.server.standards.forms.words import DOER, PURPOSE, by_whom, lines_words, ways
from regulars.server.standards.queries import Place
from regulars.server.standards.rules import Changed, Differences


@dataclass(frozen=True)
class ChangeShown:
    """One change: where, what it is about, before and after."""

    where: str
    about: str
    before: str
    after: str


def described(found: Differences) -> list[ChangeShown]:
    """Every change in words, in the order of the page."""
    return [*_cells(found), *_treatments(found), *_plans(found), *_hours(found)]


def _cells(found: Differences) -> list[ChangeShown]:
    units = queries.unit_names()
    tiers = {kind: queries.levels(kind) for kind in {cell.kind for cell in found.cells}}
    told = []
    for cell in found.cells:
        place = Place(cell.kind, units.get(cell.unit), cell.business_class)
        named = tiers[cell.kind].get(cell.level)
        told.append(
            ChangeShown(
                where=f"{place_words(place)} · {named.name}" if named else place_words(place),
                about=str(PURPOSE[cell.purpose]),
                before=_said(cell.before, is_general=place.is_general),
                after=_said(cell.after, is_general=place.is_general),
            )
        )
    return told


def _said(lines: Any, *, is_general: bool) -> str:
    if not lines and not is_general:
        return _("as generally")
    return lines_words(lines)


def _treatments(found: Differences) -> list[ChangeShown]:
    return [
        ChangeShown(
            _("Stage treatment"),
            str(STAGE[one.code]),
            _treatment(one.before),
            _treatment(one.after),
        )
        for one in found.treatments
    ]


def _treatment(of: Any) -> str:
    if of is None:
        return "—"
    state = "" if of.is_on else _("no task")
    days = _("%(n)d working days") % {"n": of.workdays}
    parts = (of.name, of.task, state, by_whom(of.doer), days, ways(of.channels))
    return " · ".join(part for part in parts if part)


def _plans(found: Differences) -> list[ChangeShown]:
    return [
        ChangeShown(
            _("Class plan"), str(CLASSES[one.code]), _plan(one.before), _plan(one.after)
        )
        for one in found.plans
    ]


def _plan(of: Any) -> str:
    if of is None:
        return "—"
    return " ".join(part for part in (of.aim, of.steps, ", ".join(of.products)) if part)


def _hours(found: Differences) -> list[ChangeShown]:
    return [
        ChangeShown(_("Hours"), _hour(one), _figure(one, one.before), _figure(one, one.after))
        for one in found.hours
    ]


def _hour(one: Changed) -> str:
    named = {
        "hours_a_day": _("Hours of work a day"),
        "remote_people": _("People of the remote team"),
    }
    return named.get(one.code) or _("%(who)s: share of the time") % {"who": DOER[one.code]}


def _figure(one: Changed, value: Any) -> str:
    if value is None:
        return "—"
    return f"{value:g}" if one.code in ("hours_a_day", "remote_people") else f"{value:.0%}"
