"""How lines of the standard read: every 2 weeks, by the relationship manager, 20 minutes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, npgettext, pgettext

from regulars.server.standards.models import CHANNEL_CHOICES, DOERS, MANNERS, PURPOSES
from regulars.server.standards.rules import Doer, Line, Purpose, Rhythm

CHANNELS: Mapping[str, Any] = dict(CHANNEL_CHOICES)
DOER: Mapping[str, Any] = dict(DOERS)
MANNER: Mapping[str, Any] = dict(MANNERS)
PURPOSE: Mapping[str, Any] = dict(PURPOSES)
# What a draft may begin from instead of what holds.
BEGINNINGS: Mapping[str, Any] = {
    "": gettext_lazy("What holds today"),
    "bank": gettext_lazy("Bank: persons and organisations"),
    "corporate": gettext_lazy("Corporate bank"),
    "insurance": gettext_lazy("Insurance"),
    "retail": gettext_lazy("Retail"),
    "b2b": gettext_lazy("B2B"),
}
NARROW = "\N{NO-BREAK SPACE}"
WEEKS_UP_TO = 56  # days; beyond, nobody counts in weeks


def how_often(line: Line) -> str:
    """The rhythm in words: every 2 weeks, quarterly, as needed."""
    if line.rhythm == Rhythm.DAYS and line.days:
        return _days(line.days)
    return {
        Rhythm.MONTH.value: _("once a month"),
        Rhythm.QUARTER.value: _("once a quarter"),
        Rhythm.HALF_YEAR.value: _("every half-year"),
        Rhythm.YEAR.value: _("once a year"),
        Rhythm.EVENT.value: _("as needed"),
        Rhythm.NEVER.value: _("not at all"),
    }.get(line.rhythm, line.rhythm)


def what(line: Line) -> str:
    """The first words of a line in its cell, by its purpose."""
    say: Mapping[str, Callable[[Line], str]] = {
        Purpose.GREETING: _greeting,
        Purpose.COMPLAINT: _answer,
    }
    if line.rhythm == Rhythm.NEVER:
        return how_often(line)
    if line.purpose in say:
        return say[line.purpose](line)
    if line.manner == "notices":
        return str(MANNER[line.manner])
    if line.manner:
        manner = MANNER.get(line.manner, line.manner)
        return _("%(manner)s %(often)s") % {"manner": manner, "often": how_often(line)}
    return how_often(line)


def who(line: Line) -> str:
    """The second words: who, how long, by which ways."""
    parts = [str(DOER.get(line.doer, line.doer))]
    if line.minutes:
        parts.append((_("%(n)d min") % {"n": line.minutes}).replace(" ", NARROW))
    if line.channels and line.purpose not in (Purpose.VISIT, Purpose.COMPLAINT):
        parts.append(ways(line.channels))
    return " · ".join(parts)


def ways(channels: Iterable[str]) -> str:
    """Channels in their order: phone, WeCom."""
    comma = pgettext("between ways", ", ")
    return comma.join(str(CHANNELS.get(channel, channel)) for channel in channels)


def line_words(line: Line) -> str:
    """A whole line in one sentence, for lists of differences and for the cell's name."""
    return _("%(what)s (%(who)s)") % {"what": what(line), "who": who(line)}


def lines_words(lines: Iterable[Line]) -> str:
    """All lines of a cell; a dash where there are none."""
    semicolon = pgettext("between lines", "; ")
    return semicolon.join(line_words(line) for line in lines) or "—"


def by_whom(doer: str) -> str:
    return str(DOER.get(doer, doer))


def asks(load: Any, place: str) -> str:
    """ "This asks 412 RM hours a month of this branch; it has 300." """
    words = {
        "asked": f"{load.asked:,.0f}",
        "there": f"{load.there:,.0f}",
        "who": by_whom(load.doer),
        "place": place,
    }
    if load.doer == Doer.REMOTE:
        return _("%(asked)s hours a month of the remote team; it has %(there)s.") % words
    if not place:
        return _("%(asked)s hours a month of %(who)s; there are %(there)s.") % words
    return _("%(asked)s hours a month of %(who)s at %(place)s; there are %(there)s.") % words


def _days(days: int) -> str:
    if days % 7 == 0 and days <= WEEKS_UP_TO:
        weeks = days // 7
        return ngettext("every week", "every %(n)d weeks", weeks) % {"n": weeks}
    return npgettext("standard", "every %(n)d day", "every %(n)d days", days) % {"n": days}


def _greeting(line: Line) -> str:
    manner = MANNER.get(line.manner, _("greeting"))
    if line.lead_from is None or not line.lead_from:
        return _("%(manner)s on the day") % {"manner": manner}
    words = {"manner": manner, "first": line.lead_from, "last": line.lead_until or 0}
    if line.lead_until:
        return _("%(manner)s %(first)d–%(last)d days ahead") % words
    return (
        ngettext(
            "%(manner)s from %(first)d day ahead",
            "%(manner)s from %(first)d days ahead",
            line.lead_from,
        )
        % words
    )


def _answer(line: Line) -> str:
    if line.hours:
        return ngettext(
            "within %(n)d working hour", "within %(n)d working hours", line.hours
        ) % {"n": line.hours}
    if line.workdays:
        return ngettext(
            "within %(n)d working day", "within %(n)d working days", line.workdays
        ) % {"n": line.workdays}
    return "—"
