"""Triggers of an insurer: what is to be paid, ends or is paid out."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Event, Holding
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

PAID = ("premium_paid", "policy_lapsed")
# Contracts of a year or less are renewed; longer ones mature.
OVER_A_YEAR = 366

PREMIUM_DUE = Trigger(
    code="premium_due",
    name=Text("续期缴费", "Premium due"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=2,
    keep=3,
    minutes=8,
    icon="calendar-time",
    kind="due",
    chip=Text(
        "续期保费 {amount} {day} 到期 · {days}", "Premium of {amount} due on {day}, {days}"
    ),
    script=Text(
        "{name}，您的续期保费 {amount} {day} 应缴，扣款账户里的钱够吗？账户有变动我帮您改好。",
        "{name}, a premium of {amount} is due on {day}. Is there enough on the account it "
        "is taken from? If the account has changed I can change it for you.",
    ),
    hint=Text(
        "核对扣款账户和联系方式；说清缴费日和 60 天宽限期。不借机推销新保单，不替客户垫缴。",
        "Check the account and the phone number; name the day and the 60 days of grace. No "
        "new policy on this call, and never pay for the customer.",
    ),
    detect=Before(Event.of("premium_due"), (60, 30, 15), unless=("premium_paid",)),
    pack=Pack.INSURANCE,
    channels=("call", "sms"),
    stake=Stake.AMOUNT,
    chance=0.1,
    source="ORPH2,GRACE",
)

PREMIUM_FAILED = Trigger(
    code="premium_failed",
    name=Text("扣款失败", "Premium debit failed"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=10,
    icon="credit-card",
    kind="due",
    chip=Text(
        "保费 {amount} {day} 扣款失败", "Premium of {amount} could not be taken on {day}"
    ),
    script=Text(
        "{name}，{day} 的保费 {amount} 没有扣成，多半是余额不足或换了卡。您方便的话，我现在"
        "告诉您怎么补缴，保障不会断。",
        "{name}, the premium of {amount} could not be taken on {day}; mostly it is the "
        "balance or a new card. I can tell you how to pay it now, so that the cover goes on.",
    ),
    hint=Text(
        "先问是忘了还是有难处；有难处讲清宽限期、减额缴清等办法，由客户自己选。不收现金。",
        "Was it forgotten, or is money short? If so, explain grace and a reduced paid-up "
        "policy and let the customer choose. Take no cash.",
    ),
    detect=After(Event.of("premium_failed"), unless=("premium_paid",)),
    pack=Pack.INSURANCE,
    stake=Stake.AMOUNT,
    chance=0.2,
)

GRACE_PERIOD = Trigger(
    code="grace_period",
    name=Text("宽限期", "Grace period"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=5,
    minutes=15,
    icon="hourglass",
    kind="loss",
    chip=Text(
        "保费 {amount} 自 {day} 未缴 · 宽限期内",
        "Premium of {amount} unpaid since {day}, in grace",
    ),
    script=Text(
        "{name}，您 {day} 应缴的保费 {amount} 还没有到账，现在在 60 天宽限期内，保障还在。是"
        "不方便，还是对这份保单有别的想法？",
        "{name}, the premium of {amount} due on {day} has not come in yet. You are within "
        "the 60 days of grace and still covered. Is it inconvenient, or do you think "
        "differently about the policy?",
    ),
    hint=Text(
        "先听原因，再说失效的后果：保障中断、可能重新核保。给办法，不吓唬；每次联系都留下记"
        "录。",
        "Listen first, then say what a lapse means: no cover, and perhaps a new health "
        "check. Offer ways, do not frighten; write each contact down.",
    ),
    detect=After(Event.of("premium_due"), (15, 30), unless=PAID, early=True),
    pack=Pack.INSURANCE,
    stake=Stake.AMOUNT,
    chance=0.2,
    source="GRACE",
)

GRACE_PERIOD_LEADER = Trigger(
    code="grace_period_leader",
    name=Text("宽限期将满", "Grace about to end"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=5,
    minutes=15,
    icon="alarm",
    kind="loss",
    chip=Text(
        "保费 {amount} 自 {day} 未缴 · 宽限期将满",
        "Premium of {amount} unpaid since {day}, grace nearly over",
    ),
    script=Text(
        "{name}，我是这里的负责人。您 {day} 应缴的保费 {amount} 宽限期快满了，我想亲自问问有"
        "什么难处，一起看怎么把保障留住。",
        "{name}, I am in charge here. Grace for the premium of {amount} due on {day} is "
        "nearly over; I would like to hear what is in the way and how the cover can be kept.",
    ),
    hint=Text(
        "看清前两次联系的结果再打。能办的当场办；客户决定不续，就讲清两年内可以申请复效。",
        "Read what came of the first two calls. Settle what can be settled; if the answer "
        "is no, explain reinstatement within two years.",
    ),
    detect=After(Event.of("premium_due"), (45,), unless=PAID, early=True),
    pack=Pack.INSURANCE,
    desk=Desk.LEADER,
    stake=Stake.AMOUNT,
    chance=0.2,
    source="GRACE",
)

POLICY_LAPSED = Trigger(
    code="policy_lapsed",
    name=Text("失效复效", "Policy lapsed"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=5,
    keep=10,
    minutes=15,
    icon="shield",
    kind="loss",
    chip=Text(
        "保单 {item} {day} 失效 · 两年内可复效",
        "Policy {item} lapsed on {day}, two years to reinstate",
    ),
    script=Text(
        "{name}，您的保单 {item} {day} 失效了，两年内可以申请复效。您愿意的话，我把要补的保"
        "费和手续说给您听，办不办您定。",
        "{name}, your policy {item} lapsed on {day}; within two years it can be reinstated. "
        "If you like I go through what is to be paid and done; the choice is yours.",
    ),
    hint=Text(
        "说清复效要补缴的保费、利息和可能的健康告知；等待期重新计算也要讲。不催、不夸大。",
        "Name what is to be paid with interest, the health questions, and that waiting "
        "periods begin anew. No pressure, no exaggeration.",
    ),
    detect=After(
        Event.of("policy_lapsed"),
        (0, 182, 547),
        unless=("policy_reinstated", "policy_surrendered"),
    ),
    pack=Pack.INSURANCE,
    desk=Desk.SERVICE,
    channels=("call", "sms"),
    chance=0.1,
    source="GRACE",
)

BENEFIT_PAYABLE = Trigger(
    code="benefit_payable",
    name=Text("生存金年金给付", "Benefit payable"),
    priority=Priority.CARE,
    marketing=False,
    deadline=5,
    keep=10,
    minutes=10,
    icon="coins",
    kind="care",
    chip=Text(
        "生存金 {amount} {day} 可领 · {days}", "Benefit of {amount} payable on {day}, {days}"
    ),
    script=Text(
        "{name}，您的生存金 {amount} {day} 可以领了。收款账户还是原来那个吗？我帮您核对好，"
        "到日子就能到账。",
        "{name}, a benefit of {amount} is payable to you on {day}. Is the account still the "
        "same? I will check it, so that it arrives on the day.",
    ),
    hint=Text(
        "核对账户和身份证件是否有效；客户问到用途再谈安排，不劝人把钱再买保险。",
        "Check the account and that the ID is valid. Talk about plans only if asked; do not "
        "steer the money into a new policy.",
    ),
    detect=Before(Event.of("benefit_payable"), (30,), unless=("benefit_paid",)),
    pack=Pack.INSURANCE,
    stake=Stake.AMOUNT,
    chance=0.05,
)

POLICY_MATURITY = Trigger(
    code="policy_maturity",
    name=Text("满期", "Policy matures"),
    priority=Priority.MATURITY,
    marketing=True,
    deadline=5,
    keep=10,
    minutes=20,
    icon="hourglass",
    kind="due",
    chip=Text(
        "{product} {amount} {day} 满期 · {days}",
        "{product} of {amount} matures on {day}, {days}",
    ),
    script=Text(
        "{name}，您的{product} {day} 满期，满期金 {amount}。手续我先给您备好；往后家里的保障"
        "和用钱打算，想先听听您的想法。",
        "{name}, your {product} matures on {day} with {amount}. I will have the papers "
        "ready, and would like to hear how you see your cover and your plans from here.",
    ),
    hint=Text(
        "T-90 先问打算，T-30 办手续。先看保障缺口再谈产品；不承诺收益，不把保险说成存款。",
        "At 90 days ask for plans, at 30 do the papers. Look at gaps in the cover before "
        "any product; promise no returns, never call a policy a deposit.",
    ),
    detect=Before(Holding(("insurance",), longer=OVER_A_YEAR), (90, 30)),
    pack=Pack.INSURANCE,
    stake=Stake.AMOUNT,
    chance=0.15,
)

MOTOR_RENEWAL = Trigger(
    code="motor_renewal",
    name=Text("车险续保", "Motor policy renewal"),
    priority=Priority.MATURITY,
    marketing=True,
    deadline=2,
    keep=3,
    minutes=10,
    icon="refresh",
    kind="due",
    chip=Text("{product} {day} 到期 · {days}", "{product} ends on {day}, {days}"),
    script=Text(
        "{name}，您的{product} {day} 到期，{days}。去年的用车和出险情况有变化吗？我按您现在"
        "的用法给您算一份，您慢慢比。",
        "{name}, your {product} ends on {day}, {days}. Has anything changed in how you "
        "drive? I can work out an offer for how you use the car now, and you compare at "
        "leisure.",
    ),
    hint=Text(
        "问里程、停放、驾驶人；不返现、不送礼、不诋毁同业。已续的请登记新保单，其余提醒就停。",
        "Ask about mileage, parking and drivers. No cash back, no gifts, no bad word about "
        "others. Once the new policy is on file the reminders stop.",
    ),
    detect=Before(
        Holding(("insurance",), category="motor"), (60, 30, 15, 7), settles=True, renewed=True
    ),
    pack=Pack.INSURANCE,
    desk=Desk.SERVICE,
    channels=("call", "wecom", "sms"),
    stake=Stake.AMOUNT,
    chance=0.15,
)

TRIGGERS = (
    PREMIUM_DUE,
    PREMIUM_FAILED,
    GRACE_PERIOD,
    GRACE_PERIOD_LEADER,
    POLICY_LAPSED,
    BENEFIT_PAYABLE,
    POLICY_MATURITY,
    MOTOR_RENEWAL,
)
