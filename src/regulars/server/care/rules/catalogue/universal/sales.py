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

OPPORTUNITY_STEP = Trigger(
    code="opportunity_step",
    name=Text("商机跟进", "Opportunity"),
    priority=Priority.GROWTH,
    marketing=False,
    deadline=0,
    keep=10,
    minutes=15,
    icon="briefcase",
    kind="growth",
    chip=Text("商机 {day}：{step}{lead}", "Opportunity, {day}: {step}{lead}"),
    script=Text(
        "{name}，上次聊到的事我接着给您办。想先确认一下：您的需要有没有变化？您看方便吗？",
        "{name}, let me go on with what we spoke about. First: has anything changed in what "
        "you need? Is this a good moment?",
    ),
    hint=Text(
        "先看需求和上次说的话，再谈方案；谈完当场约好下一步和日期。客户没同意营销的，只答不推。",
        "Look at the need and at what was said last, then speak of the proposal, and agree on "
        "the next step with its day. Who did not agree to marketing is answered, not sold to.",
    ),
    chance=0.1,
)

SALON_GUEST = Trigger(
    code="salon_guest",
    name=Text("沙龙客人", "Guest of a salon"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=2,
    keep=5,
    minutes=8,
    icon="calendar-event",
    kind="growth",
    chip=Text("{step}", "{step}"),
    script=Text(
        "{name}，想跟您说一件聚会的事，不耽误您时间：{step}。您看方便吗？",
        "{name}, it is about a small gathering of ours, it takes a minute: {step}. "
        "Is this a good moment?",
    ),
    hint=Text(
        "邀请先说主题和客人要做什么，不说产品；会后先问感受，再接着客户自己想了解的事往下谈。",
        "To invite, speak of the theme and of what guests do, not of products. Afterwards ask "
        "how it was first, then go on with what they wanted to hear of.",
    ),
    chance=0.05,
    source="003",
)

TOPIC_TALK = Trigger(
    code="topic_talk",
    name=Text("热点话题", "News to speak about"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=1,
    keep=3,
    minutes=10,
    icon="speakerphone",
    kind="growth",
    chip=Text("热点 {day}：{number}", "News, {day}: {number}"),
    script=Text("{name}，{step}", "{name}, {step}"),
    hint=Text(
        "先说事，再问客户怎么看；话题过了时间就不再提。",
        "Say what happened, then ask what the customer thinks. Once it is old, leave it.",
    ),
    chance=0.1,
)

CAMPAIGN_CALL = Trigger(
    code="campaign_call",
    name=Text("营销活动", "Campaign"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=0,
    keep=10,
    minutes=10,
    icon="speakerphone",
    kind="growth",
    chip=Text("活动：{step} · {day} 前", "Campaign: {step}, by {day}"),
    script=Text(
        "{name}，我们最近有一项活动想跟您说一声，两分钟就好。您现在方便吗？",
        "{name}, there is something going on that I would like to tell you of; it takes two "
        "minutes. Is this a good moment?",
    ),
    hint=Text(
        "按活动的话术说清楚内容和截止日；客户有兴趣就约下一步，不愿意就记下来，不再追。",
        "Say what it is and until when, in the campaign's words. Agree on a next step with who "
        "is interested; write a no down and leave it at that.",
    ),
    chance=0.05,
)

TRIGGERS = (
    *(PLAYBOOK_STEP, ANSWER_LOW, OPPORTUNITY_STEP),
    *(SALON_GUEST, TOPIC_TALK, CAMPAIGN_CALL),
)
