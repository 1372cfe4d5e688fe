"""Triggers of a real estate agent: the way to the keys, and owners."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Either, Event, Every, Holding
from regulars.server.care.rules.shape import Pack, Priority, Stake, Text, Trigger

# Taxes on a sale change after two and after five years.
TWO_AND_FIVE_YEARS = (731, 1827)

CONTRACT_SIGNED = Trigger(
    code="contract_signed",
    name=Text("签约", "Contract signed"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=3,
    minutes=10,
    icon="file-text",
    kind="care",
    chip=Text("{day} 签约 · 致谢并给时间表", "Signed on {day}, thanks and a timetable"),
    script=Text(
        "{name}，谢谢您 {day} 在我们这里签约。接下来贷款、过户、交房每一步什么时候、要带什么，"
        "我列了一张表发给您。",
        "{name}, thank you for signing on {day}. I have put down each step from here, loan, "
        "transfer and handover, with its day and what to bring, and will send it to you.",
    ),
    hint=Text(
        "次日联系；时间表写清谁办、哪天、要什么材料。只报确定的日子，不催、不加价。",
        "Be in touch the next day. The timetable says who, when and which papers; name only "
        "days that are certain.",
    ),
    detect=After(Event.of("contract_signed"), (1,), unless=("contract_cancelled",)),
    pack=Pack.ESTATE,
    channels=("call", "wecom"),
    chance=0.05,
)

MORTGAGE_STEP = Trigger(
    code="mortgage_step",
    name=Text("按揭节点", "Mortgage step"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=1,
    keep=3,
    minutes=8,
    icon="checklist",
    kind="due",
    chip=Text("按揭 {item} {day} · {days}", "Mortgage step {item} on {day}, {days}"),
    script=Text(
        "{name}，按揭这一步（{item}）在 {day}，{days}。材料我再和您核对一遍，有变动我第一时"
        "间告诉您。",
        "{name}, this step of the mortgage ({item}) is on {day}, {days}. Let me go through "
        "the papers with you; I will tell you at once if anything changes.",
    ),
    hint=Text(
        "每一步前三天提醒材料，办完次日说结果。不承诺放款时间和利率，不代填、不作假材料。",
        "Three days before: papers. The day after: how it went. Promise neither day nor "
        "rate of the loan; fill in nothing for the customer.",
    ),
    detect=After(
        Event.of("mortgage_step"), (-3, 1), unless=("mortgage_step_cancelled",), early=True
    ),
    pack=Pack.ESTATE,
    channels=("call", "wecom"),
    chance=0.05,
)

HANDOVER = Trigger(
    code="handover",
    name=Text("交房", "Handover"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=1,
    keep=5,
    minutes=15,
    icon="home",
    kind="due",
    chip=Text("交房 {day} · {days}", "Handover on {day}, {days}"),
    script=Text(
        "{name}，关于您房子的交房（{day}，{days}）：验房、水电、物业要办的我列好了，您看哪几项"
        "要我陪您办？有问题随时找我。",
        "{name}, about the handover of your home ({day}, {days}): I have listed what there "
        "is to check and register. Where shall I come with you? Call me with anything that "
        "turns up.",
    ),
    hint=Text(
        "提前 14 天备材料，当天陪同验房并留记录，满 30 天回访遗留问题。查出的问题写清谁修、"
        "哪天修好。",
        "14 days ahead: papers. On the day: walk through and write it down. After 30 days: "
        "what is still open, who mends it and until when.",
    ),
    detect=After(
        Event.of("handover"), (-14, 0, 30), unless=("handover_cancelled",), early=True
    ),
    pack=Pack.ESTATE,
    channels=("call", "visit", "wecom"),
    chance=0.05,
)

OWNER_MONTHLY = Trigger(
    code="owner_monthly",
    name=Text("业主月度维护", "Monthly word to owners"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=3,
    minutes=5,
    icon="chart-line",
    kind="care",
    chip=Text("本月还没联系 · {day} 前", "Not in touch this month, by {day}"),
    script=Text(
        "{name}，给您发一份您小区这个月的成交情况，您留着参考。房子这边有什么要打理的，跟我"
        "说一声就行。",
        "{name}, here is what changed hands in your compound this month, for your "
        "information. If anything about your home needs looking after, just tell me.",
    ),
    hint=Text(
        "只给真实成交数据和出处，不预测涨跌、不制造紧张。有买卖租的打算就记下来。",
        "Real deals with their source only; no forecasts and no alarm. Note any plan to "
        "buy, sell or let.",
    ),
    detect=Every(
        "month",
        begins=10,
        levels=(5, 4, 3, 2),
        unless=("call", "visit", "wecom", "branch"),
        holds=("property",),
    ),
    pack=Pack.ESTATE,
    channels=("wecom", "call"),
    chance=0.02,
    source="doc2",
)

LEASE_EXPIRY = Trigger(
    code="lease_expiry",
    name=Text("租约到期", "Lease ends"),
    priority=Priority.MATURITY,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=12,
    icon="calendar-event",
    kind="due",
    chip=Text("{product} {day} 到期 · {days}", "{product} ends on {day}, {days}"),
    script=Text(
        "{name}，您的{product} {day} 到期，{days}。是打算续、换房，还是收回自用？我按您的想"
        "法先准备，免得临时着急。",
        "{name}, your {product} ends on {day}, {days}. Do you mean to renew, to move, or to "
        "use it yourself? I will prepare what you choose, so that there is no rush at the "
        "end.",
    ),
    hint=Text(
        "两边都问：房东想不想续，租客满不满意。讲清通知期和押金；不两头传话抬价。",
        "Ask both sides: does the owner renew, is the tenant content. Explain notice and "
        "deposit; do not play one against the other.",
    ),
    detect=Before(Holding(("lease",)), (90, 60, 30), renewed=True),
    pack=Pack.ESTATE,
    channels=("call", "wecom"),
    stake=Stake.AMOUNT,
    chance=0.15,
)

SECOND_HOME_WINDOW = Trigger(
    code="second_home_window",
    name=Text("增购置换窗口", "Time for another home"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=20,
    keep=10,
    minutes=15,
    icon="building",
    kind="growth",
    chip=Text("增购置换时机", "A time to move or to buy again"),
    script=Text(
        "{name}，这几年家里住得怎么样，够住吗？您要是在考虑换大一点、换学区或者给老人买，我"
        "先帮您把政策和税费算清楚。",
        "{name}, how is your home suiting you, is there room enough? If you think of "
        "something larger, another school or a flat for your parents, I can first work out "
        "rules and taxes for you.",
    ),
    hint=Text(
        "满两年、满五年税费不同，家里添人或分家也是时机；先听需求再看房。不评论家事，不承诺"
        "升值。",
        "After two and after five years taxes differ; a change in the family is a time too. "
        "Listen before showing anything. No comment on family matters, no promise of rising "
        "prices.",
    ),
    detect=Either(
        (
            After(Holding(("property",), date="opened_on"), TWO_AND_FIVE_YEARS),
            After(Event.of("household_change")),
        )
    ),
    pack=Pack.ESTATE,
    channels=("call", "wecom"),
    chance=0.05,
    source="doc2,P",
)

COMMUNITY_PRICE_MOVE = Trigger(
    code="community_price_move",
    name=Text("小区价格变动", "Prices moved in the compound"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=10,
    minutes=10,
    icon="trending-up",
    kind="growth",
    chip=Text("小区一季度价格变动 {value}%", "Prices moved {value}% in a quarter"),
    script=Text(
        "{name}，您小区这个季度的成交价变动了 {value}%，我把真实成交列给您。对您的打算有没有"
        "影响，想听听您怎么看。",
        "{name}, deals in your compound moved by {value}% this quarter; I can send you the "
        "list. Does that change your plans? I would like to hear.",
    ),
    hint=Text(
        "给数据和出处，不预测、不劝买卖；客户担心就讲清自住和投资的差别。",
        "Data with its source; no forecast, no advice to buy or sell. If there is worry, "
        "tell a home from an investment.",
    ),
    detect=After(Event.of("community_price_move", where="abs(value) >= 5"), once="quarter"),
    pack=Pack.ESTATE,
    channels=("wecom", "call"),
    chance=0.03,
)

TRIGGERS = (
    CONTRACT_SIGNED,
    MORTGAGE_STEP,
    HANDOVER,
    OWNER_MONTHLY,
    LEASE_EXPIRY,
    SECOND_HOME_WINDOW,
    COMMUNITY_PRICE_MOVE,
)
