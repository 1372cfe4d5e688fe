"""What benefits ask for: a gift to be handed over, privileges that end unused."""

from __future__ import annotations

from regulars.server.care.rules.shape import Priority, Stake, Text, Trigger

GIFT_WAITING = Trigger(
    code="gift_waiting",
    name=Text("礼品待送", "Gift to hand over"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=20,
    minutes=10,
    icon="gift",
    kind="care",
    chip=Text("礼品待送：{step} · {day} 前", "Gift to hand over: {step}, by {day}"),
    script=Text(
        "{name}，给您准备了一份小礼物，想当面送给您。您这两天什么时候方便？",
        "{name}, we have something small for you and would like to bring it. "
        "When does it suit?",
    ),
    hint=Text(
        "约好时间和地点；当面送，请客户在手机上签收。不借送礼谈产品，不提存款。",
        "Agree on time and place; hand it over in person and let them sign on your phone. "
        "No selling with a gift, no word of deposits.",
    ),
    stake=Stake.NOTHING,
    chance=0.02,
)

PRIVILEGE_UNUSED = Trigger(
    code="privilege_unused",
    name=Text("权益快到期未用", "Privileges unused"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=5,
    minutes=5,
    icon="star",
    kind="due",
    chip=Text("权益未用：{step} · {day} 到期", "Unused: {step}, until {day}"),
    script=Text(
        "{name}，您今年还有几项权益没用：{step}，{day} 前有效。需要我帮您安排吗？",
        "{name}, some of your privileges are unused: {step}, until {day}. Shall I arrange one?",
    ),
    hint=Text(
        "只说有什么、怎么用、到哪天；用了就在客户页记一次。",
        "Say what there is, how it is used and until when; write the use down on their page.",
    ),
    stake=Stake.NOTHING,
    chance=0.02,
)

TRIGGERS = (GIFT_WAITING, PRIVILEGE_UNUSED)
