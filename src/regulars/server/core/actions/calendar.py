"""Days that are worked or free against the weekly rule."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import CalendarDay


@transaction.atomic
def load_calendar(days: dict[date, tuple[bool, str, str]], *, by: Actor, at: datetime) -> None:
    """Store adjusted days (day -> worked?, Chinese name, English name); a known day stays."""
    CalendarDay.objects.bulk_create(
        [
            CalendarDay(day=day, is_workday=worked, name=zh, name_en=en)
            for day, (worked, zh, en) in sorted(days.items())
        ],
        ignore_conflicts=True,
    )
    audit.record("core.calendar.loaded", "core.CalendarDay", by=by, at=at, days=len(days))


@transaction.atomic
def set_calendar_day(
    day: date, *, is_workday: bool, by: Actor, at: datetime, name: str = "", name_en: str = ""
) -> None:
    """Say that a day is worked or free, against the weekly rule."""
    CalendarDay.objects.update_or_create(
        day=day, defaults={"is_workday": is_workday, "name": name, "name_en": name_en}
    )
    audit.record("core.calendar.day_set", f"core.CalendarDay:{day}", by=by, at=at)


@transaction.atomic
def drop_calendar_day(day: date, *, by: Actor, at: datetime) -> None:
    """Let the weekly rule decide about a day again."""
    CalendarDay.objects.filter(day=day).delete()
    audit.record("core.calendar.day_dropped", f"core.CalendarDay:{day}", by=by, at=at)
