"""Triggers of dealings with organisations: how the account is doing."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Event, Measured
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

ORDER_GAP = Trigger(
    code="order_gap",
    name=Text("订单断档", "No order for too long"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=12,
    icon="calendar-x",
    kind="loss",
    chip=Text("断单 · 超过平常间隔一半以上", "No order for half as long again as usual"),
    script=Text(
        "{name}，按平常的节奏这段时间该有一单了，您那边是库存够用，还是有什么变化？需要配合"
        "的您说。",
        "{name}, by the usual pace an order would have come by now. Is there enough in "
        "stock, or has something changed? Tell me where we can help.",
    ),
    hint=Text(
        "问库存、项目、换供应商三种可能；查最近的交期和质量问题。不压货。",
        "Stock, projects, or another supplier? Look at late deliveries and quality first. "
        "No pushing of goods.",
    ),
    detect=Measured(
        where="now.median_gap > 0 and now.days_since_last > 1.5 * now.median_gap",
        needs=("median_gap", "days_since_last"),
        edge=True,
        kind="organization",
    ),
    pack=Pack.B2B,
    channels=("call", "visit"),
    chance=0.1,
)

ORDER_VALUE_DROP = Trigger(
    code="order_value_drop",
    name=Text("采购额下滑", "Orders came to less"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=15,
    icon="trending-down",
    kind="loss",
    chip=Text(
        "季度采购 {value}% · 少 {amount} {item}",
        "Orders {value}% in a quarter, {amount} less {item}",
    ),
    script=Text(
        "{name}，这个季度合作的量比上季度少了一些，想听听是你们那边需求变了，还是我们哪里没"
        "跟上？",
        "{name}, we did less together this quarter than in the one before. Have your needs "
        "changed, or did we fall behind somewhere?",
    ),
    hint=Text(
        "看是整体少了还是某个品类停了；停的品类先问是不是转给了别家、差在价格、交期还是质量。",
        "Is it everything, or one category that stopped? For that one ask whether it went "
        "elsewhere, and whether price, delivery or quality was the reason.",
    ),
    pack=Pack.B2B,
    channels=("visit", "call"),
    stake=Stake.AMOUNT,
    chance=0.1,
)

CHAMPION_LEFT = Trigger(
    code="champion_left",
    name=Text("关键人离职", "The key contact left"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=5,
    keep=10,
    minutes=20,
    icon="user-question",
    kind="loss",
    chip=Text("关键联系人 {day} 变动 {item}", "Key contact changed on {day} {item}"),
    script=Text(
        "{name}，听说负责我们这块的同事 {day} 有变动，先谢谢他一直以来的支持。以后由哪位对接？"
        "我想尽快当面介绍一下合作情况。",
        "{name}, I hear that our contact with you changed on {day}; many thanks for all the "
        "support. Who takes over? I would like to come and explain what we do for you.",
    ),
    hint=Text(
        "五天内找到接手人并约见；带合作成果和在办事项。原联系人去了新公司，也恭喜一声，不打"
        "听旧东家的事。",
        "Find who takes over within five days and meet them, with results and open work. "
        "Congratulate the one who left, and ask nothing about the old employer.",
    ),
    detect=After(Event.of("contact_left", "contact_bounced"), unless=("contact_replaced",)),
    pack=Pack.B2B,
    channels=("call", "visit"),
    chance=0.1,
    source="CS4",
)

HEALTH_RED = Trigger(
    code="health_red",
    name=Text("健康分转红", "Health turned red"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=30,
    icon="alert-triangle",
    kind="loss",
    chip=Text("健康分 {value} · {day} 转红", "Health {value}, red since {day}"),
    script=Text(
        "{name}，最近合作里有几件事不太顺，我想先听您讲最要紧的是哪一件，一周内给您一份改进"
        "计划，之后每周跟您对一次进度。",
        "{name}, some things have not gone well lately. I would like to hear which matters "
        "most; within a week you have a plan from me, and then we look at it together every "
        "week.",
    ),
    hint=Text(
        "48 小时内通话，一周内给书面计划，之后六周每周一次。计划写清谁、做什么、哪天；没有进"
        "展也按时说。",
        "A call within 48 hours, a written plan within a week, then each week for six "
        "weeks: who, what, until when. Report on time even without progress.",
    ),
    detect=After(
        Event.of("health_red", where="value < 60"),
        (0, 7, 14, 21, 28, 35, 42),
        unless=("health_green",),
    ),
    pack=Pack.B2B,
    channels=("call", "visit"),
    chance=0.15,
    source="CS5",
)

HEALTH_RED_SPONSOR = Trigger(
    code="health_red_sponsor",
    name=Text("健康分转红 · 高层", "Health turned red, sponsor"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=2,
    keep=3,
    minutes=20,
    icon="users",
    kind="loss",
    chip=Text(
        "健康分 {value} · 高层 48 小时内致电", "Health {value}, sponsor calls within 48 hours"
    ),
    script=Text(
        "{name}，我是这边的负责人。最近合作不顺，责任我来担；想听您说说最不满意的是什么，我"
        "来协调资源解决。",
        "{name}, I am in charge on our side, and what went wrong is mine to mend. What are "
        "you least content with? I will see that it gets what it needs.",
    ),
    hint=Text(
        "先和客户负责人对情况，再打给对方的决策人。只承诺能办到的事和日子。",
        "Talk to the account's manager first, then call the one who decides there. Promise "
        "only what can be kept, with a day.",
    ),
    detect=After(Event.of("health_red", where="value < 60"), unless=("health_green",)),
    pack=Pack.B2B,
    desk=Desk.LEADER,
    chance=0.1,
    source="CS5",
)

HEALTH_AMBER = Trigger(
    code="health_amber",
    name=Text("健康分转黄", "Health turned amber"),
    priority=Priority.CARE,
    marketing=False,
    deadline=10,
    keep=5,
    minutes=15,
    icon="alert-circle",
    kind="care",
    chip=Text("健康分 {value} · {day} 转黄", "Health {value}, amber since {day}"),
    script=Text(
        "{name}，例行问候一下，最近用得怎么样？有没有哪件事拖着没解决，我来推一下。",
        "{name}, I am checking in. How is it going, and is anything dragging on that I can "
        "push?",
    ),
    hint=Text(
        "14 天内联系一次；看用量、工单、付款哪一项掉了，只解决这一项。",
        "Be in touch within 14 days. See which fell, usage, tickets or payment, and mend "
        "that one.",
    ),
    detect=After(
        Event.of("health_red", where="value >= 60 and value < 80"),
        unless=("health_green",),
    ),
    pack=Pack.B2B,
    channels=("call", "wecom", "email"),
    chance=0.05,
    source="CS5",
)

USAGE_HIGH = Trigger(
    code="usage_high",
    name=Text("扩容信号", "Close to the limit"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=10,
    minutes=15,
    icon="gauge",
    kind="growth",
    chip=Text("用量已达 {value}% {item}", "{value}% used {item}"),
    script=Text(
        "{name}，您这边的用量到了 {value}%，再往上可能会受限。我把几种扩容办法和现在够不够用"
        "一起算给您看。",
        "{name}, {value}% of what you have is used; beyond it you may meet limits. I can "
        "work out the ways to extend, and whether what you have will do.",
    ),
    hint=Text(
        "先看是长期增长还是一时高峰；一时高峰就给临时办法，不劝多买。",
        "Growth, or a peak? For a peak offer a way for the time being; do not sell more "
        "than is needed.",
    ),
    detect=After(Event.of("usage_high", where="value >= 80"), once="quarter"),
    pack=Pack.B2B,
    channels=("call", "email"),
    chance=0.2,
)

ONBOARDING_SLIP = Trigger(
    code="onboarding_slip",
    name=Text("上线里程碑延误", "A milestone slipped"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=20,
    icon="alarm",
    kind="due",
    chip=Text("里程碑 {item} 应在 {day} 完成", "Milestone {item} was due on {day}"),
    script=Text(
        "{name}，{item} 原定 {day} 完成，现在晚了。原因我说给您听，新的日子和要您配合的我一"
        "并列好，今天就对一下？",
        "{name}, {item} was due on {day} and is late. Let me tell you why, with the new day "
        "and what we need from you. Can we go through it today?",
    ),
    hint=Text(
        "分清卡在我们还是对方；给一个能做到的新日期，写清双方各做什么，并记成承诺。",
        "Is it stuck with us or with them? Give a day that can be kept, what each side "
        "does, and note it as a promise.",
    ),
    detect=After(Event.of("milestone_due"), (1,), unless=("milestone_done",), early=True),
    pack=Pack.B2B,
    channels=("call", "email"),
    chance=0.1,
    source="CS4",
)

TRIGGERS = (
    ORDER_GAP,
    ORDER_VALUE_DROP,
    CHAMPION_LEFT,
    HEALTH_RED,
    HEALTH_RED_SPONSOR,
    HEALTH_AMBER,
    USAGE_HIGH,
    ONBOARDING_SLIP,
)
