"""The company's own numbers for the triggers: which speak, how soon, by which ways."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.care.actions.own import take_back_all
from regulars.server.care.models import Stay, Task
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.rules.catalogue import TRIGGERS, Trigger
from regulars.server.care.rules.detectors import After, Before, Silence
from regulars.server.care.rules.own import BOUNDS, MOST_STAGES
from regulars.server.care.rules.policy import Policy
from regulars.server.care.rules.shape import Pack, Priority
from regulars.server.core import actions as company
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Company

# What may be set of a trigger -> the company's setting that keeps it, by the trigger's code.
KEPT: Mapping[str, str] = {
    "deadline": "deadlines",
    "minutes": "minutes",
    "chance": "chances",
    "priority": "priorities",
    "channels": "ways",
    "stages": "stages",
    "cap": "caps",
    "holdout": "holdouts",
}
CAP = (1, 200)
ALONE = (0.01, 0.5)  # of those a trigger finds
# Before a date, and long after something happened: three years of a car.
STAGE = (-400, 1500)


class BeyondBounds(BadInput):
    """A number that no sane company gives a trigger."""


@transaction.atomic
def tune(code: str, *, by: Actor, at: datetime, **values: Any) -> None:
    """Set numbers of a trigger; None gives what was shipped, or written, back.

    :raises BeyondBounds: a number is beyond its bounds, or not for this trigger.
    """
    trigger, settings = catalogue()[code], _settings()
    changes = {}
    for name, value in values.items():
        kept = dict(settings.get(KEPT[name], {}))
        if value is None:
            kept.pop(code, None)
        else:
            kept[code] = _checked(trigger, name, value)
        changes[KEPT[name]] = kept
    company.change_settings(by=by, at=at, **changes)
    if values.get("cap"):  # what was left out as a wave is told too, so many a day
        with scope.beyond():
            Stay.objects.filter(trigger=code).update(speaks=True)
    audit.record("care.trigger.tuned", code, by=by, at=at, fields=sorted(values))


def restore(code: str, *, by: Actor, at: datetime) -> None:
    """Give a trigger all its numbers back as they were shipped, or written."""
    tune(code, by=by, at=at, **dict.fromkeys(KEPT))


@transaction.atomic
def switch(code: str, *, on: bool, by: Actor, at: datetime) -> None:
    """Let a shipped trigger speak, or be silent; what waits of it is taken back."""
    off = set(_policy().off)
    company.change_settings(
        by=by, at=at, triggers_off=sorted(off - {code} if on else off | {code})
    )
    taken = 0 if on else take_back_all(code, Task.Gone.OFF, at=at)
    action = "care.trigger.switched_on" if on else "care.trigger.switched_off"
    audit.record(action, code, by=by, at=at, taken_back=taken)


@transaction.atomic
def choose_packs(packs: Collection[str], *, by: Actor, at: datetime) -> None:
    """Say which trades the company is in; what was switched off one by one stays off.

    :raises BeyondBounds: none is left, or one is unknown.
    """
    known = {str(pack) for pack in Pack if pack != Pack.OWN}
    if not packs or not set(packs) <= known:
        raise BeyondBounds(_("Choose at least one trade."))
    off = sorted(_policy().off)
    company.change_settings(by=by, at=at, packs=sorted(packs), triggers_off=off)
    audit.record("care.packs.chosen", "care", by=by, at=at, packs=sorted(packs))


@transaction.atomic
def only_from_now(code: str, *, by: Actor, at: datetime) -> int:
    """Leave out what was so before today: who is in a state is known, what waits is gone."""
    since = dict(_settings().get("news_since", {})) | {code: core.local_date(at).isoformat()}
    company.change_settings(by=by, at=at, news_since=since)
    with scope.beyond():
        Stay.objects.filter(trigger=code).update(speaks=False)
    taken = take_back_all(code, Task.Gone.OLD, at=at)
    audit.record("care.trigger.only_from_now", code, by=by, at=at, taken_back=taken)
    return taken


def _settings() -> Mapping[str, Any]:
    """The company's settings, held until they are written."""
    held: Mapping[str, Any] = Company.objects.select_for_update().get(pk=1).settings
    return held


def _policy() -> Policy:
    held = Company.objects.select_for_update().get(pk=1)
    return Policy.of(held.settings, kind=held.kind)


def _checked(trigger: Trigger, name: str, value: Any) -> Any:
    if name == "channels":
        return _ways(value)
    if name == "stages":
        return _steps(trigger, value)
    if name == "priority":
        return _class(trigger, int(value))
    low, high = {"cap": CAP, "holdout": ALONE}.get(name) or BOUNDS[name]
    if not low <= value <= high:
        raise BeyondBounds(
            _("%(value)s is beyond %(low)s to %(high)s.")
            % {"value": value, "low": f"{low:g}", "high": f"{high:g}"}
        )
    return value


def _ways(value: Collection[str]) -> list[str]:
    if not value:
        raise BeyondBounds(_("Choose one way at least."))
    return list(dict.fromkeys(value))


def _steps(trigger: Trigger, value: Collection[int]) -> list[int]:
    if not has_stages(trigger):
        raise BeyondBounds(_("This trigger has no steps of days."))
    stages = list(dict.fromkeys(int(each) for each in value))
    low, high = STAGE
    if not 1 <= len(stages) <= MOST_STAGES or not all(low <= n <= high for n in stages):
        raise BeyondBounds(
            _("Give one to %(most)s numbers of days, from %(low)s to %(high)s.")
            % {"most": MOST_STAGES, "low": low, "high": high}
        )
    return stages


def has_stages(trigger: Trigger) -> bool:
    return isinstance(trigger.detect, Before | After | Silence)


def _class(trigger: Trigger, value: int) -> int:
    """The first class is for promises, complaints and duties: none comes in or goes out."""
    shipped = TRIGGERS.get(trigger.code, trigger).priority
    if shipped == Priority.PROMISE or not Priority.LOSS <= value <= Priority.CARE:
        raise BeyondBounds(
            _("Promises, complaints and duties are a class of their own; others are 2 to 5.")
        )
    return value
