"""The fields that the carrying message may name; their values come with each sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.server.content.rules.message_fields import Field, Situation
from regulars.server.content.rules.shape import Words

FIELDS = (
    Field("post.title", Words("每日内容标题", "Title of the daily post"), "惊蛰：大棚怎么通风"),
    Field(
        "post.words",
        Words("每日内容正文", "Words of the daily post"),
        "白天二十五度以上打开顶风口，傍晚降到十八度再合上。",
    ),
    Field("post.source", Words("每日内容来源", "Source of the daily post"), "市农技站"),
    Field(
        "post.link",
        Words("每日内容链接", "Link of the daily post"),
        "https://example.com/read",
        "link",
    ),
)


def provided(customers: Sequence[Any], asked: Situation) -> Mapping[int, Mapping[str, Any]]:
    """Nothing is known beforehand: an item brings its own words."""
    return {}
