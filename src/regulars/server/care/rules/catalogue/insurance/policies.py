"""Triggers of an insurer: policies begun, without an agent, in doubt."""

from __future__ import annotations

from regulars.server.care.rules.detectors import (
    After,
    Before,
    Either,
    Event,
    File,
    Holding,
    Yearly,
)
from regulars.server.care.rules.shape import Desk, Pack, Priority, Text, Trigger

# The call about a new policy and its review are for contracts of more than a year.
OVER_A_YEAR = 366

NEW_POLICY_CALLBACK = Trigger(
    code="new_policy_callback",
    name=Text("新单回访", "New policy call"),
    priority=Priority.PROMISE,
    marketing=False,
    deadline=10,
    keep=1,
    minutes=15,
    icon="phone-check",
    kind="due",
    chip=Text(
        "{product} {day} 生效 · 犹豫期内回访", "{product} from {day}, call within cooling-off"
    ),
    script=Text(
        "{name}，恭喜您 {day} 投保了{product}。按规定我要跟您核对七个问题，通话会录音，大约"
        "十分钟，您现在方便吗？",
        "{name}, your {product} began on {day}. By rule I go through seven questions with "
        "you; the call is recorded and takes some ten minutes. Is now a good time?",
    ),
    hint=Text(
        "犹豫期内完成，全程录音：本人签字、看过条款、知道责任和免责、缴费年期、退保损失、犹"
        "豫期、收益不保证。有一项不清楚就停下来解释，不诱导回答。",
        "Within cooling-off, recorded: own signature, terms read, cover and exclusions, "
        "years of payment, loss on surrender, cooling-off, returns not guaranteed. Stop and "
        "explain whatever is unclear; never lead the answer.",
    ),
    detect=After(Holding(("insurance",), date="opened_on", longer=OVER_A_YEAR)),
    pack=Pack.INSURANCE,
    desk=Desk.SERVICE,
    chance=0.05,
    source="NEWPOL",
)

ORPHAN_POLICY = Trigger(
    code="orphan_policy",
    name=Text("孤儿保单", "Orphan policy"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=5,
    keep=5,
    minutes=15,
    icon="user-question",
    kind="loss",
    chip=Text("保单 {item} 自 {day} 无人服务", "Policy {item} without an agent since {day}"),
    script=Text(
        "{name}，原来为您服务的同事 {day} 离开了，以后保单 {item} 由我负责。想先认识您一下，"
        "看看保障和联系方式有没有要改的。",
        "{name}, the colleague who looked after you left on {day}; from now on policy "
        "{item} is in my care. I would like to introduce myself and check cover and contact "
        "details.",
    ),
    hint=Text(
        "第 7 天前电话、第 30 天前上门、以后每年一次。先服务：联系方式、受益人、缴费账户；头"
        "两次不谈新产品。",
        "By day 7 a call, by day 30 a visit, then once a year. Service first: contact "
        "details, beneficiary, account. No new product in the first two contacts.",
    ),
    detect=After(
        Event.of("policy_orphaned"), (0, 23, 365, 730, 1095), unless=("policy_assigned",)
    ),
    pack=Pack.INSURANCE,
    desk=Desk.SERVICE,
    channels=("call", "visit"),
    chance=0.1,
    source="ORPH",
)

POLICY_REVIEW = Trigger(
    code="policy_review",
    name=Text("保单年检", "Yearly policy review"),
    priority=Priority.CARE,
    marketing=True,
    deadline=0,
    keep=11,
    minutes=30,
    icon="clipboard-check",
    kind="care",
    chip=Text("{product} 周年 {day} · 保单年检", "Anniversary of {product} on {day}, review"),
    script=Text(
        "{name}，您的{product} {day} 满周年了，我想用半小时帮您做一次保单年检：保障够不够、"
        "受益人和账户对不对。您哪天方便？",
        "{name}, your {product} has its anniversary on {day}. I would like to take half an "
        "hour to review it: cover, beneficiary, account. Which day suits you?",
    ),
    hint=Text(
        "带上保单清单；问家庭、工作、负债的变化。先给结论，有缺口再说办法；不劝人退旧买新。",
        "Bring the list of policies; ask what changed in family, work and debts. Findings "
        "first, then ways; never talk anybody out of an old policy to sell a new one.",
    ),
    detect=Yearly(Holding(("insurance",), date="opened_on", longer=OVER_A_YEAR), ahead=15),
    pack=Pack.INSURANCE,
    channels=("call", "wecom"),
    chance=0.05,
)

CLAIM_CLOSED = Trigger(
    code="claim_closed",
    name=Text("理赔后关怀", "After a claim"),
    priority=Priority.CARE,
    marketing=False,
    deadline=1,
    keep=5,
    minutes=10,
    icon="heart-handshake",
    kind="care",
    chip=Text("理赔 {item} {day} 结案", "Claim {item} closed on {day}"),
    script=Text(
        "{name}，理赔 {item} {day} 结案了，钱到账了吗？您和家人现在怎么样，还有什么手续要我"
        "帮忙的？",
        "{name}, claim {item} was closed on {day}. Has the money arrived? How are you and "
        "your family, and is there any paper I can help with?",
    ),
    hint=Text(
        "只关心人和手续。不打听病情，不说“幸亏买了”，这两次都不谈产品；拒赔的讲清申诉途径。",
        "Ask for people and papers only. No questions about health, no product in either "
        "contact. If it was refused, explain how to appeal.",
    ),
    detect=After(Event.of("claim_closed"), (3, 30), unless=("claim_reopened",)),
    pack=Pack.INSURANCE,
    chance=0.05,
)

SURRENDER_INTENT = Trigger(
    code="surrender_intent",
    name=Text("退保贷款意向", "Surrender or policy loan asked for"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=3,
    minutes=20,
    icon="arrow-bar-up",
    kind="loss",
    chip=Text("{day} 咨询退保或保单贷款", "Asked about surrender or a policy loan on {day}"),
    script=Text(
        "{name}，您 {day} 问过退保或贷款的事，手续我都能办。办之前想先听听您的打算，再把几种"
        "办法的得失给您算清楚。",
        "{name}, on {day} you asked about surrender or a loan; I can do either. First I "
        "would like to hear what it is for, and to work out with you what each way costs.",
    ),
    hint=Text(
        "先问用钱的缘由和急不急。如实讲退保损失、贷款利息、减额缴清；客户坚持就照办，不拖延、"
        "不设障碍。",
        "What is the money for, and how soon? Tell the loss on surrender, the interest of a "
        "loan, the paid-up policy as they are. If it stays at that, do it: no delay, no "
        "obstacle.",
    ),
    detect=After(
        Event.of("surrender_enquiry", "policy_loan_enquiry"), unless=("surrender_settled",)
    ),
    pack=Pack.INSURANCE,
    chance=0.2,
)

SURRENDER_INTENT_LEADER = Trigger(
    code="surrender_intent_leader",
    name=Text("退保贷款意向 · 主管", "Surrender or loan asked for, leader"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=3,
    minutes=10,
    icon="users",
    kind="loss",
    chip=Text(
        "{day} 咨询退保或贷款 · 主管协同",
        "Asked about surrender or a loan on {day}, back the agent",
    ),
    script=Text(
        "{name}，我是负责人。您 {day} 问的事我知道了，同事会把每种办法给您算清楚，有不满意的"
        "地方请直接跟我说。",
        "{name}, I am in charge here. I know what you asked on {day}; my colleague will "
        "work out each way with you, and you can tell me directly if anything is wrong.",
    ),
    hint=Text(
        "先和代理人对一遍情况，约定谁打第一个电话；查有没有投诉或误导销售。",
        "Talk to the agent first and agree who calls. Look for a complaint or a sale that "
        "misled.",
    ),
    detect=After(
        Event.of("surrender_enquiry", "policy_loan_enquiry"), unless=("surrender_settled",)
    ),
    pack=Pack.INSURANCE,
    desk=Desk.LEADER,
    chance=0.1,
)

AGE_MILESTONE = Trigger(
    code="age_milestone",
    name=Text("年龄节点", "Age milestone"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=10,
    minutes=15,
    icon="cake",
    kind="growth",
    chip=Text("{step} · {day}", "{step} · {day}"),
    script=Text(
        "{name}，{day} 前后家里有个年龄上的节点，保障和费率会跟着变。我想约您看看哪些该调整、"
        "哪些不用动。",
        "{name}, around {day} an age in your family changes cover and rates. May we look at "
        "what should be adjusted, and what need not be?",
    ),
    hint=Text(
        "孩子满 18 岁、本人满 60 岁、费率跳档。讲变化和选择，不拿“要涨价”催人；不问健康细节。",
        "A child turns 18, the customer 60, or a rate step comes. Explain changes and "
        "choices; do not press with rising prices, do not ask for details of health.",
    ),
    detect=Either(
        (
            Before(File("child", years=18), (60,)),
            Before(File("birth_date", years=60), (60,)),
            Before(Event.of("rate_step"), (60,)),
        )
    ),
    pack=Pack.INSURANCE,
    channels=("call", "wecom"),
    chance=0.05,
)

TRIGGERS = (
    NEW_POLICY_CALLBACK,
    ORPHAN_POLICY,
    POLICY_REVIEW,
    CLAIM_CLOSED,
    SURRENDER_INTENT,
    SURRENDER_INTENT_LEADER,
    AGE_MILESTONE,
)
