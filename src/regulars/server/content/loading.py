"""Texts of a demo: in force, replaced, waiting, in the making; a word of the company's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from regulars.server.content import actions, queries
from regulars.server.content.models import Text
from regulars.server.content.queries.examples import example_snippets, examples
from regulars.server.content.rules.reading import written
from regulars.server.core import queries as core
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
    _messages(writer=writer, approver=approver, at=at)
    return 2


# Of the messages of a trade these wait for a decision, or are being written.
SUBMITTED, DRAFTS = ("win-back", "members-day"), ("salon-invitation", "order-ready")
OFFER = "老客户心意，不涉及产品收益。"


def _messages(*, writer: Person, approver: Person, at: datetime) -> None:
    """The messages and snippets of the company's trade, most of them in force for weeks."""
    company = core.company()
    trade = (company.kind if company else "bank",)
    for days, (code, message) in enumerate(examples(trade).items(), 12):
        began = at - timedelta(days=days, hours=3)
        made = actions.save_draft(
            "message", written(message), code=f"demo-{code}", by=writer, at=began
        )
        if code in DRAFTS:
            continue
        excuse = OFFER if queries.findings("message", message) else ""
        actions.submit(made, by=writer, at=began, excuse=excuse)
        if code not in SUBMITTED:
            actions.approve(made, by=approver, at=began + timedelta(hours=2))
    for snippet in example_snippets(trade):
        began = at - timedelta(days=30)
        made = actions.save_draft("snippet", snippet, by=writer, at=began)
        actions.submit(made, by=writer, at=began)
        actions.approve(made, by=approver, at=began + timedelta(hours=2))
