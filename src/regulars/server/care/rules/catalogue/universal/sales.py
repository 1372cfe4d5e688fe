"""Triggers of every trade: what follows a purchase, and answers that call for somebody."""

from __future__ import annotations

from regulars.server.care.rules.shape import Desk, Priority, Text, Trigger

PLAYBOOK_STEP = Trigger(
    code="playbook_step",
    name=Text("售后步骤", "After a sale"),
    priority=Priority.CARE,
    marketing=False,
    deadline=1,
    keep=3,
    minutes=10,
    icon="package",
    kind="care",
    chip=Text("{item}第 {count} 天：{step}", "{item}day {count}: {step}"),
    script=Text(
        "{name}，您 {day} 办的这一件，用到现在还顺利吗？有不清楚的我来说明。",
        "{name}, how is it going with what you took on {day}? I am glad to explain anything.",
    ),
    hint=Text(
        "按步骤的目的问，把客户的回答填进问题表；这一步不推销。",
        "Keep to the purpose of the step and write the answers down. No selling here.",
    ),
    chance=0.03,
    source="doc0,4",
)
ANSWER_LOW = Trigger(
    code="answer_low",
    name=Text("回访低分", "Low answer after a sale"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=15,
    icon="alert-circle",
    kind="loss",
    chip=Text("{day} 回访打 {value} 分：{item}", "Answered {value} on {day}: {item}"),
    script=Text(
        "{name}，您 {day} 回访时给的分数我看到了。我是这里的负责人，"
        "想听听哪里没做好，我来安排改。",
        "{name}, I have seen what you answered on {day}. I am in charge here and would like "
        "to hear what went wrong, so that I can have it mended.",
    ),
    hint=Text(
        "不劝改分。问清一件事，当场说谁在哪天前办，并记为承诺。",
        "Do not ask for a better score. Find the one thing, say who mends it and until when, "
        "and note it as a promise.",
    ),
    desk=Desk.MANAGER,
    chance=0.1,
    source="CS1,P",
)

TRIGGERS = (PLAYBOOK_STEP, ANSWER_LOW)
