"""Triggers of every trade: tiers, risk, sleep, points."""

from __future__ import annotations

from regulars.server.care.rules.detectors import Before, Event, Measured, Turned
from regulars.server.care.rules.shape import Desk, Priority, Stake, Text, Trigger

# A band above the one of the run before; a run without a model has none.
RANK = "list_position(['low', 'medium', 'high'], {of}.churn_band)"
RISE = f"({RANK.format(of='now')} > {RANK.format(of='was')})"
# 30 % less in 90 days than in the 90 days of an average quarter of the year before them.
LESS = (
    "({of}.tenure_days >= 365 and {of}.spend_365 > {of}.spend_90 "
    "and {of}.spend_90 < 0.7 * ({of}.spend_365 - {of}.spend_90) * 90 / 275)"
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
    desk=Desk.SERVICE,
    channels=("sms", "wecom", "call"),
    source="DORM",
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

TIER_UPGRADED = Trigger(
    code="tier_upgraded",
    name=Text("升级", "Moved up a tier"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=5,
    minutes=10,
    icon="trophy",
    kind="care",
    chip=Text("升为{tier}", "Now {tier}"),
    script=Text(
        "{name}，恭喜您成为我们的{tier}客户。有几项服务从现在起就可以用，"
        "我用两分钟给您说一下。",
        "{name}, you are now one of our {tier} customers. Some services are yours from "
        "today; may I take two minutes to tell you about them?",
    ),
    hint=Text(
        "讲清权益怎么用、找谁用，问一个马上用得上的；不借升级卖产品。",
        "Say how to use the privileges and whom to ask; find one of use right now. "
        "Do not sell on it.",
    ),
    detect=Turned("up", levels=(5, 4, 3)),
    chance=0.02,
    source="CCB12",
)

TIER_WATCH = Trigger(
    code="tier_watch",
    name=Text("保级关注", "Below the tier"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=15,
    icon="stairs-down",
    kind="loss",
    chip=Text("低于{tier}已三个月 · 差 {gap}", "Below {tier} for three months, {gap} short"),
    script=Text(
        "{name}，您原来是我们的{tier}客户，这三个月略低于标准。您的资金是有别的安排吗？"
        "看看我能不能帮上忙。",
        "{name}, you were one of our {tier} customers and have been a little below it for "
        "three months. Have your plans changed? Perhaps I can help.",
    ),
    hint=Text(
        "先问资金去向和计划，再说保级的办法；不催款，不以存款送实物。",
        "Ask about plans first, then how the tier can be kept. No pressure; "
        "no goods for deposits.",
    ),
    chance=0.1,
    source="CCB12",
)

CHURN_RISK_UP = Trigger(
    code="churn_risk_up",
    name=Text("流失预警", "Risk of leaving rose"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=3,
    keep=5,
    minutes=15,
    icon="trending-down",
    kind="loss",
    chip=Text("流失风险上升 · {day}", "Risk of leaving rose, {day}"),
    script=Text(
        "{name}，最近和您来往少了一些，想听听是不是我们有什么没做好，或者您的需要变了？",
        "{name}, we have seen a little less of you lately. Did we fall short, "
        "or have your needs changed?",
    ),
    hint=Text(
        "先看最近的投诉、异动和承诺，再打电话；听原因，不提“流失”“评分”这类词。",
        "Look at complaints, movements and promises first. Listen for the reason; "
        "never speak of risk or scores.",
    ),
    detect=Measured(
        where=RISE
        + " or ("
        + LESS.format(of="now")
        + " and not coalesce("
        + LESS.format(of="was")
        + ", false))",
        needs=("spend_90", "spend_365", "tenure_days"),
        may_lack=("churn_band",),
        cycle="quarter",
    ),
    chance=0.1,
    source="CHURN",
)

REACTIVATED = Trigger(
    code="reactivated",
    name=Text("唤醒成功", "Came back"),
    priority=Priority.CARE,
    marketing=False,
    deadline=3,
    keep=5,
    minutes=10,
    icon="rotate",
    kind="care",
    chip=Text("睡眠后重新活跃 · {day}", "Active again, {day}"),
    script=Text(
        "{name}，好久不见，很高兴又能为您服务。这次用下来还顺利吗？",
        "{name}, it is good to have you back. Did all go well this time?",
    ),
    hint=Text(
        "欢迎、问体验，弄清为什么回来；这一次不推销。",
        "Welcome, ask how it went, find out what brought them back. No selling this time.",
    ),
    detect=Measured(
        where="was.stage in ('dormant', 'lost') and now.stage not in ('dormant', 'lost') "
        "and now.last_on > was.last_on",
        needs=("stage", "last_on"),
    ),
    chance=0.05,
)

POINTS_EXPIRING = Trigger(
    code="points_expiring",
    name=Text("积分到期", "Points expire"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=1,
    keep=0,
    minutes=2,
    icon="coins",
    kind="due",
    chip=Text("{value} 积分 {day} 到期 · {days}", "{value} points expire on {day}, {days}"),
    script=Text(
        "{name}，您有 {value} 积分 {day} 到期，{days}。需要的话我告诉您怎么用。",
        "{name}, {value} of your points expire on {day}, {days}. "
        "I can show you how to use them.",
    ),
    hint=Text(
        "只提醒用法和日期，不推荐产品。",
        "Say when, and how to use them; recommend nothing.",
    ),
    detect=Before(Event.of("points_expire"), (60, 30, 7), unless=("points_used",)),
    desk=Desk.SERVICE,
    channels=("app", "sms"),
    stake=Stake.NOTHING,
    chance=0.02,
)

COUPON_EXPIRING = Trigger(
    code="coupon_expiring",
    name=Text("券到期", "Coupon expires"),
    priority=Priority.MATURITY,
    marketing=True,
    deadline=1,
    keep=0,
    minutes=2,
    icon="tag",
    kind="due",
    chip=Text("{amount} 券 {day} 到期 · {days}", "Coupon of {amount} expires on {day}, {days}"),
    script=Text(
        "{name}，您有一张 {amount} 的券 {day} 到期，{days}，别忘了用。",
        "{name}, your coupon of {amount} expires on {day}, {days}. Do not miss it.",
    ),
    hint=Text(
        "只提醒一次用法和门槛；不为用券劝买。",
        "Say how it is used and from which amount; do not push a purchase for its sake.",
    ),
    detect=Before(Event.of("coupon_expires"), (7, 3, 1), unless=("coupon_used",)),
    desk=Desk.SERVICE,
    channels=("app", "wecom"),
    stake=Stake.AMOUNT,
    chance=0.05,
)

TRIGGERS = (
    BECAME_DORMANT,
    TIER_THRESHOLD,
    TIER_UPGRADED,
    TIER_WATCH,
    CHURN_RISK_UP,
    REACTIVATED,
    POINTS_EXPIRING,
    COUPON_EXPIRING,
)
