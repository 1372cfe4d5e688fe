"""Triggers of every trade: words given, days kept, files, a new owner."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Figure, File, Yearly
from regulars.server.care.rules.shape import Desk, Priority, Stake, Text, Trigger

PROMISE_DUE = Trigger(
    code="promise_due",
    name=Text("约定到期", "Agreed follow-up"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=10,
    icon="clock",
    kind="due",
    chip=Text("约好 {day}：{step}", "Agreed for {day}: {step}"),
    script=Text(
        "{name}，上次说好再跟您联系，我一直记着，接着上次的事跟您说说。您现在方便吗？",
        "{name}, we agreed that I would get back to you, so let me pick up where we left off. "
        "Is this a good moment?",
    ),
    hint=Text(
        "约好的是：{step}。说到做到；没办好也按时说明进展，并约下一次。",
        "What was agreed: {step}. Keep the word. If it is not ready, say how far it is and "
        "agree on the next date.",
    ),
)

CARE_PLAN = Trigger(
    code="care_plan",
    name=Text("维护计划", "Care plan"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=0,
    keep=15,
    minutes=20,
    icon="target-arrow",
    kind="due",
    chip=Text("维护计划 {day}：{step}{lead}", "Care plan, {day}: {step}{lead}"),
    script=Text(
        "{name}，您上次关心的事我一直记着，想跟您说说进展，也听听您最近的打算。您看方便吗？",
        "{name}, I have kept in mind what matters to you. I would like to tell you how far it "
        "is, and hear what you have in mind next. Does that suit you?",
    ),
    hint=Text(
        "先看计划的目标和上次复盘；做完把结果写进计划。要推荐产品，先看是否同意营销。",
        "Look at the goals and at the last review first, and write what came of it into the "
        "plan. Before a product comes up, see whether marketing is agreed to.",
    ),
)

LIFE_EVENT = Trigger(
    code="life_event",
    name=Text("人生大事", "Life event"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=10,
    minutes=15,
    icon="heart-handshake",
    kind="care",
    chip=Text("{event} {day}：{step}", "{event}, {day}: {step}"),
    script=Text(
        "{name}，我记着您这边的事（{event}）。今天想和您：{step}。您看方便吗？",
        "{name}, I have your news in mind ({event}). Today I would like to: {step}. "
        "Does that suit you?",
    ),
    hint=Text(
        "先问近况，再说安排；推断来的事先确认，不当面点破。病痛和丧事只问候，不谈产品。",
        "Ask how things are first. What is only inferred is asked, not announced. "
        "Illness and grief: care, and no products.",
    ),
)

BIRTHDAY = Trigger(
    code="birthday",
    name=Text("生日", "Birthday"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=0,
    minutes=5,
    icon="cake",
    kind="care",
    chip=Text("{lunar}生日 {day} · {days}", "{lunar} {day} · {days}"),
    script=Text(
        "{name}，{weekday}是您的生日，先祝您生日快乐。我想请您来坐坐、喝杯茶，您看哪天方便？",
        "{name}, your birthday is on {weekday}: many happy returns. "
        "I would like to invite you for a cup of tea. Which day suits you?",
    ),
    hint=Text(
        "只祝福和邀请，不推荐产品；礼品按等级标准，不送现金。",
        "Congratulate and invite, recommend nothing. "
        "Gifts by the standard of the tier, never cash.",
    ),
    channels=("call", "wecom", "sms"),
    chance=0.01,
    source="doc2",
)

CONTACT_OVERDUE = Trigger(
    code="contact_overdue",
    name=Text("超期未联系", "Contact overdue"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=2,
    minutes=10,
    icon="calendar-time",
    kind="care",
    chip=Text("{last}", "{last}"),
    script=Text(
        "{name}，有段时间没和您联系了，今天专门问候一下。最近有什么用得上我们的地方吗？",
        "{name}, it has been a while, so I am calling to ask how you are. "
        "Is there anything we can do for you?",
    ),
    hint=Text(
        "标准是每 {interval} 天一次双向联系。先听近况，记下一条新的需求。",
        "The standard is a two-way contact every {interval} days. "
        "Listen first; note one new need.",
    ),
)

FILE_INCOMPLETE = Trigger(
    code="file_incomplete",
    name=Text("资料待补", "File lacks something"),
    priority=Priority.CARE,
    marketing=False,
    deadline=20,
    keep=0,
    minutes=5,
    icon="id",
    kind="care",
    chip=Text("资料缺：{missing}", "File lacks: {missing}"),
    script=Text(
        "{name}，为了更好地为您服务，想跟您补全几项资料，一两分钟就好，您看现在方便吗？",
        "{name}, to serve you better I would like to complete a few things on your file. "
        "It takes a minute or two; is now a good time?",
    ),
    hint=Text(
        "缺：{missing}。下次联系时顺便问；只问用得上的，说明用途，不愿说就不再问。",
        "Lacking: {missing}. Ask when you are in touch anyway; say what it is for, "
        "and do not press.",
    ),
    stake=Stake.NOTHING,
    source="doc2",
)

FILE_STALE = Trigger(
    code="profile_stale",
    name=Text("资料待确认", "File unconfirmed"),
    priority=Priority.CARE,
    marketing=False,
    deadline=20,
    keep=0,
    minutes=5,
    icon="history",
    kind="care",
    chip=Text("{last}", "{last}"),
    script=Text(
        "{name}，跟您核对一下联系方式和地址，看有没有变动？",
        "{name}, may I check with you whether your phone and address are still the same?",
    ),
    hint=Text(
        "核对后在客户页点“仍然属实”，或改正变动的内容。",
        "Then choose “Still true” on the customer page, or mend what has changed.",
    ),
    stake=Stake.NOTHING,
    source="doc2",
)

FESTIVAL = Trigger(
    code="festival",
    name=Text("节日问候", "Festival"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=0,
    minutes=3,
    icon="gift",
    kind="care",
    chip=Text("{event} {day} · {days}", "{event}, {day} · {days}"),
    script=Text(
        "{name}，{event}快到了，先祝您和家人节日安康。我们{day}前后有个小活动，"
        "您有空就来坐坐。",
        "{name}, {event} is near: my best wishes to you and your family. "
        "We do something small around {day}; do come by if you like.",
    ),
    hint=Text(
        "给一个能参加的事（写春联、赏月、带孩子来），不要只发祝福；不推产品，不送现金。",
        "Offer something to take part in, with the family too, and not only a text. "
        "No products, no cash.",
    ),
    desk=Desk.SERVICE,
    channels=("wecom", "sms"),
    chance=0.005,
    source="doc3",
)

RELATIONSHIP_ANNIVERSARY = Trigger(
    code="relationship_anniversary",
    name=Text("相识周年", "Anniversary with us"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=3,
    minutes=5,
    icon="calendar-event",
    kind="care",
    chip=Text("成为客户 {count} 周年 · {day}", "With us for {count} years on {day}"),
    script=Text(
        "{name}，到今天您和我们相识 {count} 年了，谢谢您一直以来的信任。"
        "这些年哪些地方我们还能做得更好？",
        "{name}, today you have been with us for {count} years: thank you for your trust. "
        "What could we do better for you?",
    ),
    hint=Text(
        "真心道谢、听建议，记下一条；不借机推销。",
        "Thank, listen, note one wish. This is not the moment to sell.",
    ),
    detect=Yearly(File("since")),
    channels=("wecom",),
    chance=0.01,
)

FIRST_PURCHASE = Trigger(
    code="first_purchase",
    name=Text("首次成交", "First purchase"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=2,
    minutes=8,
    icon="star",
    kind="care",
    chip=Text("首次成交 {day} · {days}", "First purchase on {day}, {days}"),
    script=Text(
        "{name}，谢谢您 {day} 选择了我们。用得还顺手吗？有什么不清楚的我现在就说明。",
        "{name}, thank you for choosing us on {day}. Is all as you expected? "
        "I can explain anything right now.",
    ),
    hint=Text(
        "第 1 天致谢，第 7 天问使用，第 30 天回顾；有问题当场记下并约定答复时间。",
        "Day 1: thanks. Day 7: is it in use? Day 30: look back. "
        "Note any trouble and say when it will be answered.",
    ),
    detect=After(Figure("first_on"), (1, 7, 30)),
    channels=("call", "wecom"),
    chance=0.03,
)

OWNER_CHANGED = Trigger(
    code="owner_changed",
    name=Text("新任接手", "New in charge"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=5,
    keep=5,
    minutes=15,
    icon="switch-horizontal",
    kind="loss",
    chip=Text("{day} 起由您接手 · {step}", "Yours since {day} · {step}"),
    script=Text(
        "{name}，我是接替之前同事为您服务的客户经理，从 {day} 起由我负责。先跟您认识一下，"
        "您有什么习惯和要求请告诉我。",
        "{name}, I have looked after you since {day} in my colleague's place. "
        "I would like to introduce myself; please tell me how you like things done.",
    ),
    hint=Text(
        "先看交接说明、未了的承诺和近期记录；不评价前任，第一次联系不谈产品。",
        "Read the hand-over note, open promises and recent contacts first. "
        "No word on the colleague, and no products the first time.",
    ),
    chance=0.05,
    source="ORPH",
)

TRIGGERS = (
    PROMISE_DUE,
    CARE_PLAN,
    LIFE_EVENT,
    BIRTHDAY,
    CONTACT_OVERDUE,
    FILE_INCOMPLETE,
    FILE_STALE,
    FESTIVAL,
    RELATIONSHIP_ANNIVERSARY,
    FIRST_PURCHASE,
    OWNER_CHANGED,
)
