"""What a message to a guest may say of the salon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from regulars.server.content.rules.message_fields import Field, Situation
from regulars.server.content.rules.shape import Words
from regulars.server.core import queries as core
from regulars.server.salons.models import Salon

FIELDS = (
    Field("salon.theme", Words("沙龙主题", "Theme of the salon"), "家庭资产配置茶叙"),
    Field("salon.day", Words("沙龙日期", "Day of the salon"), "12月12日"),
    Field("salon.time", Words("沙龙开始时间", "When the salon begins"), "14:30"),
    Field("salon.place", Words("沙龙地点", "Where the salon is"), "柳溪支行二楼"),
    Field(
        "salon.link", Words("回复邀请的链接", "Link to answer the invitation"),
        "https://example.com/invited/…", "link",
    ),
)  # fmt: skip


def nothing(customers: Sequence[Any], asked: Situation) -> Mapping[int, Mapping[str, Any]]:
    """Only a salon knows its own words: whoever sends for it gives them."""
    return {}


def values(salon: Salon, link: str) -> dict[str, Any]:
    """What the message to one guest says."""
    begins = timezone.localtime(salon.begins_at, core.time_zone())
    return {
        "salon.theme": salon.theme,
        "salon.day": f"{begins.month}月{begins.day}日",
        "salon.time": f"{begins:%H:%M}",
        "salon.place": salon.place,
        "salon.link": link,
    }
