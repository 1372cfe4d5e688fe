"""Triggers of a shop: members, service, the ways to reach them."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Event, Every, File, Measured
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

WELCOME = Trigger(
    code="welcome",
    name=Text("入会", "Welcome"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=3,
    minutes=4,
    icon="user-plus",
    kind="care",
    chip=Text("{day} 入会 · {days}", "Joined on {day}, {days}"),
    script=Text(
        "{name}，欢迎您 {day} 加入会员。权益怎么用、积分怎么攒，我用一分钟给您说清楚；有问题"
        "直接找我。",
        "{name}, welcome: you joined on {day}. Let me take a minute for what membership "
        "gives you and how points grow; ask me anything.",
    ),
    hint=Text(
        "当天讲权益，第 3 天发大家常买的。先问喜好，只推两三样。",
        "The first day: benefits. Day 3: what others like. Ask what they care for; two or "
        "three things, no more.",
    ),
    detect=After(File("since"), (0, 3)),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "sms", "app"),
    chance=0.05,
    source="FLOW",
)

VIP_SPEND_DROP = Trigger(
    code="vip_spend_drop",
    name=Text("贵宾消费下滑", "A good customer buys less"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=15,
    icon="trending-down",
    kind="loss",
    chip=Text(
        "近 90 天消费 {amount} · 不到平常一半", "{amount} in 90 days, less than half of usual"
    ),
    script=Text(
        "{name}，最近来得少了，想问问您是忙，还是我们有什么没做好？您提，我来改。",
        "{name}, you have come less often lately. Are you busy, or did we miss something? "
        "Tell me, and I will see to it.",
    ),
    hint=Text(
        "先查退换货、差评和投诉再打；听原因，不报消费数字，不一上来就打折。",
        "Look at returns, reviews and complaints first. Listen; name no figures of theirs, "
        "and do not open with a discount.",
    ),
    detect=Measured(
        where="3 * now.spend_90 < 0.5 * (now.spend_365 - now.spend_90) "
        "and now.tenure_days >= 365",
        needs=("spend_90", "spend_365", "tenure_days"),
        amount="now.spend_90",
        edge=True,
        cycle="quarter",
        levels=(5, 4),
    ),
    pack=Pack.RETAIL,
    channels=("call", "wecom"),
    chance=0.1,
)

RETURN_OR_BAD_REVIEW = Trigger(
    code="return_or_bad_review",
    name=Text("退货差评", "Return or bad review"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=2,
    minutes=10,
    icon="message-exclamation",
    kind="loss",
    chip=Text("{day} 退货或差评 {item}", "Return or bad review on {day} {item}"),
    script=Text(
        "{name}，您 {day} 反映的问题我看到了，给您添麻烦了。想当面听您说说哪里不合适，退换我"
        "马上办。",
        "{name}, I saw what went wrong on {day} and am sorry for the trouble. Please tell "
        "me what was not right; the return or exchange I settle at once.",
    ),
    hint=Text(
        "两天内打。先道歉再问，不辩解；不求删评、不用好处换好评，记下原因给商品和物流。",
        "Call within two days. Apologise, ask, do not argue. Never ask to delete a review "
        "or pay for one; note the cause.",
    ),
    detect=After(
        Event.of("return", "review", where="kind = 'return' or value <= 2"),
        unless=("return_settled",),
    ),
    pack=Pack.RETAIL,
    chance=0.1,
)

TIER_GAP_AMOUNT = Trigger(
    code="tier_gap_amount",
    name=Text("差额升级", "A little short of the next tier"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=0,
    keep=0,
    minutes=4,
    icon="stairs-up",
    kind="growth",
    chip=Text("月底前再消费 {gap} 升{tier}", "{gap} more before the month ends makes {tier}"),
    script=Text(
        "{name}，您到月底再消费 {gap} 就升到{tier}了，权益我给您列出来，正好有要买的可以凑一"
        "凑，没有就下个月再说。",
        "{name}, {gap} more before the month ends makes you {tier}. I can list what that "
        "brings; if you need something anyway it is a good time, and if not, next month "
        "will do.",
    ),
    hint=Text(
        "讲权益和截止日，不劝囤货；客户说不需要就不再提。",
        "Name benefits and the last day; do not talk anybody into stocking up. A no is a no.",
    ),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "sms", "app"),
    stake=Stake.AMOUNT,
    chance=0.1,
    source="RET",
)

MEMBER_DAY = Trigger(
    code="member_day",
    name=Text("会员日", "Members' day"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=0,
    minutes=2,
    icon="gift",
    kind="care",
    chip=Text("会员日 {day} · {days}", "Members' day on {day}, {days}"),
    script=Text(
        "{name}，{day}是我们的会员日，有您常买的几样。您要来的话我给您留着，人多也不用排队。",
        "{name}, {day} is our members' day, with some of what you like. If you come I will "
        "keep it for you, so that you need not queue.",
    ),
    hint=Text(
        "前一天发一次就够；说清时间、地点和规则，优惠写实。",
        "One message the day before is enough. Say when, where and by which rules; no "
        "inflated offers.",
    ),
    detect=Every("month", begins=1, levels=(5, 4, 3), day=18, ahead=1),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "app", "sms"),
    chance=0.03,
)

WECOM_ADDED = Trigger(
    code="wecom_added",
    name=Text("加友欢迎", "Added on WeCom"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=1,
    minutes=3,
    icon="message-2",
    kind="care",
    chip=Text("{day} 加了企业微信", "Added on WeCom on {day}"),
    script=Text(
        "{name}，您好，我是您的专属顾问。您平时想收哪类消息、不想收哪类，告诉我，我按您的来。",
        "{name}, hello, I am your contact here. Tell me what you would like to hear of and "
        "what not, and I will keep to it.",
    ),
    hint=Text(
        "当天打招呼，只自我介绍和问偏好；不发广告、不拉群。",
        "Say hello the same day: who you are, what they prefer. No advertising, no groups.",
    ),
    detect=After(Event.of("wecom_added"), unless=("wecom_removed",)),
    pack=Pack.RETAIL,
    channels=("wecom",),
    chance=0.03,
)

WECOM_REMOVED = Trigger(
    code="wecom_removed",
    name=Text("删友", "Removed on WeCom"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=0,
    keep=3,
    minutes=3,
    icon="mail-off",
    kind="loss",
    chip=Text("{day} 删除了企业微信", "Removed us on WeCom on {day}"),
    script=Text(
        "{name}，打扰了。您要是觉得消息太多，我以后只在您需要的时候联系；电话或短信，您愿意"
        "哪种？",
        "{name}, sorry to disturb. If there were too many messages I will be in touch only "
        "when you need it; would you rather have calls or texts?",
    ),
    hint=Text(
        "企业微信这个渠道已自动停用，不要再加回去；客户自己加回来才恢复。只有真有服务要办时"
        "才用别的渠道联系，并问清偏好。",
        "WeCom was closed by itself; do not add them again. It opens when they come back. Use "
        "another channel only where there is service to do, and ask what they prefer.",
    ),
    detect=After(Event.of("wecom_removed"), unless=("wecom_added",)),
    pack=Pack.RETAIL,
    channels=("sms", "call"),
    chance=0.02,
)

TRIGGERS = (
    WELCOME,
    VIP_SPEND_DROP,
    RETURN_OR_BAD_REVIEW,
    TIER_GAP_AMOUNT,
    MEMBER_DAY,
    WECOM_ADDED,
    WECOM_REMOVED,
)
