"""Words of festivals, as templates ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from regulars.server.care.models import Task as CareTask
from regulars.server.delivery.models import Delivery
from regulars.server.festivals import queries
from regulars.server.rewards.models import Present
from regulars.server.web import rules as web

register = template.Library()
register.filter("task_words", queries.task_words)


@register.filter
def idea_title(code: str) -> str:
    found = queries.idea(code)
    return found.title if found else ""


@register.filter
def wish_state(code: str) -> str:
    """What became of a message."""
    if code == "confirm":
        return _("Waits for the manager")
    return str(dict(Delivery.State.choices).get(code, code))


@register.filter
def card_state(code: str) -> str:
    """What became of a manager's card."""
    return {
        CareTask.State.OPEN: pgettext("festival card", "On the manager's list"),
        CareTask.State.DONE: pgettext("festival card", "Wished by the manager"),
        CareTask.State.EXPIRED: pgettext("festival card", "Not wished in time"),
        CareTask.State.GONE: pgettext("festival card", "Card taken back"),
    }.get(CareTask.State(code), code)


@register.filter
def gift_state(code: str) -> str:
    """What became of a gift."""
    return _("Gift: %(state)s") % {"state": dict(Present.State.choices).get(code, code)}


@register.filter
def named(level: int, names: Mapping[int, str]) -> str:
    return names.get(level, str(level))


@register.filter
def span_words(code: str) -> str:
    return {
        "week": _("Had in the last 7 days"),
        "month": _("Had in the last 28 days"),
        "ahead": _("To come in the next 7 days"),
    }[code]


@register.filter
def weekday_of(day: date) -> str:
    """`{{ day|weekday_of }}`: 一, Mon."""
    if web.is_chinese(get_language()):
        return web.WEEKDAYS_ZH[day.weekday()]
    return web.WEEKDAYS.split()[day.weekday()][:3]
