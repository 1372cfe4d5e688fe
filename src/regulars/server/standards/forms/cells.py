"""What a person may type for one cell: who does it, how often, how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.standards.models import CHANNEL_CHOICES, DOERS, MANNERS, RHYTHMS
from regulars.server.standards.queries import Place
from regulars.server.standards.rules import Doer, Line, Purpose, Rhythm
from regulars.server.standards.rules.checks import MOST_DAYS, MOST_LEAD, MOST_MINUTES
from regulars.server.web.forms import dress

MOST_LINES = 4
OWN, GENERAL, NEVER = "own", "general", "never"
MANNERS_OF: Mapping[str, tuple[str, ...]] = {
    Purpose.GREETING: ("invite", "gift", "words"),
    Purpose.REVIEW: ("plan", "rating"),
    Purpose.CONTACT: ("notices",),
}
HOURS, WORKDAYS = "hours", "workdays"


class LineForm(forms.Form):
    """One line of a cell. Without a role there is no line."""

    doer = forms.ChoiceField(
        label=pgettext_lazy("standard", "Who"),
        choices=[("", _("nobody further")), *DOERS],
        required=False,
    )
    rhythm = forms.ChoiceField(
        label=_("How often"),
        choices=[(code, words) for code, words in RHYTHMS if code != Rhythm.NEVER],
        required=False,
    )
    days = forms.IntegerField(label=_("Days"), min_value=1, max_value=MOST_DAYS, required=False)
    within = forms.IntegerField(label=_("Within"), min_value=1, max_value=99, required=False)
    within_unit = forms.ChoiceField(
        label=_("counted in"),
        choices=[(HOURS, _("working hours")), (WORKDAYS, _("working days"))],
        required=False,
    )
    lead_from = forms.IntegerField(
        label=_("From how many days before"), min_value=0, max_value=MOST_LEAD, required=False
    )
    lead_until = forms.IntegerField(
        label=_("until how many days before"), min_value=0, max_value=MOST_LEAD, required=False
    )
    minutes = forms.IntegerField(
        label=_("Minutes each time"), min_value=0, max_value=MOST_MINUTES, required=False
    )
    manner = forms.ChoiceField(label=_("As"), required=False)
    channels = forms.MultipleChoiceField(
        label=pgettext_lazy("way", "By"),
        choices=CHANNEL_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, number: int, purpose: Purpose, shown: Line | None) -> None:
        super().__init__(data, prefix=str(number), initial=_shown(shown))
        self.purpose = purpose
        for name in _foreign(purpose):
            del self.fields[name]
        if "manner" in self.fields:
            known = [m for m in MANNERS if m[0] in MANNERS_OF[purpose]]
            self.fields["manner"].choices = [("", "—"), *known]  # type: ignore[attr-defined]
        if purpose == Purpose.COMPLAINT:
            people = [each for each in DOERS if each[0] != Doer.MACHINE]
            self.fields["doer"].choices = [("", _("nobody further")), *people]  # type: ignore[attr-defined]
        dress(self)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        doer = given.get("doer")
        if not doer:
            return given
        if given.get("rhythm") == Rhythm.DAYS and not given.get("days"):
            self.add_error(
                "days", gettext("Write the number of days from one time to the next.")
            )
        if self.purpose == Purpose.COMPLAINT and not given.get("within"):
            self.add_error("within", gettext("Write a number of hours or working days."))
        if self.purpose == Purpose.GREETING:
            self._check_lead(given)
        if doer != Doer.MACHINE and not given.get("minutes"):
            self.add_error(
                "minutes",
                gettext("Say how many minutes it takes; without it no hours can be reckoned."),
            )
        return given

    def line(self, level: int, place: Place) -> Line | None:
        """What was typed, as a line; nothing where there is no role."""
        given = self.cleaned_data
        doer = given.get("doer")
        if not doer:
            return None
        people = doer != Doer.MACHINE
        rhythm = {Purpose.GREETING: Rhythm.YEAR, Purpose.COMPLAINT: Rhythm.EVENT}.get(
            self.purpose, given.get("rhythm") or Rhythm.EVENT
        )
        within, unit = given.get("within"), given.get("within_unit") or HOURS
        return Line(
            level=level,
            purpose=self.purpose.value,
            doer=doer,
            rhythm=str(rhythm),
            days=given.get("days") if rhythm == Rhythm.DAYS else None,
            minutes=(given.get("minutes") or 0) if people else 0,
            channels=tuple(given.get("channels") or ()),
            manner=given.get("manner") or "",
            lead_from=given.get("lead_from"),
            lead_until=given.get("lead_until"),
            hours=within if unit == HOURS else None,
            workdays=within if unit == WORKDAYS else None,
            kind=place.kind,
            unit=place.path,
            business_class=place.business_class,
        )

    def _check_lead(self, given: Mapping[str, Any]) -> None:
        first, last = given.get("lead_from"), given.get("lead_until")
        if first is None or last is None or last > first:
            said = gettext(
                "Write from more days before the birthday until fewer, as 21 and 14."
            )
            self.add_error("lead_from", said)


class CellForm:
    """The lines of one cell for one group of customers."""

    def __init__(
        self, data: Any, *, level: int, purpose: Purpose, place: Place, shown: Sequence[Line],
        says: str,
    ) -> None:  # fmt: skip
        self.level, self.purpose, self.place = level, purpose, place
        self.is_bound = data is not None
        self.says = OWN if place.is_general else (data.get("says", says) if data else says)
        count = min(len(shown) + 1, MOST_LINES)
        if data is not None and data.get("lines", "").isdecimal():
            count = min(int(data["lines"]), MOST_LINES)
        self.lines = [
            LineForm(
                data, number=n, purpose=purpose, shown=shown[n] if n < len(shown) else None
            )
            for n in range(count)
        ]

    @cached_property
    def problem(self) -> str:
        """What is wrong with the cell as a whole."""
        doers = [line.doer for line in self._typed()]
        if len(set(doers)) != len(doers):
            return gettext("The same role stands twice. Put it into one line.")
        return ""

    def is_valid(self) -> bool:
        if self.says != OWN:
            return True
        valid = [form.is_valid() for form in self.lines]  # each of them, for its own errors
        return all(valid) and not self.problem

    def read(self) -> list[Line]:
        """The lines of the cell; none where it follows the general standard."""
        if self.says == GENERAL:
            return []
        if self.says == NEVER:
            nothing = Line(self.level, self.purpose.value, Doer.MACHINE, Rhythm.NEVER.value)
            place = self.place
            return [
                replace(
                    nothing, kind=place.kind, unit=place.path,
                    business_class=place.business_class,
                )
            ]  # fmt: skip
        return self._typed()

    def _typed(self) -> list[Line]:
        found = (form.line(self.level, self.place) for form in self.lines if form.is_valid())
        return [line for line in found if line is not None]


def _shown(line: Line | None) -> dict[str, Any]:
    if line is None or line.rhythm == Rhythm.NEVER:
        return {"rhythm": Rhythm.QUARTER.value}
    return {
        "doer": line.doer,
        "rhythm": line.rhythm,
        "days": line.days,
        "within": line.hours or line.workdays,
        "within_unit": WORKDAYS if line.workdays else HOURS,
        "lead_from": line.lead_from,
        "lead_until": line.lead_until,
        "minutes": line.minutes,
        "manner": line.manner,
        "channels": list(line.channels),
    }


def _foreign(purpose: Purpose) -> list[str]:
    """Fields that a purpose has no use for."""
    gone = []
    if purpose != Purpose.COMPLAINT:
        gone += ["within", "within_unit"]
    if purpose != Purpose.GREETING:
        gone += ["lead_from", "lead_until"]
    if purpose in (Purpose.GREETING, Purpose.COMPLAINT):
        gone += ["rhythm", "days"]
    if purpose not in MANNERS_OF:
        gone.append("manner")
    return gone
