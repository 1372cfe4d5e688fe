"""Triggers of its own that an invented company made: one that speaks, one still a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.care import actions
from regulars.server.care.models import OwnTrigger
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission

MONTH: dict[str, Any] = {
    "name": {"zh": "理财满月回访", "en": "A month with a wealth product"},
    "say": {
        "zh": "{name}，您 {day} 买的{product}满一个月了，净值和到账规则都还清楚吗？"
        "有疑问我来解释。",
        "en": "{name}, you have held {product} since {day}. Is it clear how its value moves "
        "and when money comes back? I am glad to explain.",
    },
    "hint": {
        "zh": "只回访，不推荐新的；提醒净值会波动。",
        "en": "A service call: recommend nothing new, and say again that its value may fall.",
    },
    "purpose": "service", "priority": 5, "desk": "rm", "deadline": 5, "minutes": 8,
    "chance": 0.05, "channels": ["call", "wecom"], "stages": [30], "rest": 90,
    "find": {"kind": "date", "date": "opened_on", "holding": "wealth", "way": "after"},
}  # fmt: skip
FEEDBACK: dict[str, Any] = {
    "name": {"zh": "手机银行差评", "en": "A bad word about the app"},
    "say": {
        "zh": "{name}，您在手机银行留的意见我看到了，是哪一步不顺？我陪您走一遍。",
        "en": "{name}, I read what you wrote about the app. Which step was it? I can go "
        "through it with you.",
    },
    "hint": {"zh": "先道歉，再演示。", "en": "Say sorry first, then show it."},
    "purpose": "service", "priority": 2, "desk": "service", "deadline": 0, "minutes": 10,
    "chance": 0.1, "channels": ["call"], "stages": [], "rest": 30,
    "find": {"kind": "event", "event": "app_feedback", "op": "le", "value": 2.0, "ref": ""},
}  # fmt: skip


def make(*, at: datetime) -> None:
    """Let whoever edits triggers have made two; made once, they stay."""
    editors = (p for p in Person.objects.order_by("pk") if p.may(Permission.EDIT_TRIGGERS))
    maker = next((p for p in editors if p.scope.everything), None)
    if maker is None or OwnTrigger.objects.exists():
        return
    spoken = actions.make_trigger(MONTH, by=maker, at=at)
    actions.switch_trigger(spoken, on=True, by=maker, at=at)
    actions.make_trigger(FEEDBACK, by=maker, at=at)
