"""Texts of a demo: one in force, one replaced, one that waits, a word of the company's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from regulars.server.content import actions
from regulars.server.content.models import Text
from regulars.server.core.models import Person

MATURITY: dict[str, Any] = {
    "title": {"zh": "定期到期，先问用途", "en": "A deposit matures: ask what it is for"},
    "say": {
        "zh": "{name}，您那笔 {amount} 的{product} {weekday} 到期。这笔钱接下来有安排吗？"
        "有用处，我给您留成活期；没用处，我们看看哪个期限合适。",
        "en": "{name}, your {product} of {amount} matures on {weekday}. Do you have plans for "
        "it? If so I keep it at hand; if not, let us see which term fits.",
    },
    "hint": {
        "zh": "先用途，后期限，最后才是利率。",
        "en": "First the use, then the term, and the rate last.",
    },
    "fits": {"triggers": ["deposit_maturity"], "levels": [5, 4]},
}
FIRST_SAY = {
    "zh": "{name}，您那笔{product} {weekday} 到期，我先跟您约个时间。",
    "en": "{name}, your {product} matures on {weekday}. May we agree on a time?",
}
QUEUE: dict[str, Any] = {
    "title": {
        "zh": "每次去网点都要排很久。",
        "en": "There is always a long wait at your branch.",
    },
    "say": {
        "zh": "让您等久了，对不起。您下次来之前给我发句话，我看好人少的时段、把单子先填好；"
        "能在手机上办的，我陪您办一次，下回就不用跑了。",
        "en": "I am sorry that you waited. Send me a line before you come: I tell you the "
        "quiet hours and fill in the forms. What can be done in the app we do once together.",
    },
    "hint": {"zh": "价值：省时间。", "en": "Value: time saved."},
    "fits": {},
}


@transaction.atomic
def bring_invented(*, writer: Person, approver: Person, at: datetime) -> int:
    """Write the texts of a demo, once; return how many were added."""
    if Text.objects.filter(code="demo-maturity").exists():
        return 0
    earlier = at - timedelta(days=40)
    first = actions.save_draft(
        "script", MATURITY | {"say": FIRST_SAY}, code="demo-maturity", by=writer, at=earlier
    )
    actions.submit(first, by=writer, at=earlier)
    actions.approve(first, by=approver, at=earlier + timedelta(hours=5))
    second = actions.save_draft(
        "script", MATURITY, code="demo-maturity", by=writer, at=at - timedelta(days=9)
    )
    actions.submit(second, by=writer, at=at - timedelta(days=9))
    actions.approve(second, by=approver, at=at - timedelta(days=8))
    card = actions.save_draft(
        "objection", QUEUE, code="demo-queue", by=approver, at=at - timedelta(days=1)
    )
    actions.submit(card, by=approver, at=at - timedelta(days=1))
    actions.add_word(
        "老板级待遇", "refused", "听起来像特权，容易引起误会；请说具体的服务。",
        by=writer, at=at - timedelta(days=20),
    )  # fmt: skip
    return 2
