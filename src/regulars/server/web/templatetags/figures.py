"""Numbers, money, dates and times in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.template import Context, Library
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.server.web import rules
from regulars.server.web.rules import Figure, Number
from regulars.server.web.templatetags.assets import icon

register = Library()


def show(figure: Figure) -> SafeString:
    """Set the currency and the unit smaller than the digits; as text it reads the same."""
    prefix = format_html('<span class="u p">{}</span>', figure.prefix) if figure.prefix else ""
    if figure.unit.isascii():
        return format_html("{}{}{}{}", figure.sign, prefix, figure.number, figure.unit)
    unit = format_html('<span class="u"> {}</span>', figure.unit)
    return format_html("{}{}{}{}", figure.sign, prefix, figure.number, unit)


def currency(context: Context) -> str:
    return getattr(context.get("company"), "currency", None) or "CNY"


@register.simple_tag(takes_context=True)
def money(context: Context, amount: Number | None, signed: bool = False) -> SafeString:
    """`{% money amount %}`: 72.0 万, ¥720K; major units of the company's currency."""
    return show(_money(context, amount, signed=signed))


@register.simple_tag(takes_context=True)
def money_text(context: Context, amount: Number | None, signed: bool = False) -> str:
    """The same without marks, for sentences: `{% money_text amount as sum %}`."""
    return str(_money(context, amount, signed=signed))


@register.simple_tag(takes_context=True)
def money_range(context: Context, low: Number, high: Number) -> str:
    """`{% money_range low high %}`: 3.1–6.9 万."""
    return str(
        rules.money_range(low, high, language=get_language(), currency=currency(context))
    )


@register.simple_tag
def count(value: Number | None, signed: bool = False) -> str:
    return rules.count(value, signed=signed)


@register.filter(name="count")
def count_filter(value: Number | None) -> str:
    return rules.count(value)


@register.simple_tag
def compact(value: Number | None) -> SafeString:
    """`{% compact n %}`: 18.6 万, 186K."""
    return show(rules.compact(value, language=get_language()))


@register.simple_tag
def percent(
    value: Number | None, digits: int = 1, n: int | None = None, signed: bool = False
) -> str:
    """`{% percent share %}`; with `n=` people too few to say, it says that instead."""
    if n is not None and n < rules.FEWEST:
        return ngettext("too few (%(n)s)", "too few (%(n)s)", n) % {"n": n}
    return rules.percent(value, digits=digits, signed=signed)


@register.filter(name="percent")
def percent_filter(value: Number | None, digits: int = 1) -> str:
    return rules.percent(value, digits=digits)


@register.filter
def hundredths(value: Number | None) -> str:
    """`{{ cell|hundredths }}`: 0.81 as 81, where the head of the table says per cent."""
    return rules.NOTHING if value is None else rules.percent(value, digits=0).rstrip("%")


@register.simple_tag
def points(value: Number | None, digits: int = 1) -> str:
    return rules.points(value, language=get_language(), digits=digits)


@register.simple_tag(takes_context=True)
def change(context: Context, value: Number | None, kind: str = "count") -> SafeString | str:
    """`{% change amount "money" %}`: ▲ or ▼ with the figure, in ink: colour must not say it."""
    if value is None:
        return rules.NOTHING
    mark = "▲ " if value > 0 else "▼ " if value < 0 else ""
    size = -value if value < 0 else value
    if kind == "money":
        return format_html("{}{}", mark, show(_money(context, size)))
    if kind == "percent":
        return mark + rules.percent(size)
    if kind == "points":
        return mark + rules.points(size, language=get_language()).lstrip("+")
    return mark + rules.count(size)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | None, form: str = "short") -> str:
    """`{% day date "short|long|full|month|weekday|page" %}`; moments by our clock."""
    if isinstance(value, datetime):
        value = timezone.localtime(value, zone(context))
    return rules.day(value, form, language=get_language())


@register.filter(name="day")
def day_filter(value: date | None, form: str = "short") -> str:
    return rules.day(value, form, language=get_language())


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None, form: str = "short") -> str:
    """`{% moment at %}`: 11-20 15:42 on the company's clock."""
    local = timezone.localtime(value, zone(context)) if value else None
    return rules.moment(local, form, language=get_language())


@register.simple_tag(takes_context=True)
def hour(context: Context, value: datetime | None) -> str:
    """`{% hour at %}`: 07:10 on the company's clock."""
    return f"{timezone.localtime(value, zone(context)):%H:%M}" if value else rules.NOTHING


@register.filter
def minutes(value: int | None) -> str:
    """`{{ task.minutes|minutes }}`: 2 时 5 分."""
    return rules.NOTHING if value is None else rules.minutes(value, language=get_language())


@register.simple_tag(takes_context=True)
def clock(
    context: Context, due: datetime | date | None, at: datetime | date, done: bool = False
) -> SafeString | str:
    """`{% clock due at %}`: late, soon, later or kept, in words, with sign and colour."""
    if due is None:
        return ""
    if isinstance(due, datetime) and isinstance(at, datetime):
        here = zone(context)
        due, at = timezone.localtime(due, here), timezone.localtime(at, here)
        judged = rules.clock(due, at=at, done=done)
        return _clock(judged.state, _words(judged, due))
    if isinstance(at, datetime):
        at = timezone.localtime(at, zone(context)).date()
    state = rules.due_day(due, today=at, done=done)
    return _clock(state, _day_words(state, due, today=at))


def zone(context: Context) -> ZoneInfo:
    return ZoneInfo(getattr(context.get("company"), "time_zone", None) or "Asia/Shanghai")


def _money(context: Context, amount: Number | None, *, signed: bool = False) -> Figure:
    return rules.money(
        amount, language=get_language(), currency=currency(context), signed=signed
    )


SIGNS: dict[rules.Due, tuple[str, str]] = {
    rules.Due.LATE: ("late", "alarm"),
    rules.Due.SOON: ("soon", "clock"),
    rules.Due.LATER: ("later", "calendar"),
    rules.Due.DONE: ("done", "check"),
}


def _clock(state: rules.Due, words: str) -> SafeString:
    css, sign = SIGNS[state]
    return format_html('<span class="clock {}">{}{}</span>', css, icon(sign, "s"), words)


def _words(judged: rules.Clock, due: datetime) -> str:
    left = rules.minutes(abs(judged.minutes), language=get_language())
    if judged.state is rules.Due.DONE:
        return _("%(day)s, kept") % {"day": _day(due)}
    if judged.minutes < 0:
        return _("%(time)s late") % {"time": left}
    if judged.pressing:
        return _("%(time)s left") % {"time": left}
    if judged.today:
        return _("Today %(hour)s") % {"hour": f"{due:%H:%M}"}
    return _day(due, "weekday")


def _day_words(state: rules.Due, due: date, *, today: date) -> str:
    if state is rules.Due.DONE:
        return _("%(day)s, kept") % {"day": _day(due)}
    days = (due - today).days
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    return _("Today") if days == 0 else _day(due, "weekday")


def _day(value: Any, form: str = "short") -> str:
    return rules.day(value, form, language=get_language())
