"""What salons lay on a day: guests to invite, to tell, to speak with afterwards."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from regulars.server.care.rules.detect import Work
from regulars.server.core import queries as core
from regulars.server.products import queries as products
from regulars.server.salons.models import Guest, GuestQuerySet, Salon

TRIGGER = "salon_guest"
ASK, TELL, OFF, AFTER = "ask", "tell", "off", "after"
BACK = timedelta(days=30)
# When such a reason still stands: its cycle is "after:12:2026-12-02", by the guest.
STANDS = """where exists (select 1 from salons_guest g join salons_salon s on s.id = g.salon_id
    where g.id = split_part(t.cycle, ':', 2)::bigint and case split_part(t.cycle, ':', 1)
      when 'ask' then g.state = 'invited' and g.way = 'manager' and s.state = 'inviting'
      when 'tell' then g.state = 'accepted' and g.moved_up_at is not null
        and g.told_at is null and s.state = 'inviting'
      when 'off' then g.state = 'cancelled' and s.state = 'cancelled' and g.told_at is null
      else g.state = 'came' and g.followed_at is null end)"""


def work(day: date) -> list[Work]:
    """Everybody's guests who wait for a word of ours."""
    return [*_asking(day), *_telling(day), *_called_off(day), *_after(day)]


def _asking(day: date) -> list[Work]:
    rows = _guests().filter(
        state=Guest.State.INVITED, way=Guest.Way.MANAGER, salon__state=Salon.State.INVITING
    )
    return [
        Work(
            each.customer_id, f"{ASK}:{each.pk}", core.local_date(each.invited_at),
            f"邀请参加“{each.salon.theme}”（{_when(each.salon)}，{each.salon.place}）",
            "ask",
            step_en=f"invite to “{_en(each.salon)}” ({_when(each.salon)}, "
            f"{each.salon.place_en or each.salon.place})",
        )
        for each in rows
        if each.invited_at and core.local_date(each.salon.answer_by) >= day
    ]  # fmt: skip


def _telling(day: date) -> list[Work]:
    rows = _guests().filter(
        state=Guest.State.ACCEPTED, moved_up_at__isnull=False, told_at__isnull=True,
        salon__state=Salon.State.INVITING,
    )  # fmt: skip
    return [
        Work(
            each.customer_id, f"{TELL}:{each.pk}", core.local_date(each.moved_up_at),
            f"告诉客户：“{each.salon.theme}”有座位了（{_when(each.salon)}）", "tell",
            step_en=f"tell them that “{_en(each.salon)}” has a seat now "
            f"({_when(each.salon)})",
        )
        for each in rows
        if each.moved_up_at
    ]  # fmt: skip


def _called_off(day: date) -> list[Work]:
    rows = _guests().filter(
        state=Guest.State.CANCELLED, told_at__isnull=True, answered_at__isnull=False,
        salon__state=Salon.State.CANCELLED,
    )  # fmt: skip
    return [
        Work(
            each.customer_id, f"{OFF}:{each.pk}", core.local_date(each.salon.closed_at),
            f"告诉客户：“{each.salon.theme}”取消了（{each.salon.cancelled_why}）", "off",
            step_en=f"tell them that “{_en(each.salon)}” is called off "
            f"({each.salon.cancelled_why})",
        )
        for each in rows
        if each.salon.closed_at and core.local_date(each.salon.closed_at) >= day - BACK
    ]  # fmt: skip


def _after(day: date) -> list[Work]:
    """The day after: what they said and ticked goes along."""
    rows = _guests().filter(state=Guest.State.CAME, followed_at__isnull=True)
    zh, en = _names()
    found = []
    for each in rows:
        on = core.local_date(each.salon.begins_at) + timedelta(days=1)
        if day - BACK <= on <= day:
            said, said_en = _said(each, zh, "，"), _said(each, en, ", ", english=True)
            found.append(
                Work(
                    each.customer_id, f"{AFTER}:{each.pk}", on,
                    f"“{each.salon.theme}”会后回访{said}", "after",
                    step_en=f"call after “{_en(each.salon)}”{said_en}",
                )
            )  # fmt: skip
    return found


def _said(guest: Guest, names: dict[str, str], comma: str, *, english: bool = False) -> str:
    """What a guest said and ticked, after a colon; nothing where they said nothing."""
    parts = []
    if guest.rating:
        parts.append(f"rated {guest.rating} of 5" if english else f"打 {guest.rating} 分")
    if guest.interests:
        wants = (" and " if english else "、").join(
            names.get(code, code) for code in guest.interests
        )
        parts.append(f"wants to hear of {wants}" if english else f"想了解{wants}")
    if guest.words:
        parts.append(f"“{guest.words[:80]}”")
    return (": " if english else "：") + comma.join(parts) if parts else ""


def _names() -> tuple[dict[str, str], dict[str, str]]:
    known = products.by_code()
    return (
        {code: one.name for code, one in known.items()},
        {code: one.name_en or one.name for code, one in known.items()},
    )


def _guests() -> GuestQuerySet:
    return Guest.objects.select_related("salon").order_by("customer", "pk")


def _en(salon: Salon) -> str:
    return salon.theme_en or salon.theme


def _when(salon: Salon) -> str:
    begins = timezone.localtime(salon.begins_at, core.time_zone())
    return f"{begins:%m-%d %H:%M}"
