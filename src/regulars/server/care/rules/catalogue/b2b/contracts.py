"""Triggers of dealings with organisations: contracts, quotes, invoices, plans, reviews."""

from __future__ import annotations

from regulars.server.care.rules.detectors import Before, Either, Every, Holding, Terms
from regulars.server.care.rules.shape import Pack, Priority, Stake, Text, Trigger

# Days before a contract ends.
RENEWAL = (180, 90, 60, 30)

CONTRACT_RENEWAL = Trigger(
    code="contract_renewal",
    name=Text("续约", "Renewal"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=20,
    minutes=20,
    icon="file-text",
    kind="due",
    chip=Text("合同条款 {day} 到期 · {days}", "Contract ends on {day}, {days}"),
    script=Text(
        "{name}，我们约定的价格和条款到 {day} 为止。这一年合作下来哪些地方要调整？我想约个时"
        "间当面谈续约。",
        "{name}, what we agreed on holds until {day}. What should be different after this "
        "year? I would like to meet and talk about renewing it.",
    ),
    hint=Text(
        "带上一年的采购、付款和服务记录去谈；金额 {amount}。180 天看成效，90 天谈方案，60 天"
        "定条款，30 天签。谈成后在客户页点“续约”，新条款会接上旧条款。",
        "Bring the year's orders, payments and service; amount {amount}. 180 days: results. "
        "90: the offer. 60: the terms. 30: sign. Then choose “Renew” on the customer's "
        "page: the new terms follow the old ones.",
    ),
    detect=Either(
        (
            Before(Terms(), RENEWAL, settles=True),
            Before(Holding(("contract",)), RENEWAL, settles=True, renewed=True),
        )
    ),
    pack=Pack.B2B,
    channels=("visit", "call"),
    stake=Stake.AMOUNT,
    chance=0.15,
    source="CS1",
)

QUOTE_EXPIRING = Trigger(
    code="quote_expiring",
    name=Text("报价到期", "Quote runs out"),
    priority=Priority.GROWTH,
    marketing=False,
    deadline=2,
    keep=3,
    minutes=10,
    icon="file-text",
    kind="growth",
    chip=Text(
        "报价 {number} {amount} {day} 失效", "Quote {number} of {amount} runs out on {day}"
    ),
    script=Text(
        "{name}，上次给您的报价 {number} 到 {day} 有效。您这边还有哪些顾虑？我可以调整方案，"
        "也可以先为您延期。",
        "{name}, our quote {number} is valid until {day}. What is still open for you? I can "
        "change the offer, or keep it open a little longer.",
    ),
    hint=Text(
        "问清卡在谁那里、和谁比、差在哪；对方拒绝也把原因记进报价。",
        "Find out who still decides, with whom we are compared and what is missing; if it "
        "is a no, write the reason into the quote.",
    ),
    pack=Pack.B2B,
    stake=Stake.AMOUNT,
    chance=0.2,
)

INVOICE_OVERDUE = Trigger(
    code="invoice_overdue",
    name=Text("逾期账款", "Invoice overdue"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=10,
    icon="receipt",
    kind="due",
    chip=Text("逾期账款 {amount} · {days}到期", "{amount} overdue, was due {days}"),
    script=Text(
        "{name}，有一笔 {amount} 的账款 {day} 到期，我这边还没看到入账。是票据、验收还是安排"
        "上有什么不方便？我来协调。",
        "{name}, an invoice of {amount} was due on {day} and I do not see it paid yet. Is "
        "anything missing on our side, an invoice or an acceptance? I will see to it.",
    ),
    hint=Text(
        "先问是不是我们的原因：发票、验收、质量。约定一个具体的付款日并记下来；部分付款也当"
        "场登记。",
        "Ask first whether it is our doing: the invoice, the acceptance, the quality. Agree "
        "on a day of payment and note it; write part payments down too.",
    ),
    pack=Pack.B2B,
    stake=Stake.AMOUNT,
    chance=0.05,
)

JOINT_PLAN = Trigger(
    code="joint_plan",
    name=Text("共同计划", "Joint plan"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=0,
    keep=10,
    minutes=20,
    icon="users",
    kind="due",
    chip=Text("与{partner}的共同计划：{step}{lead}", "Plan with {partner}: {step}{lead}"),
    script=Text(
        "{name}，和{partner}一起定的计划，今天该推进这一步：{step}。我们对一下进度？",
        "{name}, in the plan with {partner} this step is due today: {step}. Shall we look "
        "at how far it is?",
    ),
    hint=Text(
        "两家各由谁做、做到哪、下一步哪天；谈完在客户页把计划推进到下一步。",
        "Who does what on either side, how far it is, and when the next step is. Then move "
        "the plan on, on the customer's page.",
    ),
    pack=Pack.B2B,
)

QBR_DUE = Trigger(
    code="qbr_due",
    name=Text("季度业务回顾", "Quarterly review due"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=60,
    icon="report-analytics",
    kind="care",
    chip=Text("本季度业务回顾 · {day} 前", "Review of this quarter by {day}"),
    script=Text(
        "{name}，想和您约一次季度回顾，带上这个季度的用量、交付和问题清单，听听您下个季度的"
        "重点。您看哪天合适？",
        "{name}, I would like to meet for our quarterly review, with usage, deliveries and "
        "open points, and to hear what matters to you next. Which day suits you?",
    ),
    hint=Text(
        "请对方的决策人到场；一半时间听对方的目标，一半讲我们做到了什么、没做到什么，最后定"
        "三件事和负责人。",
        "Have the one who decides at the table. Half of it is their goals, half is what we "
        "did and did not do; end with three things and their owners.",
    ),
    detect=Every(
        "quarter",
        begins=30,
        levels=(5, 4),
        unless=("visit",),
        kind="organization",
    ),
    pack=Pack.B2B,
    channels=("visit", "call"),
    chance=0.05,
    source="CS1",
)

ANNUAL_RATING_DUE = Trigger(
    code="annual_rating_due",
    name=Text("年度评级", "Yearly rating due"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=5,
    minutes=30,
    icon="clipboard-list",
    kind="care",
    chip=Text("年度评级 · {day} 前", "Yearly rating by {day}"),
    script=Text(
        "{name}，每年这时候我们会更新一次合作档案，有几项想跟您核对，您看什么时候方便？",
        "{name}, at this time of the year we bring our file up to date; there are a few "
        "things to check with you. When would it suit you?",
    ),
    hint=Text(
        "销售和财务一起核数：销量、回款、毛利、投诉。评分报评级委员会，不做终身等级；评级结"
        "果不对外说。",
        "Sales and finance check the figures together: volume, payment, margin, complaints. "
        "The committee decides, nobody is rated for life; the rating is not told outside.",
    ),
    detect=Every(
        "year",
        begins=60,
        levels=(5, 4, 3),
        date=(3, 31),
        kind="organization",
    ),
    pack=Pack.B2B,
    channels=("call", "visit"),
    stake=Stake.NOTHING,
    chance=0.02,
    source="ABCD",
)

TRIGGERS = (
    CONTRACT_RENEWAL,
    QUOTE_EXPIRING,
    INVOICE_OVERDUE,
    JOINT_PLAN,
    QBR_DUE,
    ANNUAL_RATING_DUE,
)
