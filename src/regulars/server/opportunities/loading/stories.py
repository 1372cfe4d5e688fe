"""The words of invented opportunities, as people of a bank or a store write them."""

from __future__ import annotations

RIVALS = ("湖商银行", "江南城商行", "信安银行", "东海证券", "惠民保险")
WHATS = {
    "add_on": ("家人一起办的保障", "小店的收款", "孩子的教育金", "养老金规划"),
    "trade_in": ("他行定期到期转过来", "旧保单换成新的", "老房贷转到我行", "理财到期换一只"),
    "referral": ("介绍弟弟来开户", "介绍同事办房贷", "介绍合作商来结算", "介绍邻居来听沙龙"),
}
SIGNALS = {
    "add_on": ("idle_balance", "large_inflow", "second_product"),
    "trade_in": ("deposit_maturity", "wealth_maturity", "loan_settled"),
    "referral": ("survey_promoter", "referral_feedback"),
}
BECAUSE = {
    "reason": (
        "活期里放了三个月没动。", "下月有一笔定期到期。", "上周有一笔大额进账。",
        "产品只有一样，别的都在外面。",
    ),
    "score": ("像他这样的客户，100 位里有 34 位会买。", "同龄、同类资产的客户多数持有。"),
    "contact": (
        "电话里问了利率和期限。", "来网点时主动问起。", "说女儿明年出国，要备一笔钱。",
        "说想把钱分散一点。",
    ),
    "hand": ("逛店时聊到的。", "他的会计提起年底要调整。", "朋友圈里看到他新开了店。"),
}  # fmt: skip
STEPS = {
    "found": ("打电话约时间", "先发一份资料", "看看他在别处放了多少"),
    "contacted": ("约到网点当面聊", "问清这笔钱什么时候要用", "请财富顾问一起打电话"),
    "needs": ("做两套方案对比", "请产品经理核一下额度", "确认风险测评还有效"),
    "proposal": ("把方案当面讲一遍", "问夫人的意见", "补一份流动性说明"),
    "negotiation": ("向分行申请利率优惠", "约签约时间", "备齐开户材料"),
}
# As they come, not each as often: what stands twice is twice as likely.
EARLY = ("silent", "silent", "later", "later", "no_need", "no_need", "unsuitable", "rival")
LATE = ("price", "price", "rival", "rival", "later", "product", "service", "unsuitable")
WHY_WON = ("trust", "trust", "fit", "fit", "service_won", "price_won", "bundle")
TOLD = {
    "won": (
        "当天就签了，嫌麻烦的地方我们代办了。",
        "看中的是有人负责。",
        "方案讲得清楚，夫妻都同意。",
    ),
    "lost": (
        "利率差二十个基点，没谈下来。",
        "等审批等了两周，去了别家。",
        "说明年再看。",
        "三次没打通。",
    ),
}
# Three proposals, as they would be written.
OPENING = "上次您说的，我们记下来了。下面是按您的情况做的安排，不合适的地方我们再改。"
CLOSING = "以上方案不改变您现有的账户。想清楚再定，有问题随时找我。"
# Name in two languages, words, price, kinds of products, tiers, whom.
BUNDLES = (
    (
        *("工资金管家", "Payday bundle", "工资到账自动分成三份：活钱、稳钱、长钱。"),
        *("省 120 元年费", ("deposit", "wealth", "card"), (3, 4, 5), "person"),
    ),
    (
        *("安心养老", "Calm years", "年金打底，稳健理财做补充，一份清单看清楚。"),
        *("首年管理费减半", ("insurance", "fund"), (4, 5), "person"),
    ),
    (
        *("企业结算包", "Business settlement", "结算、代发和贷款一次谈好，手续费封顶。"),
        *("全年封顶 3,600 元", ("payroll", "deposit", "loan"), (), "organization"),
    ),
)
WHYS = (
    ("find", "年结算量不小，财务负责人还没见过，先找到能说话的人。"),
    ("attack", "主办行在别家，授信年底到期，是进去的时候。"),
    ("hold", "已经签了结算和代发，量还在爬，要把服务做稳。"),
    ("defend", "别家上门报了低两成的费率，财务总监在比价。"),
    ("cultivate", "五年的老客户，正谈银企直连和上下游结算。"),
)
OBSTACLES = (
    ("财务总监更习惯原来的银行", "请网点主任一起拜访一次"),
    ("费率比对手高一档", "向分行报一次综合定价"),
    ("总经理换人，还没见过面", "托老客户引见"),
)
