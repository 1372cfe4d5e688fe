"""Triggers of a retail bank: pay, loans, merchants."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Before, Event, Holding
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

PAYROLL_FIRST = Trigger(
    code="payroll_first",
    name=Text("首次代发", "First pay"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=3,
    keep=5,
    minutes=8,
    icon="wallet",
    kind="growth",
    chip=Text("首次代发 {amount} · {day}", "First pay of {amount} on {day}"),
    script=Text(
        "{name}，您的工资 {day} 第一次发到我们的卡上。手机银行和工资卡的几个便利，"
        "我给您说一下，两分钟就好。",
        "{name}, your pay came to your card with us on {day} for the first time. "
        "May I take two minutes to show you what comes with it?",
    ),
    hint=Text(
        "先教会用：查工资、自动还款、转账免费额度；不谈工资高低。",
        "Teach first: seeing the pay, standing orders, free transfers. "
        "No word on how much it is.",
    ),
    pack=Pack.BANK,
    channels=("sms", "call"),
    chance=0.1,
)

PAYROLL_STOPPED = Trigger(
    code="payroll_stopped",
    name=Text("代发中断", "Pay stopped"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=3,
    keep=5,
    minutes=10,
    icon="cash-off",
    kind="loss",
    chip=Text("代发应于 {day} 到账 · 未见", "Pay was due on {day}, not seen"),
    script=Text(
        "{name}，往常 {day} 前后您的工资会到账，这次还没有看到。是单位换了发薪安排，"
        "还是您换了工作？看有没有我能帮的。",
        "{name}, your pay usually comes around {day} and we have not seen it. "
        "Has your employer changed something, or have you? Perhaps I can help.",
    ),
    hint=Text(
        "可能是失业或换工作，语气要稳，不追问单位；弄清是否转去他行，记下新单位。",
        "It may be a lost job: be gentle, do not press. Find out whether the pay goes "
        "elsewhere now; note a new employer.",
    ),
    pack=Pack.BANK,
    stake=Stake.CUSTOMER,
    chance=0.1,
)

PAYROLL_FLIGHT = Trigger(
    code="payroll_flight",
    name=Text("代发转出", "Pay leaves at once"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=0,
    keep=3,
    minutes=3,
    icon="arrows-left-right",
    kind="loss",
    chip=Text(
        "近两次代发三日内转出 {value} · 下次 {day}",
        "{value} of the pay left in 3 days, twice; next {day}",
    ),
    script=Text(
        "{name}，工资快到账了（{day} 前后）。零钱自动理、还款自动扣都可以设好，省得来回转，"
        "需要我帮您设吗？",
        "{name}, your pay is due around {day}. Standing orders and a reserve can be set so "
        "that you need not move it about. Shall I help?",
    ),
    hint=Text(
        "弄清转去哪里、为什么（还贷、家用、他行理财）；给一个用得上的功能，不劝留。",
        "Find out where it goes and why (a loan, the household, another bank). "
        "Offer one thing of use; do not plead.",
    ),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("app", "sms"),
    chance=0.03,
)

LOAN_DUE = Trigger(
    code="loan_due",
    name=Text("还款提醒", "Loan payment due"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=1,
    keep=0,
    minutes=2,
    icon="receipt",
    kind="due",
    chip=Text("还款 {amount} {day} · {days}", "{amount} due on {day}, {days}"),
    script=Text(
        "{name}，您的贷款 {amount} {day} 还款，{days}，请留足余额；有困难请提前告诉我们。",
        "{name}, {amount} of your loan is due on {day}, {days}. Please keep it on the "
        "account; if that is hard, tell us before.",
    ),
    hint=Text(
        "只告诉本人，不让第三人知道；还款困难转贷后，不施压。",
        "Tell nobody but the borrower. Trouble goes to loan service; no pressure.",
    ),
    detect=Before(Event.of("loan_due"), (7, 3, 1), unless=("loan_paid",)),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("sms",),
    stake=Stake.AMOUNT,
    chance=0.01,
)

LOAN_SETTLED = Trigger(
    code="loan_settled",
    name=Text("贷款结清", "Loan settled"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=5,
    keep=5,
    minutes=15,
    icon="circle-check",
    kind="growth",
    chip=Text("{product} {amount} {day} 结清", "{product} of {amount} settled on {day}"),
    script=Text(
        "{name}，您的{product} {day} 结清了，恭喜您。解押和结清证明我帮您跟进；"
        "后面有什么打算也可以跟我说。",
        "{name}, your {product} was settled on {day}: congratulations. "
        "I will see to the papers; tell me what you plan next, if you like.",
    ),
    hint=Text(
        "先办好结清证明、解押；问今后用途，不鼓励不需要的借款。",
        "See to the papers first. Ask about plans; never encourage a loan nobody needs.",
    ),
    detect=After(Holding(("loan",), date="closed_on")),
    pack=Pack.BANK,
    stake=Stake.CUSTOMER,
    chance=0.05,
)

LOAN_PREPAY = Trigger(
    code="loan_prepay",
    name=Text("提前还款申请", "Wants to repay early"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=0,
    keep=5,
    minutes=15,
    icon="cash",
    kind="loss",
    chip=Text("{day} 申请提前还款", "Asked on {day} to repay early"),
    script=Text(
        "{name}，您 {day} 申请提前还款，我来给您说清流程和费用，也看看怎样安排对您最合适。",
        "{name}, you asked on {day} to repay early. Let me explain the steps and the cost, "
        "and see what suits you best.",
    ),
    hint=Text(
        "当天联系。如实说明流程、费用和时间，不拖延、不设阻；弄清原因。",
        "Call the same day. Say truly what it takes and costs; no delay and no hurdles. "
        "Find out why.",
    ),
    detect=After(Event.of("loan_prepay")),
    pack=Pack.BANK,
    chance=0.1,
)

MERCHANT_DROP = Trigger(
    code="merchant_drop",
    name=Text("收单下滑", "Card sales fall"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=5,
    keep=5,
    minutes=40,
    icon="building-store",
    kind="loss",
    chip=Text("收单量环比 {value} · {day}", "Card sales {value} on last month, {day}"),
    script=Text(
        "{name}，最近店里的收款比上个月少，想去看看您：是生意淡，还是设备、费率上有不方便？",
        "{name}, your card sales are below last month's. I would like to drop by: "
        "is business slow, or is it the terminal or the rate?",
    ),
    hint=Text(
        "上门看：设备、收款码摆放、他行竞争；分清生意变差还是换了机构，记下原因。",
        "Go and see: terminal, code on the counter, another bank's box. "
        "Slow business or a new provider? Note which.",
    ),
    detect=After(Event.of("merchant_drop", where="value <= -0.5")),
    pack=Pack.BANK,
    channels=("visit",),
    chance=0.1,
)

TRIGGERS = (
    PAYROLL_FIRST,
    PAYROLL_STOPPED,
    PAYROLL_FLIGHT,
    LOAN_DUE,
    LOAN_SETTLED,
    LOAN_PREPAY,
    MERCHANT_DROP,
)
