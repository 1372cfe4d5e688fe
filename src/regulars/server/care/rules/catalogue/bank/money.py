"""Triggers of a retail bank: money that matures, moves or lies still."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Event, Holding, Measured
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

DEPOSIT_MATURITY = Trigger(
    code="deposit_maturity",
    name=Text("到期承接", "Maturity"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=1,
    keep=2,
    minutes=10,
    icon="hourglass",
    kind="due",
    chip=Text("{product} {amount} {day} {step}", "{product} {amount}, {day} {step}"),
    script=Text(
        "{name}，您那笔 {amount} 的{product} {weekday} 到期。"
        "是续存、换个期限，还是留一部分机动？我提前给您办好。",
        "{name}, your {product} of {amount} matures on {weekday}. "
        "Shall we renew it, change the term, or keep part of it at hand? "
        "I will have it ready for you.",
    ),
    hint=Text(
        "先问用途，再说期限和利率。不承诺收益，不把存款说成理财。",
        "Ask what the money is for, then talk about terms and rates. "
        "Promise no returns; never call a wealth product a deposit.",
    ),
    detect=Before(Holding(("deposit",)), (7, 3, 1, -1), settles=True),
    pack=Pack.BANK,
    channels=("call", "sms"),
    stake=Stake.AMOUNT,
    chance=0.2,
    source="MAT",
)

LARGE_OUTFLOW = Trigger(
    code="large_outflow",
    name=Text("大额流出", "Large outflow"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=3,
    minutes=20,
    icon="arrow-bar-up",
    kind="loss",
    chip=Text("大额流出 {amount} · 近 5 日", "{amount} went out in 5 days"),
    script=Text(
        "{name}，最近有一笔大的支出，想确认都是您本人办的、一切顺利。"
        "后面的资金安排有什么我能帮上忙的吗？",
        "{name}, a larger sum left your account lately and I want to be sure all went as you "
        "wished. Is there anything in your plans that I can help with?",
    ),
    hint=Text(
        "先听原因：货款、购房、他行利率、家里用钱。"
        "三个月日均 {mean}，平常 5 日变动 {low} 至 {high}。不追问对方账户。",
        "Listen for the reason: goods, a home, another bank's rate, the family. "
        "Mean of 90 days {mean}; a usual change in 5 days is {low} to {high}. "
        "Do not ask about the receiver.",
    ),
    pack=Pack.BANK,
    chance=0.1,
    source="doc3,P",
)

WEALTH_MATURITY = Trigger(
    code="wealth_maturity",
    name=Text("理财到期", "Wealth product matures"),
    priority=Priority.MATURITY,
    marketing=True,
    deadline=1,
    keep=2,
    minutes=15,
    icon="hourglass",
    kind="due",
    chip=Text("{product} {amount} {day} {step}", "{product} {amount}, {day} {step}"),
    script=Text(
        "{name}，您那笔 {amount} 的{product} {day} 到期。这笔钱接下来有什么用处？"
        "我按您的用途和期限一起看看。",
        "{name}, your {product} of {amount} matures on {day}. What is the money for next? "
        "We can look at it together, by purpose and term.",
    ),
    hint=Text(
        "先看风险评估是否有效、产品等级是否匹配。不承诺收益，不拿过往收益作保证，不说成存款。",
        "Check first that the risk profile is valid and the product fits it. "
        "No promise of returns, no past returns as a guarantee; it is no deposit.",
    ),
    detect=Before(Holding(("wealth",)), (7, -3), settles=True),
    pack=Pack.BANK,
    stake=Stake.AMOUNT,
    chance=0.2,
)

LARGE_INFLOW = Trigger(
    code="large_inflow",
    name=Text("大额流入", "Large inflow"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=1,
    keep=3,
    minutes=15,
    icon="arrow-bar-down",
    kind="growth",
    chip=Text("大额流入 {amount} · 近 5 日", "{amount} came in within 5 days"),
    script=Text(
        "{name}，您账上最近到了一笔款，想问问短期内有没有安排？"
        "需要保持机动还是可以放一段时间，我帮您看。",
        "{name}, a larger sum reached your account lately. Is it needed soon, or may part of "
        "it rest for a while? I can help you sort it.",
    ),
    hint=Text(
        "先问用途和时间，再说期限；三个月日均 {mean}，平常 5 日变动 {low} 至 {high}。"
        "不问来源，疑似异常按反洗钱流程上报，不告知客户。",
        "Ask what it is for and when; then about terms. Mean of 90 days {mean}; a usual "
        "change in 5 days is {low} to {high}. Do not ask where it is from; what looks "
        "suspicious is reported by the rules, and never told.",
    ),
    pack=Pack.BANK,
    stake=Stake.AMOUNT,
    chance=0.15,
)

AUM_DROP = Trigger(
    code="aum_drop",
    name=Text("资产下滑", "Assets fall"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=3,
    keep=5,
    minutes=15,
    icon="trending-down",
    kind="loss",
    chip=Text("本月日均比三个月少 {amount}", "Mean of the month {amount} below 3 months"),
    script=Text(
        "{name}，您这个月放在我们这里的资金少了一些，是有别的安排吗？"
        "有什么我能配合的您尽管说。",
        "{name}, you have kept less with us this month. Do you have other plans? "
        "Please tell me where I can help.",
    ),
    hint=Text(
        "分清是用掉了、转走了还是在等机会；他行利率高就如实比较期限和条件，不承诺收益。",
        "Spent, moved, or waiting? If another bank pays more, compare terms honestly; "
        "promise no returns.",
    ),
    # Before the tenth a month's mean says little; below 50,000 it moves too easily.
    detect=Measured(
        where="day(now.as_of) >= 10 and now.adb_90 >= 50000 "
        "and now.adb_month <= 0.7 * now.adb_90",
        needs=("adb_month", "adb_90"),
        amount="now.adb_90 - now.adb_month",
    ),
    pack=Pack.BANK,
    chance=0.1,
)

IDLE_BALANCE = Trigger(
    code="idle_balance",
    name=Text("闲置活期", "Money lies idle"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=8,
    icon="moon",
    kind="growth",
    chip=Text(
        "活期 {amount} 已 {count} 天未动", "{amount} at sight, untouched for {count} days"
    ),
    script=Text(
        "{name}，您活期里有 {amount} 一直没动，如果近期不用，可以看看放短期，随时要用也方便。",
        "{name}, {amount} has been resting in your current account. If you do not need it "
        "soon, a short term may suit, with the money still at hand.",
    ),
    hint=Text(
        "先问近期用途，留足备用金；讲清期限和提前支取的后果，不承诺收益。",
        "Ask what is needed soon and leave a reserve; explain the term and what leaving "
        "early costs. Promise no returns.",
    ),
    pack=Pack.BANK,
    channels=("wecom",),
    stake=Stake.AMOUNT,
    chance=0.1,
)

FUND_MOVE = Trigger(
    code="fund_move",
    name=Text("净值大幅波动", "Large change in value"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=2,
    keep=3,
    minutes=15,
    icon="chart-line",
    kind="loss",
    chip=Text("{item} {value} · {day}", "{item} {value} on {day}"),
    script=Text(
        "{name}，您持有的 {item} 到 {day} 变动了 {value}，我来跟您说一下情况，也听听您的想法。",
        "{name}, your holding {item} has changed by {value} up to {day}. "
        "Let me explain what happened and hear what you think.",
    ),
    hint=Text(
        "讲事实和原因，对照当初的目标和期限；不预测涨跌，不劝追涨或割肉，不承诺回本。",
        "Facts and reasons, against the aim and term of the purchase. No forecast, "
        "no urging to buy more or to sell, no promise that it comes back.",
    ),
    detect=After(Event.of("fund_move", where="abs(value) >= 0.1")),
    pack=Pack.BANK,
    chance=0.1,
)

RATE_CHANGE = Trigger(
    code="fixed_rate_event",
    name=Text("利率调整", "Rates change"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=1,
    keep=2,
    minutes=3,
    icon="speakerphone",
    kind="growth",
    chip=Text("{item} · {day} 调整", "{item} changes on {day}"),
    script=Text(
        "{name}，与您有关的 {item} 从 {day} 起有调整，给您说一下对您这一笔的影响。",
        "{name}, {item}, which concerns you, changes from {day}. "
        "Here is what it means for you.",
    ),
    hint=Text(
        "只发给确有关系的人；说清生效日和影响，不催促抢购。",
        "Only for those it concerns; say from when and what changes, with no hurry.",
    ),
    detect=After(Event.of("rate_change")),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("wecom",),
    chance=0.03,
)

TRIGGERS = (
    DEPOSIT_MATURITY,
    LARGE_OUTFLOW,
    WEALTH_MATURITY,
    LARGE_INFLOW,
    AUM_DROP,
    IDLE_BALANCE,
    FUND_MOVE,
    RATE_CHANGE,
)
