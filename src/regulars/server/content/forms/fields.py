"""What the fields of a text are filled in with, in words for whoever writes one."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.content.models import Text
from regulars.server.content.rules import fields

NAMES: Mapping[str, Promise] = {
    "name": _("how the customer is addressed: Mr Qian"),
    "product": _("the product that the reason is about"),
    "amount": _("the sum that the reason is about"),
    "day": _("the day on which it happens"),
    "weekday": _("that day with its weekday"),
    "days": _("how far off that day is: in 6 days"),
    "tier": _("the tier at hand, or the next one"),
    "gap": _("what is lacking to the next tier"),
    "mean": _("the usual sum"),
    "low": _("the lower end of what is usual"),
    "high": _("the upper end of what is usual"),
    "last": _("how long ago the last time was"),
    "step": _("what was agreed or is to be done"),
    "interval": _("how often, by the standard"),
    "event": _("the festival, the event of life or the stage"),
    "number": _("the number of a bill or a file"),
    "partner": _("the other customer of a plan for two"),
    "lead": _("who leads"),
    "count": _("how many: years, days, pieces"),
    "value": _("a figure: a mark, a share"),
    "item": _("the thing it is about: a product, a task"),
    "missing": _("what the file lacks"),
}


def field_names(kind: str) -> list[tuple[str, Promise]]:
    """The fields that a text of this kind may use, what is used most first."""
    if kind == Text.Kind.CHECKLIST:
        return []
    known = set(fields.of(kind))
    return [(code, words) for code, words in NAMES.items() if code in known]
