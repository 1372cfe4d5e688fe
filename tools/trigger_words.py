"""What the page of triggers says in words: English, Chinese."""

from __future__ import annotations

from collections.abc import Mapping

Both = tuple[str, str]

PAGE: Mapping[str, Both] = {
    "title": ("Triggers", "触发器"),
    "intro": (
        "<!-- Written by tools/trigger_docs.py from the catalogue. Do not edit. -->\n\n"
        "Every reason that the [morning run](../explanation/the-morning-run.md) knows, by "
        "trade. A company switches whole trades (`packs`) and single codes "
        "(`triggers_off`) on and off, and changes deadlines, reminders and chances: "
        "[settings](settings.md). Deadlines are working days from the later of the day it "
        "happened and the day we learned of it. *Chance* is which part of the stake such a "
        "contact changes until your own outcomes say so: an assumption of ours, as is "
        "everything whose source is P. What is due *at once* makes its card the same minute, "
        "when the fact arrives; the rest waits for the morning. Your own triggers, your "
        "numbers and what each brought stand on the page *Triggers*: "
        "[how](../how-to/make-a-trigger.md).",
        "<!-- 由 tools/trigger_docs.py 根据触发器目录生成，请勿手工修改。 -->\n\n"
        "[早间任务](../explanation/the-morning-run.md)认识的全部原因，按行业排列。企业可以整包"
        "（`packs`）或逐个（`triggers_off`）开关，也可以改期限、提醒日和把握：见"
        "[设置](settings.md)。期限为工作日，从发生日和得知日中较晚的一天算起。“把握”指这类联系"
        "能改变多大比例的金额，有了自己的结果后以结果为准；"
        "它和来源标 P 的数字一样，都是我们的假设。标“即时”的在事实到达的同一分钟出卡，其余等到"
        "早晨。自建触发器、公司的参数和各自的效果见“触发器”页：[说明](../how-to/make-a-trigger.md)。",
    ),
    "head": (
        "| code | name | speaks when | list of | working days | channels, best first | kind "
        "| class | minutes | chance | source |\n|---|---|---|---|---|---|---|---|---|---|---|",
        "| 代码 | 名称 | 触发条件 | 谁的清单 | 工作日 | 渠道（按优先） | 性质 | 优先级 | 分钟 "
        "| 把握 | 来源 |\n|---|---|---|---|---|---|---|---|---|---|---|",
    ),
    "events": ("Events that you send", "由您送来的事件"),
    "sending": (
        "What happens outside (in the core system, the app, a survey, the call centre) comes "
        "as *events*: `regulars import events.csv --as events`, or `POST /api/v1/facts` with "
        '`"kind": "events"` ([connect another system](../how-to/connect-another-system.md)). '
        "A row is a customer, a time, a kind, and where it helps a reference and a value. "
        "A date that lies ahead is sent as an event on that day, as soon as it is known. "
        "The reference says what it is about, so that *used* settles *expires*. Complaints, "
        "surveys, referrals, points, coupons, invitations and campaigns come in this way "
        "until Regulars keeps ledgers of its own for them.\n\n"
        "```csv\ncustomer_id,occurred_at,kind,ref,value\n"
        "C-000123,2026-12-20,coupon_expires,Q-8841,20\n"
        "C-000123,2026-12-01 14:20,survey_nps,2026-Q4,9\n"
        "C-000456,2026-12-31,id_expires,ID,\n```",
        "发生在系统之外的事（核心系统、手机应用、问卷、客服）以“事件”送来："
        "`regulars import events.csv --as events`，或调用 `POST /api/v1/facts`，"
        '`"kind": "events"`（见[连接其他系统](../how-to/connect-another-system.md)）。'
        "一行就是客户、时间、类型，必要时加关联编号和数值。将来的日期一知道就可以送，时间写那一天。"
        "关联编号说明是哪一件，这样“已使用”才能抵掉“将到期”。投诉、问卷、转介绍、积分、券、邀约和"
        "营销活动，在本系统有自己的台账之前都这样送入。\n\n"
        "```csv\ncustomer_id,occurred_at,kind,ref,value\n"
        "C-000123,2026-12-20,coupon_expires,Q-8841,20\n"
        "C-000123,2026-12-01 14:20,survey_nps,2026-Q4,9\n"
        "C-000456,2026-12-31,id_expires,ID,\n```",
    ),
    "events_head": (
        "| kind | what it is, with its `ref` and `value` | read by |\n|---|---|---|",
        "| 类型 | 含义，以及 `ref` 和 `value` | 触发器 |\n|---|---|---|",
    ),
}

PACKS: Mapping[str, Both] = {
    "universal": ("Every trade", "通用"),
    "bank": ("Retail bank", "零售银行"),
    "corporate": ("Corporate bank", "对公银行"),
    "insurance": ("Insurance", "保险"),
    "auto": ("Car dealer", "汽车"),
    "estate": ("Real estate", "房产"),
    "retail": ("Retail", "零售与电商"),
    "b2b": ("Dealings with organisations", "企业往来"),
}

# Where SQL, several sources or a ledger's own reader decide.
WORDED: Mapping[str, Both] = {
    "promise_due": (
        "the day has come that a contact named for its next step",
        "到了某次联系约定的下一步日期",
    ),
    "life_event": (
        "the day has come until which something was to be done about a wedding, a child, a "
        "new home …; with a product it obeys consent",
        "婚育、乔迁、入学、退休等事件要做的事到期；涉及产品的须有营销同意",
    ),
    "birthday": (
        "a birthday, solar or lunar, as early as the tier prepares it",
        "公历或农历生日，按等级提前准备",
    ),
    "festival": (
        "3 days before a festival of the company's list, for its best tiers",
        "企业名单中的节日前 3 天，面向最好的几个等级",
    ),
    "contact_overdue": (
        "no two-way contact for longer than the tier's standard",
        "超过等级标准没有双向联系",
    ),
    "playbook_step": (
        "a step of a playbook in force, so many days after a purchase, an opened holding or an "
        "event; the newest that has begun, and none whose day is long past; ends when what was "
        "bought went back or was closed, or the customer refused",
        "现行打法中某一步的日子到了（购买、开立或事件之后若干天）；只派最近的一步，早已过去的不补；"
        "退货、关闭或客户拒绝后停止",
    ),
    "answer_low": (
        "an answer of 1 or 2 of 5, or 0 to 6 of 10, to a question of such a step",
        "打法问题的回答为 5 分制 1–2 分，或 0–10 分制 0–6 分",
    ),
    "stage_entered": (
        "another stage than in the run before, whose treatment in the standard is service; "
        "whose list, days and minutes are the treatment's",
        "进入与上次评分不同的阶段，且标准中该阶段的任务为服务；由谁做、期限和分钟按该任务",
    ),
    "stage_offered": (
        "the same, where the treatment is marketing; sleepers and those who came back are told "
        "by their own triggers in the treatment's way",
        "同上，阶段任务为营销；转睡眠和唤醒由各自的触发器按阶段任务处理",
    ),
    "visit_due": (
        "a visit that the standard asks of a role in this period, or so many days after the "
        "last; spread over the first half of the period",
        "标准要求某角色在本期（或上次之后若干天）拜访；在本期前半段分散出现",
    ),
    "review_due": (
        "the same for a review: a contact about “Review” by a way of the line",
        "同上，回顾：以该行渠道、事由为“回顾”的联系",
    ),
    "rank_contact_due": (
        "a contact that the standard asks of a rank besides the most frequent one",
        "标准在最频繁的联系之外，要求某一级本人的联系",
    ),
    "exec_visit_due": (
        "the visit of an organisation that the standard asks of leaders",
        "标准要求领导对机构客户的走访",
    ),
    "head_visit_due": (
        "the visit of an organisation that the standard asks of the branch's head",
        "标准要求网点负责人对机构客户的走访",
    ),
    "owner_changed": (
        "another owner of the book, or another book: a call within 7 days, a visit within 30; "
        "what the new owner did is not asked again",
        "管户人变更或客户换了管户：7 日内电话、30 日内拜访；新任已做的不再提醒",
    ),
    "first_purchase": (
        "day 1, 7, 30 after the first activity; not in the first 30 days that facts reach back",
        "首笔往来后第 1、7、30 天；数据起始的头 30 天除外",
    ),
    "file_incomplete": (
        "the file of a good customer lacks something and nothing else is to be said today; "
        "once a quarter",
        "好客户的档案缺项，且当天没有别的理由；每季一次",
    ),
    "profile_stale": (
        "nobody confirmed the file for longer than its tier allows; once a quarter",
        "档案超过等级规定的天数无人确认；每季一次",
    ),
    "became_dormant": (
        "dormant in this run, and not in the one before",
        "本次评分为睡眠，上一次不是",
    ),
    "tier_threshold": (
        "between 80 % of the next tier and the tier, in two runs",
        "连续两次定级处于上一等级门槛的 80 % 至 100 %",
    ),
    "tier_watch": (
        "below a tier in the runs of now and of one, two and three months ago, and in it in "
        "the one before; known only as far as runs are kept",
        "本次和一、二、三个月前的评分都低于四个月前的等级；以留存的评分为限",
    ),
    "churn_risk_up": (
        "the band of risk rose since the last run, or 90 days brought 30 % less than 90 days "
        "of the year before them; once a quarter",
        "流失风险档上升，或近 90 天比此前一年中的 90 天少 30 %；每季一次",
    ),
    "reactivated": (
        "active again after being dormant or lost, by a transaction",
        "睡眠或流失后又有交易",
    ),
    "large_outflow": (
        "in 5 days more went out than in any 5 days of the half year before, at least 50,000 "
        "and a fifth of the 90-day average; the top tier the same day",
        "5 日流出超过此前半年任何 5 日，且不少于 5 万和 90 日日均的五分之一；最高等级当天联系",
    ),
    "large_inflow": (
        "the same size, coming in; persons",
        "同样规模的流入；个人客户",
    ),
    "corp_large_movement": (
        "an organisation's money moved by that size, either way",
        "机构客户同样规模的流入或流出",
    ),
    "aum_drop": (
        "the mean of the month is 30 % below that of 90 days; from the 10th, and from 50,000",
        "本月日均比 90 日日均低 30 %；每月 10 日起，日均 5 万起",
    ),
    "payroll_first": (
        "the first pay credited in four months; facts must reach back 60 days",
        "四个月内首次代发入账；数据须覆盖 60 天",
    ),
    "payroll_stopped": (
        "paid in three months, and not by the usual day of the month and 5 more",
        "连续三个月有代发，到惯常日加 5 天仍未入账",
    ),
    "payroll_flight": (
        "80 % of the last two pays left within 3 days; 3 days before the next",
        "最近两次代发三天内转出八成；下次发薪前 3 天",
    ),
    "idle_balance": (
        "50,000 (`idle_amount`) at sight that nothing took from for 7 days; products of kind "
        "deposit without a term; once a quarter",
        "活期 5 万（`idle_amount`）连续 7 天未动；无期限的存款产品；每季一次",
    ),
    "second_product": (
        "30 days with us and one product at most",
        "满 30 天，产品不超过一项",
    ),
    "settlement_drop": (
        "an organisation settled 30 % less in 30 days than in the 30 before; from 50,000",
        "机构客户近 30 日结算比前 30 日少 30 %；5 万起",
    ),
    "winback": (
        "1.5 times the own median gap after the last purchase (from three purchases on), and "
        "7, 14 and 21 days later; without a rhythm 60, 90 and 180 days after it",
        "最后一次购买后超过自己间隔中位数的 1.5 倍（买过三次起），再隔 7、14、21 天；没有规律"
        "的，60、90、180 天",
    ),
    "sunset": (
        "180 days after the first word to win back nothing came: no purchase, no two-way "
        "contact, no event that shows a reader",
        "第一次唤醒后 180 天没有回应：没有购买、没有双向联系，也没有阅读类事件",
    ),
    "second_purchase": (
        "one order only, as old as the median gap of its category (from ten gaps in two years)",
        "只有一单，且距今已达该类别的间隔中位数（两年内至少十次间隔）",
    ),
    "replenishment": (
        "3 days before what is bought in a rhythm runs out: the own median gap from three "
        "purchases on, else the item's where half of its buyers come back; one item a "
        "customer",
        "按节奏购买的商品预计用完前 3 天：买过三次起按自己的间隔，否则按有半数买家回购的商品"
        "间隔；每位客户一种",
    ),
    "vip_spend_drop": (
        "levels 5 and 4: 90 days brought less than half of what 90 days of the year before "
        "them did; once a quarter",
        "等级 5、4：近 90 天不到此前一年中 90 天均值的一半；每季一次",
    ),
    "tier_gap_amount": (
        "the last 10 days of a month: between 80 % of the next tier and the tier, in two runs",
        "每月最后 10 天：连续两次定级处于上一等级门槛的 80 % 至 100 %",
    ),
    "order_gap": (
        "an organisation has not ordered for longer than 1.5 times its own median gap; not "
        "for a bank, unless it says so",
        "机构客户超过自己间隔中位数的 1.5 倍没有下单；银行默认关闭",
    ),
    "order_value_drop": (
        "an organisation bought 30 % less in 90 days than in the 90 before, or nothing of a "
        "category that was a tenth of it; once a quarter; not for a bank, unless it says so",
        "机构客户近 90 天采购比前 90 天少 30 %，或某个曾占一成的品类停购；每季一次；银行默认"
        "关闭",
    ),
    "invoice_overdue": (
        "1, 7, 15 and 30 days after an organisation's oldest open invoice was due; again "
        "each 30 days",
        "机构客户最早一张未付发票逾期 1、7、15、30 天；此后每 30 天一次",
    ),
    "quote_expiring": (
        "a sent quote is valid for 3 days more at most and nobody has answered",
        "已发报价 3 天内失效且未获答复",
    ),
    "care_plan": (
        "a step of a care plan falls due, its review is due, or a plan was asked for",
        "维护计划的一项行动到期、该复盘了，或上级要求制定计划",
    ),
    "complaint_due": (
        "an acknowledged complaint whose answer or end is due within two working days, for "
        "whoever handles it; one that went up the line late",
        "已受理的投诉两个工作日内须答复或办结，给办理人；超时升级的，给上级",
    ),
    "opportunity_step": (
        "an open opportunity whose next step has come, or whose proposal ends within 3 days "
        "without an answer",
        "进行中的商机，下一步已到日期，或发出的方案 3 天内到期仍无答复",
    ),
    "salon_guest": (
        "a guest whom the manager invites, who has a seat from the waiting list, whose salon "
        "was called off, or who came yesterday, with what they said and ticked",
        "由客户经理邀约的客人、候补后有了座位的客人、沙龙取消后要告知的客人，"
        "或昨天到场的客人，附其评价和想了解的内容",
    ),
    "journey_step": (
        "a customer on a journey has come to a step that a person does",
        "客户在旅程中走到需要人来做的一步",
    ),
    "topic_talk": (
        "a topic of the day was released for the customer, and has not come to its end",
        "面向该客户的热点话题已发出，还没有过期",
    ),
    "campaign_call": (
        "a step of a running campaign that people carry out: a call or a visit, for members "
        "whom the step before did not reach or who did not answer it",
        "进行中的营销活动里由人来做的一步：给上一步没联系上或没有回应的客户打电话或拜访",
    ),
    "gift_waiting": (
        "a gift is approved and waits to be handed over",
        "礼品已批准，等着送到客户手里",
    ),
    "privilege_unused": (
        "45 days before the end of a year, 14 before that of a quarter: a customer of the best "
        "tier used none of the privileges that end with it",
        "年末前 45 天、季末前 14 天：最高等级客户本期权益一项都没用",
    ),
    "joint_plan": (
        "the day of the next step of a plan with a partner organisation has come",
        "与伙伴机构的共同计划到了下一步的日期",
    ),
}

EVENTS: Mapping[str, Both] = {
    "account_kept": (
        "the customer keeps the account; `ref` the account",
        "客户保留账户；`ref` 为账户",
    ),
    "activation": (
        "a card or app was put to use; `ref` the card",
        "启用卡片或应用；`ref` 为卡",
    ),
    "benefit_paid": (
        "`ref` as in `benefit_payable`",
        "`ref` 同 `benefit_payable`",
    ),
    "benefit_payable": (
        "the day; `ref` policy and instalment, `value` the amount",
        "给付日；`ref` 为保单与期次，`value` 为金额",
    ),
    "branch_visit": ("came to the branch; `ref` what for", "到店；`ref` 为事由"),
    "campaign_response": (
        "clicked, replied, asked; `ref` the campaign",
        "点击、回复或咨询；`ref` 为活动",
    ),
    "card_used": ("a card was used; `ref` the card", "卡片有交易；`ref` 为卡"),
    "cart_abandoned": (
        "a cart left unpaid; `ref` the cart, `value` its amount. A purchase settles it too. "
        "Words within the hour come with campaigns",
        "加购未付；`ref` 为购物车，`value` 为金额；下单也算了结。一小时内的提醒随营销活动提供",
    ),
    "cart_ordered": (
        "`ref` the cart",
        "`ref` 为购物车",
    ),
    "claim_closed": (
        "`ref` the claim",
        "`ref` 为理赔号",
    ),
    "claim_reopened": (
        "`ref` the claim",
        "`ref` 为理赔号",
    ),
    "community_price_move": (
        "deals in the owner's compound against the quarter before, in percent: `value` -6.5; "
        "`ref` the compound",
        "业主所在小区成交价环比，百分数：`value` 如 -6.5；`ref` 为小区",
    ),
    "complaint": ("as `complaint_opened`", "同 `complaint_opened`"),
    "complaint_closed": ("settled; `ref` the complaint", "办结；`ref` 为投诉编号"),
    "complaint_opened": (
        "a complaint by any channel; `ref` its number",
        "任一渠道的投诉；`ref` 为编号",
    ),
    "contact_bounced": (
        "mail or calls to the key contact came back; `ref` who",
        "关键联系人的邮件或电话失效；`ref` 为姓名",
    ),
    "contact_left": (
        "the key contact changed jobs; `ref` who",
        "关键联系人离职；`ref` 为姓名",
    ),
    "contact_replaced": (
        "another contact is on file",
        "已有新的联系人",
    ),
    "contract_cancelled": (
        "`ref` as in `contract_signed`",
        "`ref` 同 `contract_signed`",
    ),
    "contract_signed": (
        "a contract of sale or lease; `ref` its number",
        "签订买卖或租赁合同；`ref` 为合同号",
    ),
    "coupon_expires": (
        "the day; `ref` the coupon, `value` its amount",
        "到期日；`ref` 为券号，`value` 为面额",
    ),
    "coupon_used": ("`ref` the coupon", "`ref` 为券号"),
    "cross_payroll": (
        "an organisation pays its staff through another bank",
        "机构客户的工资由他行代发",
    ),
    "delivered": (
        "an order arrived; `ref` the order",
        "到货；`ref` 为订单",
    ),
    "delivery_survey": (
        "the answer of an owner after the delivery; `value` 1 to 5",
        "交车后的满意度；`value` 为 1 至 5",
    ),
    "event_attended": ("came; `ref` the event", "到场；`ref` 为活动编号"),
    "event_invited": (
        "the day of the event, sent with the invitation; `ref` the event",
        "活动当天，邀约时送入；`ref` 为活动编号",
    ),
    "event_no_show": ("did not come; `ref` the event", "未到场；`ref` 为活动编号"),
    "event_replied": ("said yes or no; `ref` the event", "已答复；`ref` 为活动编号"),
    "first_service": (
        "done; `ref` the vehicle",
        "已做首保；`ref` 为车辆",
    ),
    "first_service_due": (
        "the day by time or mileage, sent again when it moves; `ref` the vehicle",
        "按时间或里程推算的日期，变动时重送；`ref` 为车辆",
    ),
    "fund_move": (
        "a holding changed in value; `ref` the product, `value` the change: -0.12",
        "持有净值变动；`ref` 为产品，`value` 为变动，如 -0.12",
    ),
    "handover": (
        "the day of the keys; `ref` the unit",
        "交房日；`ref` 为房号",
    ),
    "handover_cancelled": (
        "`ref` the unit",
        "`ref` 为房号",
    ),
    "health_green": (
        "the health score is 80 or more again",
        "健康分回到 80 以上",
    ),
    "health_red": (
        "the health score fell below 80; `value` the score. It comes as an event until "
        "Regulars scores health itself",
        "健康分跌破 80；`value` 为分数。系统自己计算健康分之前以事件送入",
    ),
    "household_change": (
        "marriage, a child, parents who move in",
        "婚育、老人同住等家庭变化",
    ),
    "id_expires": ("the day; `ref` the paper", "到期日；`ref` 为证件"),
    "inactive_account": (
        "the day on which the account is stopped, by your own rule; `ref` the account",
        "按本行规则停用账户的日期；`ref` 为账户",
    ),
    "inspection_done": (
        "`ref` the vehicle",
        "`ref` 为车辆",
    ),
    "inspection_due": (
        "the last day; `ref` the vehicle",
        "截止日；`ref` 为车辆",
    ),
    "loan_due": (
        "the day of a payment; `ref` loan and instalment, `value` the amount",
        "还款日；`ref` 为借据与期次，`value` 为金额",
    ),
    "loan_paid": ("`ref` as in `loan_due`", "`ref` 同 `loan_due`"),
    "loan_prepay": ("asked to repay early; `ref` the loan", "申请提前还款；`ref` 为借据"),
    "login": ("a login to the app", "登录手机应用"),
    "merchant_drop": (
        "card sales against the month before; `value` the change: -0.6",
        "收单量环比；`value` 为变动，如 -0.6",
    ),
    "message_clicked": (
        "clicked a message",
        "点击了消息",
    ),
    "message_opened": (
        "opened a message",
        "打开了消息",
    ),
    "milestone_done": (
        "`ref` the milestone",
        "`ref` 为里程碑",
    ),
    "milestone_due": (
        "the day; `ref` the milestone",
        "计划日；`ref` 为里程碑",
    ),
    "mortgage_step": (
        "the day of a step; `ref` the step",
        "按揭节点的日期；`ref` 为节点",
    ),
    "mortgage_step_cancelled": (
        "`ref` the step",
        "`ref` 为节点",
    ),
    "points_expire": (
        "the day; `ref` the batch, `value` the points",
        "到期日；`ref` 为批次，`value` 为积分",
    ),
    "points_used": ("`ref` the batch", "`ref` 为批次"),
    "policy_assigned": (
        "the policy has an agent again; `ref` the policy",
        "保单已有新的服务人员；`ref` 为保单",
    ),
    "policy_lapsed": (
        "`ref` the policy; with the `ref` of the premium it ends the words of grace",
        "`ref` 为保单；用保费的 `ref` 送入则结束宽限期提醒",
    ),
    "policy_loan_enquiry": (
        "asked for a loan on the policy; `ref` the policy",
        "咨询保单贷款；`ref` 为保单",
    ),
    "policy_orphaned": (
        "the agent left; `ref` the policy. A new owner of the book is found without it: "
        "`owner_changed`",
        "代理人离开；`ref` 为保单。管户变更不需要它：见 `owner_changed`",
    ),
    "policy_reinstated": (
        "`ref` the policy",
        "`ref` 为保单",
    ),
    "policy_surrendered": (
        "`ref` the policy",
        "`ref` 为保单",
    ),
    "premium_due": (
        "the day of a premium; `ref` policy and instalment, so that a payment settles this "
        "one alone; `value` the amount",
        "应缴日；`ref` 为保单与期次（一次缴费只抵这一期），`value` 为金额",
    ),
    "premium_failed": (
        "a debit failed; `ref` as in `premium_due`, `value` the amount",
        "扣款失败；`ref` 同 `premium_due`，`value` 为金额",
    ),
    "premium_paid": (
        "`ref` as in `premium_due`",
        "`ref` 同 `premium_due`",
    ),
    "rate_change": (
        "a new product or rate, for each holder it concerns; `ref` the product",
        "新产品或利率调整，只送有关客户；`ref` 为产品",
    ),
    "rate_step": (
        "the day on which a premium steps up with age; `ref` the policy",
        "费率随年龄变动的日期；`ref` 为保单",
    ),
    "referral_given": (
        "this customer sent somebody; `ref` the one who was sent",
        "该客户介绍了他人；`ref` 为被介绍人",
    ),
    "referral_received": (
        "this customer was sent by somebody; `ref` by whom",
        "该客户由他人介绍；`ref` 为介绍人",
    ),
    "referral_result": (
        "to the one who sent: what came of it; `ref` as in `referral_given`",
        "介绍人名下：介绍的结果；`ref` 同 `referral_given`",
    ),
    "registry_change": ("`ref` what changed in the registry", "`ref` 为变更事项"),
    "return": (
        "goods came back; `ref` the order",
        "退货；`ref` 为订单",
    ),
    "return_settled": (
        "`ref` the order",
        "`ref` 为订单",
    ),
    "review": (
        "a review; `ref` the order, `value` 1 to 5 stars",
        "评价；`ref` 为订单，`value` 为 1 至 5 星",
    ),
    "risk_profile_expires": ("the day", "到期日"),
    "salon": ("as `event_attended`", "同 `event_attended`"),
    "second_service": (
        "done; `ref` the vehicle",
        "已做二保；`ref` 为车辆",
    ),
    "second_service_due": (
        "as `first_service_due`",
        "同 `first_service_due`",
    ),
    "surrender_enquiry": (
        "asked about surrender; `ref` the policy",
        "咨询退保；`ref` 为保单",
    ),
    "surrender_settled": (
        "it was done or given up; `ref` the policy",
        "已办理或已打消；`ref` 为保单",
    ),
    "survey_csat": ("`value` 1 to 5", "`value` 为 1 至 5"),
    "survey_nps": ("`value` 0 to 10", "`value` 为 0 至 10"),
    "usage_high": (
        "`value` percent used of licence or credit; may be sent each day",
        "已用授权或额度的百分数 `value`；可以每天送",
    ),
    "wecom_added": (
        "added us on WeCom",
        "添加企业微信",
    ),
    "wecom_removed": (
        "removed us on WeCom",
        "删除企业微信",
    ),
    "workshop_visit": (
        "`ref` the job",
        "进厂；`ref` 为工单",
    ),
}
