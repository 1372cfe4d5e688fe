"""Triggers of every trade."""

from __future__ import annotations

from regulars.server.care.rules.shape import Priority, Stake, Text, Trigger

PROMISE_DUE = Trigger(
    code="promise_due",
    name=Text("约定到期", "Agreed for today"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=10,
    icon="clock",
    kind="due",
    chip=Text("约好 {day}：{step}", "Agreed for {day}: {step}"),
    script=Text(
        "{name}，上次说好今天跟您联系：{step}。",
        "{name}, as we agreed I am getting in touch today: {step}.",
    ),
    hint=Text(
        "说到做到；没办好也按时说明进展，并约下一次。",
        "Keep the word. If it is not ready, say how far it is and agree on the next date.",
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

BECAME_DORMANT = Trigger(
    code="became_dormant",
    name=Text("转为睡眠", "Became dormant"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=20,
    keep=0,
    minutes=10,
    icon="zzz",
    kind="loss",
    chip=Text("转为睡眠 · 末次 {day}", "Gone dormant · last on {day}"),
    script=Text(
        "{name}，好久没见您来了，是我们哪里做得不够好，还是用不上了？您说说，我来改。",
        "{name}, we have not seen you for a long time. Did we fall short somewhere, "
        "or is there no need any more? Please tell me and I will see to it.",
    ),
    hint=Text(
        "先问原因，第一次不打折、不催。对方不愿再收信息，就点“以后都不要营销”。",
        "Ask for the reason first; no discount and no pressure the first time. "
        "If they want no more messages, choose “No marketing ever”.",
    ),
)

TIER_THRESHOLD = Trigger(
    code="tier_threshold",
    name=Text("临界提升", "Close to the next tier"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=0,
    minutes=10,
    icon="stairs-up",
    kind="growth",
    chip=Text("离{tier}只差 {gap}", "{gap} short of {tier}"),
    script=Text(
        "{name}，您再多 {gap} 就是我们的{tier}客户了，有几项权益正好用得上，我给您说说？",
        "{name}, {gap} more and you are one of our {tier} customers. "
        "Some of the privileges would suit you; may I tell you about them?",
    ),
    hint=Text(
        "讲升级后的权益，不催款；不以存款送实物。",
        "Talk about the privileges and do not press for money; no goods for deposits.",
    ),
    stake=Stake.AMOUNT,
    chance=0.1,
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
    code="file_stale",
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

TRIGGERS = (
    PROMISE_DUE,
    LIFE_EVENT,
    BIRTHDAY,
    CONTACT_OVERDUE,
    BECAME_DORMANT,
    TIER_THRESHOLD,
    FILE_INCOMPLETE,
    FILE_STALE,
)
