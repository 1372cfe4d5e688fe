"""Triggers of a car dealer: delivery, workshop, the next car."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Either, Event, Holding, Silence
from regulars.server.care.rules.shape import Desk, Pack, Priority, Text, Trigger

# Months of age 36 and 48; a car that gets older is asked about no more.
THREE_AND_FOUR_YEARS = (1096, 1461)
# Days before the loan of a car ends, paid by the month.
SIX_INSTALMENTS_LEFT = -183

DELIVERY_FOLLOWUP = Trigger(
    code="delivery_followup",
    name=Text("交车回访", "After delivery"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=3,
    minutes=8,
    icon="key",
    kind="care",
    chip=Text("{product} {day} 交车 · {days}", "{product} delivered on {day}, {days}"),
    script=Text(
        "{name}，您 {day} 提的{product}，这几天开得顺手吗？有哪个功能没弄明白，我现在就讲给"
        "您听。",
        "{name}, you took your {product} home on {day}. How is it going? If any function is "
        "not clear, I can explain it right now.",
    ),
    hint=Text(
        "第 1 天问平安到家，第 3 天问使用，第 7 天解疑，第 30 天问满意度并约首保。三十天没人"
        "联系，客户就开始走远。",
        "Day 1: home safely. Day 3: how it drives. Day 7: questions. Day 30: content? And a "
        "date for the first service. A month of silence is where customers begin to drift "
        "away.",
    ),
    detect=After(Holding(("vehicle",), date="opened_on"), (1, 3, 7, 30)),
    pack=Pack.AUTO,
    channels=("call", "wecom"),
    chance=0.05,
    source="AUTO,AUTO2",
)

FIRST_SERVICE_DUE = Trigger(
    code="first_service_due",
    name=Text("首保", "First service due"),
    priority=Priority.CARE,
    marketing=False,
    deadline=3,
    keep=10,
    minutes=8,
    icon="settings",
    kind="due",
    chip=Text("首保 {day} 到期 · {days}", "First service due on {day}, {days}"),
    script=Text(
        "{name}，您的车 {day} 该做首保了（按里程或时间，先到为准）。我先帮您约个不用等的时段，"
        "您看哪天方便？",
        "{name}, the first service of your car is due on {day}, by mileage or time, "
        "whichever comes first. May I book you a slot without waiting?",
    ),
    hint=Text(
        "说清首保项目和费用，问最近里程；约好具体日期再挂电话。",
        "Say what is done and what it costs, ask for the mileage, and agree on a day.",
    ),
    detect=Before(
        Event.of("first_service_due"), (30, 7), unless=("first_service",), newest=True
    ),
    pack=Pack.AUTO,
    channels=("call", "wecom", "sms"),
    chance=0.1,
    source="AUTO",
)

SECOND_SERVICE_DUE = Trigger(
    code="second_service_due",
    name=Text("二保", "Second service due"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=3,
    keep=10,
    minutes=12,
    icon="settings",
    kind="loss",
    chip=Text("二保 {day} 到期 · {days}", "Second service due on {day}, {days}"),
    script=Text(
        "{name}，您的车 {day} 该做第二次保养了。上次来店有什么不满意的吗？我给您留好技师和时"
        "段，价格先跟您说清楚。",
        "{name}, the second service of your car is due on {day}. Was anything not right "
        "last time? I will keep a technician and a slot for you and tell you the price "
        "beforehand.",
    ),
    hint=Text(
        "首保到二保之间流失最多：先问上次体验，再约时间。项目和价格说在前面，不加项。",
        "Most customers are lost between the first and the second service. Ask about the "
        "last visit, then for a day. Name work and price first; add nothing.",
    ),
    detect=Before(
        Event.of("second_service_due"), (30, 7), unless=("second_service",), newest=True
    ),
    pack=Pack.AUTO,
    channels=("call", "wecom", "sms"),
    chance=0.15,
    source="AUTO",
)

SERVICE_FOLLOWUP = Trigger(
    code="service_followup",
    name=Text("维修后回访", "After the workshop"),
    priority=Priority.CARE,
    marketing=False,
    deadline=2,
    keep=2,
    minutes=6,
    icon="phone-check",
    kind="care",
    chip=Text("{day} 进厂 · 三天内回访", "In the workshop on {day}, ask within 3 days"),
    script=Text(
        "{name}，您的车 {day} 在我们这里做了保养维修，开着有没有哪里不对劲？费用和交车时间都"
        "跟说好的一样吗？",
        "{name}, your car was with us on {day}. Does everything feel right? Were the bill "
        "and the time as we had said?",
    ),
    hint=Text(
        "问故障是否解决、有没有等太久；有问题当场约返修，不推新项目。",
        "Is the fault gone, was the wait too long? If something is wrong agree on a day to "
        "mend it; sell nothing.",
    ),
    detect=After(Event.of("workshop_visit"), (1,)),
    pack=Pack.AUTO,
    channels=("call", "wecom"),
    chance=0.05,
)

WORKSHOP_LOST = Trigger(
    code="workshop_lost",
    name=Text("半年未回厂", "Not in the workshop for half a year"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=12,
    icon="alert-circle",
    kind="loss",
    chip=Text("上次进厂 {day} · {days}", "Last in the workshop on {day}, {days}"),
    script=Text(
        "{name}，您的车上次来我们这里是 {day}，有一阵子没见了。最近车况怎么样？到了该看的项"
        "目我给您列一张单，您自己定。",
        "{name}, your car was last with us on {day}. How is it running? I can list what is "
        "due by now, and you decide.",
    ),
    hint=Text(
        "只给一个来店的理由（该换的机油、季节检测、召回），先问在哪里保养、为什么。不贬低外"
        "面的店。",
        "Give one reason to come: oil that is due, a check for the season, a recall. Ask "
        "where it is serviced and why; say nothing bad about others.",
    ),
    detect=Silence(("workshop_visit",), (180,)),
    pack=Pack.AUTO,
    channels=("call", "wecom", "sms"),
    chance=0.1,
    source="AUTO2",
)

WARRANTY_EXPIRY = Trigger(
    code="warranty_expiry",
    name=Text("出保", "Warranty ends"),
    priority=Priority.MATURITY,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=10,
    icon="shield-check",
    kind="due",
    chip=Text("{product} {day} 到期 · {days}", "{product} ends on {day}, {days}"),
    script=Text(
        "{name}，您车上的{product} {day} 到期，{days}。趁还在保，建议来做一次全面检查，有问"
        "题都能按质保处理。",
        "{name}, the {product} of your car ends on {day}, {days}. Before that a full check "
        "is worth while: what is found is still covered.",
    ),
    hint=Text(
        "先安排出保前检查，再讲延保是什么、保什么、不保什么；买不买由客户定。",
        "Arrange the check first; then explain what an extension covers and what it does "
        "not. The choice is the customer's.",
    ),
    detect=Before(Holding(("warranty",)), (90, 30), renewed=True),
    pack=Pack.AUTO,
    channels=("call", "wecom"),
    chance=0.1,
    source="AUTO",
)

VEHICLE_INSPECTION = Trigger(
    code="vehicle_inspection",
    name=Text("年检", "Vehicle inspection due"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=10,
    minutes=6,
    icon="clipboard-check",
    kind="due",
    chip=Text("年检 {day} 到期 · {days}", "Inspection due by {day}, {days}"),
    script=Text(
        "{name}，您的车 {day} 前要做年检。需要的话我们可以预检或代办，要带的证件我发给您。",
        "{name}, your car is to be inspected by {day}. We can check it beforehand or take "
        "it there; I will send you the list of papers.",
    ),
    hint=Text(
        "核对行驶证和交强险是否有效；只提醒和代办，不推维修项目。",
        "Check that the papers and the insurance are valid. Remind and help; sell no repairs.",
    ),
    detect=Before(
        Event.of("inspection_due"), (60, 30), unless=("inspection_done",), newest=True
    ),
    pack=Pack.AUTO,
    desk=Desk.SERVICE,
    channels=("sms", "wecom", "call"),
    chance=0.05,
)

TRADE_IN_WINDOW = Trigger(
    code="trade_in_window",
    name=Text("置换窗口", "Trade-in window"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=20,
    keep=10,
    minutes=15,
    icon="switch-horizontal",
    kind="growth",
    chip=Text("置换时机 · {product}", "A time to trade in · {product}"),
    script=Text(
        "{name}，您的车陪了您好几年了。要不要先免费评估一下，知道现在值多少，换不换都不急。",
        "{name}, your car has been with you for some years. Shall we value it free of "
        "charge? Then you know what it is worth today, and there is no hurry.",
    ),
    hint=Text(
        "先问家里用车有没有变化（人口、通勤、新能源），再谈置换；估价写下来，不虚报高价引客。",
        "Ask what changed: family, commute, an electric car. Write the valuation down; no "
        "high figure to lure anybody in.",
    ),
    detect=Either(
        (
            After(Holding(("vehicle",), date="opened_on"), THREE_AND_FOUR_YEARS),
            After(Holding(("loan",), category="auto"), (SIX_INSTALMENTS_LEFT,)),
        )
    ),
    pack=Pack.AUTO,
    channels=("call", "wecom"),
    chance=0.05,
    source="doc2,P",
)

OWNER_REFERRAL = Trigger(
    code="owner_referral",
    name=Text("老车主推介", "A content owner"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=5,
    minutes=10,
    icon="user-plus",
    kind="growth",
    chip=Text("{day} 回访满意 · 请推介", "Content on {day}, ask for a referral"),
    script=Text(
        "{name}，谢谢您 {day} 给我们的好评。身边要是有朋友在看车，方便的话把我的联系方式给他，"
        "我一样用心接待。",
        "{name}, thank you for your kind answer of {day}. If a friend is looking for a car, "
        "please pass my number on; I will look after them just as well.",
    ),
    hint=Text(
        "交车 30 到 45 天之间最合适。对方同意才留联系方式；奖励按公司规定讲清楚，不私下许诺。",
        "Best between day 30 and 45. Take a number only if its owner agreed; rewards by the "
        "company's rules, no private promises.",
    ),
    detect=After(Event.of("delivery_survey", where="value >= 4"), unless=("complaint_opened",)),
    pack=Pack.AUTO,
    channels=("wecom", "call"),
    chance=0.05,
    source="doc2",
)

TRIGGERS = (
    DELIVERY_FOLLOWUP,
    FIRST_SERVICE_DUE,
    SECOND_SERVICE_DUE,
    SERVICE_FOLLOWUP,
    WORKSHOP_LOST,
    WARRANTY_EXPIRY,
    VEHICLE_INSPECTION,
    TRADE_IN_WINDOW,
    OWNER_REFERRAL,
)
