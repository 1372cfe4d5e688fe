"""Triggers of a corporate bank."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Event, Holding
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

SETTLEMENT_DROP = Trigger(
    code="settlement_drop",
    name=Text("结算量下滑", "Settlement falls"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=5,
    minutes=40,
    icon="trending-down",
    kind="loss",
    chip=Text("近 30 日结算 {amount} · 环比 {value}", "{amount} settled in 30 days, {value}"),
    script=Text(
        "{name}，近一个月走我们这里的结算比上月少了，想去拜访您，"
        "看看是业务淡季还是结算上有不顺的地方。",
        "{name}, less of your settlement came through us this month. I would like to visit: "
        "is it the season, or does something not work well?",
    ),
    hint=Text(
        "带上近两个月的流水结构去谈；分清业务变化、换行还是费率，记下对方的结算行和原因。",
        "Bring the flows of two months. Business, another bank, or the fees? "
        "Note which, and where it goes now.",
    ),
    pack=Pack.CORPORATE,
    channels=("visit", "call"),
    chance=0.1,
)

CORP_LARGE_MOVEMENT = Trigger(
    code="corp_large_movement",
    name=Text("对公大额异动", "Large corporate movement"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=0,
    keep=2,
    minutes=20,
    icon="arrows-exchange",
    kind="loss",
    chip=Text("大额{step} {amount} · 近 5 日", "{amount} {step} in 5 days"),
    script=Text(
        "{name}，贵公司账上最近有一笔较大的款项变动，想跟您确认是否都在计划内，"
        "后面的收付安排我提前配合。",
        "{name}, a larger sum moved on your company's account. I would like to be sure all "
        "is as planned, and to be ready for what comes next.",
    ),
    hint=Text(
        "当天联系并当天向上报告：金额、原因、后续。三个月日均 {mean}，"
        "平常 5 日变动 {low} 至 {high}；可疑的按反洗钱流程处理，不告知客户。",
        "Call today and report up the line today: sum, reason, what follows. "
        "Mean of 90 days {mean}; a usual change in 5 days is {low} to {high}. "
        "What looks suspicious goes its own way, and is never told.",
    ),
    pack=Pack.CORPORATE,
    chance=0.1,
    source="doc3",
)

FACILITY_EXPIRY = Trigger(
    code="facility_expiry",
    name=Text("授信到期", "Facility expires"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=0,
    minutes=30,
    icon="file-text",
    kind="due",
    chip=Text(
        "{product} {amount} {day} 到期 · {days}",
        "{product} of {amount} expires on {day}, {days}",
    ),
    script=Text(
        "{name}，贵公司的{product} {amount} {day} 到期，{days}。续授信要的资料我列好了，"
        "约个时间过去对一下？",
        "{name}, your {product} of {amount} expires on {day}, {days}. "
        "I have a list of what renewal needs; may I come and go through it?",
    ),
    hint=Text(
        "90 天收资料，60 天报批，30 天定方案；不口头承诺一定续批、额度或利率。",
        "90 days: papers. 60: application. 30: the terms. "
        "Never promise approval, amount or rate by word of mouth.",
    ),
    detect=Before(Holding(("facility",)), (90, 60, 30)),
    pack=Pack.CORPORATE,
    channels=("visit", "call"),
    stake=Stake.AMOUNT,
    chance=0.05,
)

BILL_MATURITY = Trigger(
    code="bill_maturity",
    name=Text("票据/信用证到期", "Bill matures"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=2,
    keep=0,
    minutes=15,
    icon="receipt",
    kind="due",
    chip=Text(
        "{product} {amount} {day} 到期 · {days}",
        "{product} of {amount} matures on {day}, {days}",
    ),
    script=Text(
        "{name}，贵公司的{product} {amount} {day} 到期，{days}。付款资金或单据安排得怎么样了？",
        "{name}, your {product} of {amount} matures on {day}, {days}. "
        "Are the funds and the papers ready?",
    ),
    hint=Text(
        "确认备付资金、单据和收付账号；有缺口当天报告，不私下垫付。",
        "Check funds, papers and accounts. A gap is reported the same day; "
        "nobody bridges it privately.",
    ),
    detect=Before(Holding(("bill",)), (15, 7)),
    pack=Pack.CORPORATE,
    stake=Stake.AMOUNT,
    chance=0.03,
)

REGISTRY_CHANGE = Trigger(
    code="registry_change",
    name=Text("工商/法人变更", "Registry change"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=5,
    minutes=20,
    icon="building",
    kind="due",
    chip=Text("{day} 登记变更 · {item}", "Registry change of {day} · {item}"),
    script=Text(
        "{name}，看到贵公司 {day} 有登记变更，账户资料需要同步更新，我带上清单过去办，"
        "也认识一下新的负责人。",
        "{name}, the registry shows a change of {day}. Your account papers need an update; "
        "I will bring the list, and would like to meet whoever is new.",
    ),
    hint=Text(
        "更新法人、受益所有人、印鉴和授权；核对原件；新负责人尽快见面。",
        "Update representative, beneficial owner, seals and powers from originals. "
        "Meet the new person soon.",
    ),
    detect=After(Event.of("registry_change")),
    pack=Pack.CORPORATE,
    channels=("call", "visit"),
    chance=0.03,
)

EXEC_VISIT = Trigger(
    code="exec_visit_due",
    name=Text("领导走访到期", "Executive visit due"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=90,
    icon="briefcase",
    kind="care",
    chip=Text("{step}领导走访 · {day} 前", "{step} executive visit, until {day}"),
    script=Text(
        "{name}，这段时间还没有当面拜访您。我想在 {day} 前过去一趟，"
        "听听公司今年的安排和对我们的意见。",
        "{name}, we have not met for a while. I would like to visit before {day} and hear "
        "about your plans, and what you think of us.",
    ),
    hint=Text(
        "由高管带队；客户经理提前备好近期往来和未了事项，当天记录需求和承诺。",
        "An executive leads; the relationship manager prepares dealings and open matters. "
        "Note needs and promises the same day.",
    ),
    pack=Pack.CORPORATE,
    desk=Desk.LEADER,
    channels=("visit",),
    chance=0.03,
    source="doc3",
)

HEAD_VISIT = Trigger(
    code="head_visit_due",
    name=Text("行长走访到期", "Branch head's visit due"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=60,
    icon="map-pin",
    kind="care",
    chip=Text("{step}行长走访 · {day} 前", "{step} visit of the branch head, until {day}"),
    script=Text(
        "{name}，有一阵没去看您了，{day} 前您哪天方便？我过去坐坐，听听最近的经营情况。",
        "{name}, I have not been with you for a while. Which day before {day} suits you? "
        "I would like to hear how business is.",
    ),
    hint=Text(
        "由支行负责人走访；带着一件要解决的事去，当天记录。",
        "The head of the branch goes, with one matter to settle; write it up the same day.",
    ),
    pack=Pack.CORPORATE,
    desk=Desk.MANAGER,
    channels=("visit",),
    chance=0.03,
    source="doc3",
)

CROSS_PAYROLL = Trigger(
    code="cross_payroll",
    name=Text("代发商机", "Pays staff elsewhere"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=10,
    minutes=30,
    icon="users",
    kind="growth",
    chip=Text("工资由他行代发 · {day}", "Pays its staff elsewhere, {day}"),
    script=Text(
        "{name}，贵公司的工资目前在别处发，如果放到一起办，对账和员工服务都会省事，"
        "我去给财务演示一下？",
        "{name}, your pay runs through another bank. With us, reconciling and service to "
        "staff could be simpler; may I show it to your finance people?",
    ),
    hint=Text(
        "先问发薪流程和痛点；不以贷款条件要求代发，不索要员工名单。",
        "Ask how pay runs and what is tedious. Never tie it to a loan, "
        "and ask for no list of staff.",
    ),
    detect=After(Event.of("cross_payroll")),
    pack=Pack.CORPORATE,
    channels=("visit", "call"),
    chance=0.1,
)

TRIGGERS = (
    SETTLEMENT_DROP,
    CORP_LARGE_MOVEMENT,
    FACILITY_EXPIRY,
    BILL_MATURITY,
    REGISTRY_CHANGE,
    EXEC_VISIT,
    HEAD_VISIT,
    CROSS_PAYROLL,
)
