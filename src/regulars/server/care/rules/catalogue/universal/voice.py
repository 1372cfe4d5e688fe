"""Triggers of every trade: what customers say, whom they bring, where they come."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Event
from regulars.server.care.rules.shape import Desk, Priority, Text, Trigger

COMPLAINT_OPENED = Trigger(
    code="complaint_opened",
    name=Text("投诉受理", "Complaint opened"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=20,
    icon="message-exclamation",
    kind="loss",
    chip=Text("投诉 {day} · 当天受理", "Complaint of {day}, acknowledge today"),
    script=Text(
        "{name}，您 {day} 反映的问题我们收到了，给您添麻烦了。我先把经过听完整，"
        "再告诉您谁来办、什么时候答复。",
        "{name}, we have your complaint of {day} and I am sorry for the trouble. "
        "I would like to hear all of it, then tell you who handles it and until when.",
    ),
    hint=Text(
        "先听完再道歉，不辩解、不定责。说清办理人和答复期限（简单 15 天、"
        "复杂 30 天）以及复核、调解途径；被投诉的人不得办理。结案前不做营销。",
        "Hear it out and apologise; do not argue and do not judge. Say who handles it, "
        "the days (15; 30 if complex) and the ways of review and mediation. "
        "Whoever it is about does not handle it. No marketing until it is closed.",
    ),
    detect=After(Event.of("complaint_opened", "complaint"), unless=("complaint_closed",)),
    desk=Desk.SERVICE,
    chance=0.1,
    source="COMP",
)

COMPLAINT_CLOSED = Trigger(
    code="complaint_closed",
    name=Text("投诉回访", "Complaint closed"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=3,
    keep=5,
    minutes=10,
    icon="phone-check",
    kind="due",
    chip=Text("投诉 {day} 办结 · 待回访", "Complaint closed on {day}, ask if content"),
    script=Text(
        "{name}，您上次反映的事 {day} 办结了。我没有经手，想听您说说：结果满意吗，"
        "还有没有没解决的？",
        "{name}, what you told us was settled on {day}. I was not part of it and would like "
        "to hear from you: are you content, or is anything left?",
    ),
    hint=Text(
        "由没有经手的人回访。不满意就重新受理，并告知复核和调解途径；如实记录评分。",
        "Whoever handled it does not make this call. If it is not settled, open it again and "
        "name the ways of review. Write down what is said as it is said.",
    ),
    detect=After(Event.of("complaint_closed"), unless=("complaint_opened", "complaint")),
    desk=Desk.MANAGER,
    chance=0.1,
)

COMPLAINT_DUE = Trigger(
    code="complaint_due",
    name=Text("投诉办理", "Complaint to deal with"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=0,
    keep=20,
    minutes=20,
    icon="message-exclamation",
    kind="loss",
    chip=Text("投诉 {number}：{step}，{days}", "Complaint {number}: {step}, {days}"),
    script=Text(
        "{name}，您反映的事由我跟进。我把查到的情况和下一步跟您说一下，您看行不行？",
        "{name}, I am seeing to what you told us. Let me say what we found and what comes "
        "next; tell me whether that settles it.",
    ),
    hint=Text(
        "先打开投诉单再联系：答复写在单上，写明复核、调解、仲裁和诉讼途径；"
        "谈完仍未答复或未结案的，卡片留着。",
        "Open the case first: the answer is written there, with the ways of review, mediation, "
        "arbitration and court. A talk alone does not close this: the case does.",
    ),
    chance=0.1,
)

SURVEY_DETRACTOR = Trigger(
    code="survey_detractor",
    name=Text("低分预警", "Low score"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=15,
    icon="alert-circle",
    kind="loss",
    chip=Text("{day} 评分 {value}", "Score {value} on {day}"),
    script=Text(
        "{name}，谢谢您 {day} 给我们打的分。我是这里的负责人，想直接听听是哪里让您不满意，"
        "看我能改什么。",
        "{name}, thank you for your answer of {day}. I am in charge here and would like to "
        "hear from you what went wrong, and what I can change.",
    ),
    hint=Text(
        "不劝改分。问一件最不满意的事，当场说清谁在哪天前解决。",
        "Do not ask for a better score. Find the one thing that mattered most; "
        "say who mends it and until when.",
    ),
    detect=After(
        Event.of(
            "survey_nps",
            "survey_csat",
            where="(kind = 'survey_nps' and value <= 6) "
            "or (kind = 'survey_csat' and value <= 2)",
        )
    ),
    desk=Desk.MANAGER,
    chance=0.1,
    source="CS1,P",
)

SURVEY_PROMOTER = Trigger(
    code="survey_promoter",
    name=Text("愿意推荐", "Would recommend us"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=5,
    minutes=10,
    icon="thumb-up",
    kind="growth",
    chip=Text("{day} 评分 {value}", "Score {value} on {day}"),
    script=Text(
        "{name}，谢谢您 {day} 的高分，对我是很大的鼓励。身边若有朋友也用得上，"
        "方便的话把我介绍给他，成不成都不要紧。",
        "{name}, thank you for your score of {day}; it means a lot to me. "
        "If a friend could use our help, I would be glad to be introduced, with no strings.",
    ),
    hint=Text(
        "先道谢，再请推荐；只收对方同意给的联系方式，不许诺现金。",
        "Thank first, then ask. Take only what the friend agreed to give; promise no cash.",
    ),
    detect=After(Event.of("survey_nps", where="value >= 9")),
    channels=("wecom",),
    chance=0.03,
    source="CS1,P",
)

REFERRAL_RECEIVED = Trigger(
    code="referral_received",
    name=Text("转介绍线索", "Came by referral"),
    priority=Priority.GROWTH,
    marketing=False,
    deadline=1,
    keep=5,
    minutes=15,
    icon="user-plus",
    kind="growth",
    chip=Text("{day} 经人介绍", "Referred to us on {day}"),
    script=Text(
        "{name}，您的朋友把您介绍给我，我是专门负责的客户经理。您现在方便吗？"
        "想先听听您这边的想法。",
        "{name}, a friend of yours gave me your name; I am the one in charge here. "
        "Is now a good time? I would like to hear what you have in mind.",
    ),
    hint=Text(
        "按卡片上的时限联系。说明谁介绍的（介绍人同意才说名字），先听需求；对方不愿意就道谢停止。",
        "Call by the time on the card. Name the friend only if the friend agreed. Listen "
        "first; if they do not want this, thank them and stop.",
    ),
    detect=After(Event.of("referral_received")),
    chance=0.1,
    source="doc4",
)

REFERRAL_FEEDBACK = Trigger(
    code="referral_feedback",
    name=Text("转介绍反馈", "Tell who referred"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=5,
    minutes=5,
    icon="messages",
    kind="care",
    chip=Text("{day} 介绍来的朋友 · 待反馈", "Referred a friend on {day}, tell how it goes"),
    script=Text(
        "{name}，谢谢您 {day} 介绍朋友给我。我已经和他联系上了，进展我会及时告诉您。",
        "{name}, thank you for sending your friend to me on {day}. "
        "We are in touch, and I will keep you posted.",
    ),
    hint=Text(
        "只说联系进度，不透露朋友买了什么、多少钱。",
        "Say how far it is, never what the friend bought or for how much.",
    ),
    detect=After(Event.of("referral_given", "referral_result"), unless=("referral_result",)),
    channels=("wecom",),
    chance=0.02,
)

EVENT_NO_REPLY = Trigger(
    code="event_no_reply",
    name=Text("邀约未回复", "No reply to invitation"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=0,
    keep=0,
    minutes=5,
    icon="calendar-time",
    kind="growth",
    chip=Text("活动 {day} · 邀约未回复", "Event on {day}, no reply yet"),
    script=Text(
        "{name}，之前邀请您 {day} 来参加活动，想问问您那天方便吗？不方便也没关系，"
        "我好安排座位。",
        "{name}, we invited you for {day}. Can you make it? "
        "If not, that is quite all right; it helps me with the seats.",
    ),
    hint=Text(
        "只问来不来、几位；确认后在活动里登记。不来的不追问原因。",
        "Ask only whether they come, and how many. Register the reply; a no needs no reason.",
    ),
    detect=Before(Event.of("event_invited"), (3, 1), unless=("event_replied",)),
    chance=0.03,
)

EVENT_ATTENDED = Trigger(
    code="event_attended",
    name=Text("到场跟进", "Came to our event"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=2,
    keep=3,
    minutes=10,
    icon="armchair-2",
    kind="growth",
    chip=Text("{day} 到场", "Came on {day}"),
    script=Text(
        "{name}，谢谢您 {day} 来参加活动。那天的内容您最关心哪一块？我把资料整理给您。",
        "{name}, thank you for coming on {day}. What was of most interest to you? "
        "I can put the papers together.",
    ),
    hint=Text(
        "两天内联系，从活动内容谈起，记下一个兴趣和下一步。",
        "Be in touch within two days. Begin with the event; note one interest and a next step.",
    ),
    detect=After(Event.of("event_attended", "salon")),
    chance=0.05,
)

EVENT_NO_SHOW = Trigger(
    code="event_no_show",
    name=Text("缺席跟进", "Missed our event"),
    priority=Priority.CARE,
    marketing=True,
    deadline=3,
    keep=3,
    minutes=5,
    icon="calendar-x",
    kind="care",
    chip=Text("{day} 未到场", "Did not come on {day}"),
    script=Text(
        "{name}，{day} 的活动没见到您，想着您可能临时有事。资料我给您留了一份，"
        "需要的话发给您。",
        "{name}, we missed you on {day}; something must have come up. "
        "I kept the papers for you and can send them.",
    ),
    hint=Text(
        "不责怪、不追问；问一句下次想听什么。",
        "No reproach. Ask what they would like to hear about next time.",
    ),
    detect=After(Event.of("event_no_show")),
    chance=0.02,
)

CAMPAIGN_RESPONSE = Trigger(
    code="campaign_response",
    name=Text("营销响应", "Answered a campaign"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=1,
    keep=3,
    minutes=10,
    icon="send",
    kind="growth",
    chip=Text("{day} 有响应 · {days}", "Answered on {day}, {days}"),
    script=Text(
        "{name}，看到您 {day} 对我们发的内容感兴趣，我来给您说清楚，您最想了解哪一点？",
        "{name}, you showed interest on {day} in what we sent. "
        "I am glad to explain: which part matters most to you?",
    ),
    hint=Text(
        "趁热联系，先问用途，再看是否适合；不适合就直说。",
        "Call while it is fresh. Ask what it is for, then whether it suits; "
        "if it does not, say so.",
    ),
    detect=After(Event.of("campaign_response")),
    chance=0.15,
)

TRIGGERS = (
    COMPLAINT_OPENED,
    COMPLAINT_CLOSED,
    COMPLAINT_DUE,
    SURVEY_DETRACTOR,
    SURVEY_PROMOTER,
    REFERRAL_RECEIVED,
    REFERRAL_FEEDBACK,
    EVENT_NO_REPLY,
    EVENT_ATTENDED,
    EVENT_NO_SHOW,
    CAMPAIGN_RESPONSE,
)
