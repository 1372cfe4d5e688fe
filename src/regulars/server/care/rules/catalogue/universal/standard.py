"""Triggers of every trade that the service standard names: stages, visits, reviews, ranks.

Whose they are, until when and how many minutes they take is said by the standard; what
stands here is for words, icons and order.
"""

from __future__ import annotations

from dataclasses import replace

from regulars.server.care.rules.shape import Priority, Text, Trigger

STAGE_ENTERED = Trigger(
    code="stage_entered",
    name=Text("阶段任务", "Stage of life"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=5,
    minutes=10,
    icon="arrows-exchange",
    kind="care",
    chip=Text("进入“{event}”：{step}", "Now “{event}”: {step}"),
    script=Text(
        "{name}，您好，我是负责您的客户经理，想用几分钟听听您最近的情况，"
        "有哪里需要我办的，您直接说。",
        "{name}, I look after you here and would like a few minutes to hear how things are. "
        "If there is anything to be done, please tell me.",
    ),
    hint=Text("{item}", "{item}"),
    chance=0.05,
    source="segments.md 3",
)
STAGE_OFFERED = replace(
    STAGE_ENTERED,
    code="stage_offered",
    name=Text("阶段经营", "Stage of life, an offer"),
    marketing=True,
    priority=Priority.LOSS,
    kind="loss",
)
VISIT_DUE = Trigger(
    code="visit_due",
    name=Text("标准拜访", "Visit by the standard"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=0,
    minutes=60,
    icon="map-pin",
    kind="care",
    chip=Text("{step}拜访 · {day} 前", "{step} visit, until {day}"),
    script=Text(
        "{name}，我想在 {day} 前去看看您，当面听听今年的安排和对我们的意见。"
        "您哪天方便，我按您的时间来。",
        "{name}, I would like to visit before {day} and hear about your plans and what you "
        "think of us. Which day suits you?",
    ),
    hint=Text(
        "打电话约定日期不算拜访；到访后按“拜访”记录，任务才完成。",
        "Agreeing on a day is no visit: it is done once a contact by visit is recorded.",
    ),
    channels=("visit",),
    chance=0.03,
    source="doc3",
)
REVIEW_DUE = Trigger(
    code="review_due",
    name=Text("标准回顾", "Review by the standard"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=0,
    minutes=30,
    icon="clipboard-check",
    kind="care",
    chip=Text("{step}回顾 · {day} 前", "{step} review, until {day}"),
    script=Text(
        "{name}，到了我们约好的回顾时间：上次说的几件事办得怎么样，"
        "接下来有什么变化，我想和您对一遍。",
        "{name}, it is time for our review: how did the things we spoke of go, "
        "and what changes ahead? I would like to go through it with you.",
    ),
    hint=Text(
        "先看上次回顾和未了承诺；事由选“回顾”记录，任务才完成。",
        "Look at the last review and open promises first; it is done once a contact about "
        "“Review” is recorded.",
    ),
    channels=("visit", "call"),
    chance=0.03,
    source="doc3",
)
RANK_CONTACT = Trigger(
    code="rank_contact_due",
    name=Text("分级联系", "Contact by the standard"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=0,
    minutes=15,
    icon="phone",
    kind="care",
    chip=Text("{step}联系 · {day} 前", "{step} contact, until {day}"),
    script=Text(
        "{name}，我是这里的负责人，定期想直接听听您的意见：哪里做得好，哪里让您费心了？",
        "{name}, I am in charge here and like to hear from you myself now and then: "
        "what goes well, and what gives you trouble?",
    ),
    hint=Text(
        "由本级本人联系；客户经理的联系不替代这一次。",
        "It is for this rank itself; a contact of the relationship manager is not it.",
    ),
    chance=0.03,
    source="doc3",
)

TRIGGERS = (STAGE_ENTERED, STAGE_OFFERED, VISIT_DUE, REVIEW_DUE, RANK_CONTACT)
