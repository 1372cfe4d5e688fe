"""Triggers of dealings with organisations: terms, quotes, invoices, joint plans."""

from __future__ import annotations

from regulars.server.care.rules.shape import Pack, Priority, Text, Trigger

INVOICE_OVERDUE = Trigger(
    code="invoice_overdue",
    name=Text("账款逾期", "Invoice overdue"),
    # Money that is due, as a maturity is: most of it comes.
    priority=Priority.MATURITY,
    marketing=False,
    deadline=2,
    keep=5,
    minutes=10,
    icon="receipt",
    kind="due",
    chip=Text("逾期账款 {amount} · {days}到期", "{amount} overdue, was due {days}"),
    script=Text(
        "{name}，有一笔 {amount} 的账款 {day} 到期，我这边还没看到入账。"
        "是票据、验收还是安排上有什么不方便？我来协调。",
        "{name}, an invoice of {amount} was due on {day} and I do not see it paid yet. "
        "Is anything missing on our side, an invoice or an acceptance? I will see to it.",
    ),
    hint=Text(
        "先问是不是我们的原因：发票、验收、质量。约定一个具体的付款日并记下来；部分付款也当场登记。",
        "Ask first whether it is our doing: the invoice, the acceptance, the quality. "
        "Agree on a day of payment and note it; write part payments down too.",
    ),
    pack=Pack.B2B,
)

TERMS_ENDING = Trigger(
    code="terms_ending",
    name=Text("条款将到期", "Terms end"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=20,
    minutes=20,
    icon="file-text",
    kind="due",
    chip=Text("约定条款 {day} 到期 · {days}", "Terms end on {day}, {days}"),
    script=Text(
        "{name}，我们约定的价格和账期到 {day} 为止。"
        "这一年合作下来哪些地方要调整？我想约个时间当面谈续约。",
        "{name}, our terms hold until {day}. What should be different after this year? "
        "I would like to meet and talk about renewing them.",
    ),
    hint=Text(
        "带上一年的采购、付款和服务记录去谈；近一年开票 {amount}。"
        "谈成后在客户页点“续约”，新条款会接上旧条款。",
        "Bring the year's orders, payments and service; billed in a year: {amount}. "
        "Choose “Renew” on the customer's page: the new terms follow the old ones.",
    ),
    pack=Pack.B2B,
)

QUOTE_ENDING = Trigger(
    code="quote_ending",
    name=Text("报价将失效", "Quote runs out"),
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
        "{name}，上次给您的报价 {number} 到 {day} 有效。"
        "您这边还有哪些顾虑？我可以调整方案，也可以先为您延期。",
        "{name}, our quote {number} is valid until {day}. What is still open for you? "
        "I can change the offer, or keep it open a little longer.",
    ),
    hint=Text(
        "问清卡在谁那里、和谁比、差在哪；对方拒绝也把原因记进报价。",
        "Find out who still decides, with whom we are compared and what is missing; "
        "if it is a no, write the reason into the quote.",
    ),
    pack=Pack.B2B,
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
        "{name}, in the plan with {partner} this step is due today: {step}. "
        "Shall we look at how far it is?",
    ),
    hint=Text(
        "两家各由谁做、做到哪、下一步哪天；谈完在客户页把计划推进到下一步。",
        "Who does what on either side, how far it is, and when the next step is. "
        "Then move the plan on, on the customer's page.",
    ),
    pack=Pack.B2B,
)

TRIGGERS = (INVOICE_OVERDUE, TERMS_ENDING, QUOTE_ENDING, JOINT_PLAN)
