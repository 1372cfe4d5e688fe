"""Words that only the pages of the work need."""

from __future__ import annotations

from datetime import date, datetime

from django.template import Library
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext

from regulars.base.calendar import lunar_text
from regulars.server.care.rules.shape import Text, Trigger
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.web import rules as web
from regulars.server.web.templatetags.parts import tier

register = Library()

LEVELS = {5: ("最高", "top"), 4: ("高", "high"), 3: ("中", "middle"), 2: ("大众", "mass")}


@register.simple_tag
def lunar_day(day: date) -> str:
    """`{% lunar_day today as lunar %}`: 农历十月十五; nothing in English."""
    return f"农历{lunar_text(day)}" if web.is_chinese(get_language()) else ""


@register.simple_tag
def channel_name(code: str) -> str:
    """`{% channel_name "wecom" %}`: a channel as people call it."""
    return str(dict(Touch.Channel.choices).get(code, code))


@register.filter
def local_day(at: datetime) -> date:
    """`{{ touch.at|local_day }}`: the date on the company's calendar."""
    return core.local_date(at)


@register.filter
def work_time(minutes: int) -> str:
    """`{{ load.needed|work_time }}`: 2 时 5 分; of much work whole hours, never days of 24."""
    if minutes < 48 * 60:
        return web.minutes(minutes, language=get_language())
    return f"{round(minutes / 60):,} {'时' if web.is_chinese(get_language()) else 'h'}"


@register.filter
def weekday_short(day: date) -> str:
    """`{{ day|weekday_short }}`: 一, Mon."""
    if web.is_chinese(get_language()):
        return web.WEEKDAYS_ZH[day.weekday()]
    return web.WEEKDAYS.split()[day.weekday()][:3]


@register.simple_tag
def tier_level(level: int) -> SafeString | str:
    """`{% tier_level 5 %}`: a rank without the name that a scheme gives it."""
    zh, en = LEVELS.get(level, ("", ""))
    return tier({"level": level, "name": zh if web.is_chinese(get_language()) else en})


@register.filter
def named(trigger: Trigger, language: str) -> str:
    """`{{ trigger|named:language }}`: its name in the reader's language."""
    return trigger.name.of(language)


@register.filter
def words(text: Text, language: str) -> str:
    """`{{ trigger.hint|words:language }}`: a text of a trigger in the reader's language."""
    return text.of(language)


@register.filter
def lag(days: float | None) -> str:
    """`{{ figures.heard|lag }}`: median days in words; the same day is no wait."""
    if days is None:
        return web.NOTHING
    if days < 1:
        return gettext("same day")
    return ngettext("%(n)s day", "%(n)s days", round(days)) % {"n": f"{days:g}"}


@register.filter
def mid_sentence(words: str) -> str:
    """A name inside a sentence: phone for Phone, while WeCom and SMS keep their letters."""
    plain = str(words)
    return plain.lower() if plain[1:] == plain[1:].lower() else plain
