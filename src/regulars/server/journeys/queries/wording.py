"""What a journey says, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext, npgettext, pgettext
from django.utils.translation import gettext as _

from regulars.server.content import queries as content
from regulars.server.core.models import Person
from regulars.server.journeys.rules import (
    OF_CUSTOMER,
    Aim,
    Ask,
    How,
    Kind,
    Route,
    Step,
    Until,
    by_id,
)
from regulars.server.segments import queries as segments
from regulars.server.web.rules import day

WEEKDAYS = (
    gettext_lazy("Monday"),
    gettext_lazy("Tuesday"),
    gettext_lazy("Wednesday"),
    gettext_lazy("Thursday"),
    gettext_lazy("Friday"),
    gettext_lazy("Saturday"),
    gettext_lazy("Sunday"),
)
OWN_DAYS = {
    Until.BIRTHDAY: gettext_lazy("the next birthday"),
    Until.MATURITY: gettext_lazy("the next maturity of what they hold"),
    Until.CONTRACT: gettext_lazy("the end of what was agreed with them"),
}
ICONS: Mapping[Kind, str] = {
    Kind.WAIT: "clock",
    Kind.BRANCH: "help-circle",
    Kind.SEND: "send",
    Kind.TASK: "phone",
    Kind.REPEAT: "arrow-back-up",
    Kind.EXIT: "circle-check",
}


@dataclass(frozen=True)
class Wording:
    """What segments and messages are called, for whoever reads."""

    segments: Mapping[str, str] = field(default_factory=dict)
    messages: Mapping[str, str] = field(default_factory=dict)
    route: Route | None = None

    @classmethod
    def of(cls, owner: Person, route: Route | None = None) -> Wording:
        named = {each.public_id: str(each) for each in segments.segments(owner)}
        language = get_language() or "zh"
        titles = {
            each.code: each.body.title.of(language) for each in content.messages_in_force()
        }
        return cls(named, titles, route)

    def segment(self, public_id: str) -> str:
        return self.segments.get(public_id) or _("a segment that is not there")

    def message(self, code: str) -> str:
        return self.messages.get(code) or code or _("no message yet")


def enters(route: Route, wording: Wording) -> str:
    """Who enters, as a sentence."""
    told = {"segment": wording.segment(route.enter.segment)}
    how = {
        How.NOW: _("Who is in “%(segment)s” when the journey starts enters"),
        How.DAILY: _("Who is in “%(segment)s” on any day enters"),
        How.NEWLY: _("Who newly comes into “%(segment)s” enters"),
    }[route.enter.how] % told
    if route.enter.again is None:
        often = _("once ever")
    else:
        often = ngettext(
            "again after %(n)s day at the earliest",
            "again after %(n)s days at the earliest",
            route.enter.again,
        ) % {"n": route.enter.again}
    return _("%(how)s, %(often)s.") % {"how": how, "often": often}


def aims(route: Route, wording: Wording) -> str:
    """What takes a customer out, as a sentence; nothing where there is no goal."""
    if route.goal.aim is Aim.BOUGHT:
        return _("Who buys has reached the goal and leaves, wherever they are.")
    if route.goal.aim is Aim.SEGMENT:
        told = {"segment": wording.segment(route.goal.segment)}
        return (
            _("Who is in “%(segment)s” has reached the goal and leaves, wherever they are.")
            % told
        )
    return ""


def sentence(step: Step, wording: Wording) -> str:
    """One step as somebody would say it."""
    match step.kind:
        case Kind.WAIT:
            return waits(step)
        case Kind.BRANCH:
            return asks(step, wording)
        case Kind.SEND:
            told: dict[str, Any] = {"message": wording.message(step.message), "n": step.days}
            return (
                ngettext(
                    "Send “%(message)s”, within %(n)s day",
                    "Send “%(message)s”, within %(n)s days",
                    step.days,
                )
                % told
            )
        case Kind.TASK:
            return ngettext(
                "A task for the manager: %(text)s; its result is waited for %(n)s day",
                "A task for the manager: %(text)s; its result is waited for %(n)s days",
                step.days,
            ) % {"text": step.text, "n": step.days}
        case Kind.REPEAT:
            return ngettext(
                "Go back to “%(step)s”, %(n)s time",
                "Go back to “%(step)s”, %(n)s times",
                step.times,
            ) % {"step": _named(step.to, wording), "n": step.times}
        case Kind.EXIT:
            if step.text:
                return pgettext("journey", "The end: %(words)s") % {"words": step.text}
            return pgettext("journey", "The end")


def waits(step: Step) -> str:
    at = {"hour": step.hour}
    if step.until is Until.HOUR:
        return _("Wait until %(hour)s") % at
    if step.until is Until.WEEKDAY:
        told = at | {"day": str(WEEKDAYS[step.weekday % 7])}
        words = _("Wait until %(day)s, %(hour)s") if step.hour else _("Wait until %(day)s")
        return words % told
    if step.until in OF_CUSTOMER:
        return _waits_for_own(step)
    if step.until is Until.DATE:
        date_told: dict[str, Any] = {"n": step.days, "date": _day(step.on)}
        words = ngettext(
            "Wait until %(n)s day before %(date)s",
            "Wait until %(n)s days before %(date)s",
            step.days,
        )
        words = words if step.days else _("Wait until %(date)s")
        found = words % date_told
    else:
        found = ngettext("Wait %(n)s day", "Wait %(n)s days", step.days) % {"n": step.days}
    if step.hour:
        return _("%(wait)s, until %(hour)s") % {"wait": found, "hour": step.hour}
    return found


def _waits_for_own(step: Step) -> str:
    """A wait for a day of the customer; it says what becomes of who has none."""
    told: dict[str, Any] = {"n": step.days, "date": str(OWN_DAYS[step.until])}
    if not step.days:
        words = pgettext("day of the customer", "Wait until %(date)s")
    elif step.after:
        words = npgettext(
            "day of the customer",
            "Wait until %(n)s day after %(date)s",
            "Wait until %(n)s days after %(date)s",
            step.days,
        )
    else:
        words = npgettext(
            "day of the customer",
            "Wait until %(n)s day before %(date)s",
            "Wait until %(n)s days before %(date)s",
            step.days,
        )
    found = words % told
    if step.hour:
        found = _("%(wait)s, until %(hour)s") % {"wait": found, "hour": step.hour}
    return _("%(wait)s; who has no such day goes on at once") % {"wait": found}


def asks(step: Step, wording: Wording) -> str:
    if step.ask is Ask.SEGMENT:
        return _("Is the customer in “%(segment)s” now?") % {
            "segment": wording.segment(step.segment)
        }
    if step.ask is Ask.DAY:
        return _("Is %(date)s known, and ahead?") % {"date": str(OWN_DAYS[step.until])}
    return {
        Ask.ARRIVED: _("Did the last message arrive?"),
        Ask.ANSWERED: _("Have they spoken with us since they entered?"),
        Ask.BOUGHT: _("Have they bought since they entered?"),
    }[step.ask]


def happenings() -> dict[str, str]:
    """What a line of the log is called."""
    return {
        "waited": _("Waited"),
        "undated": _("No such day is known: went on at once"),
        "passed": _("Its time was over: nothing to wait for"),
        "sent": _("Handed over for sending"),
        "late": _("Not sent: its time was over"),
        "done": pgettext("errand", "Done"),
        "undone": pgettext("errand", "Not done in time"),
        "yes": pgettext("branch", "Yes"),
        "no": pgettext("branch", "No"),
        "back": _("Back once more"),
        "on": _("Went on"),
        "exit": pgettext("journey", "The end"),
    }


def _named(step: str, wording: Wording) -> str:
    steps = by_id(wording.route) if wording.route else {}
    if step not in steps or steps[step].kind is Kind.REPEAT:
        return _("a step that is not there")
    return sentence(steps[step], wording)


def _day(on: str) -> str:
    try:
        return day(date.fromisoformat(on), "full", language=get_language())
    except ValueError:
        return _("no date yet")
