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
        "everything whose source is P.",
        "<!-- 由 tools/trigger_docs.py 根据触发器目录生成，请勿手工修改。 -->\n\n"
        "[早间任务](../explanation/the-morning-run.md)认识的全部原因，按行业排列。企业可以整包"
        "（`packs`）或逐个（`triggers_off`）开关，也可以改期限、提醒日和把握：见"
        "[设置](settings.md)。期限为工作日，从发生日和得知日中较晚的一天算起。“把握”指这类联系"
        "能改变多大比例的金额，有了自己的结果后以结果为准；"
        "它和来源标 P 的数字一样，都是我们的假设。",
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
    "file_stale": (
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
    "invoice_overdue": (
        "an organisation's oldest open invoice is more than 3 days late; again each 30 days",
        "机构客户最早一张未付发票逾期超过 3 天；此后每 30 天一次",
    ),
    "terms_ending": (
        "agreed terms end within the company's days (30) and nothing follows",
        "约定条款在企业设定的天数（30）内到期且没有后续",
    ),
    "quote_ending": (
        "a sent quote is valid for 7 days more at most and nobody has answered",
        "已发报价 7 天内失效且未获答复",
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
    "branch_visit": ("came to the branch; `ref` what for", "到店；`ref` 为事由"),
    "campaign_response": (
        "clicked, replied, asked; `ref` the campaign",
        "点击、回复或咨询；`ref` 为活动",
    ),
    "card_used": ("a card was used; `ref` the card", "卡片有交易；`ref` 为卡"),
    "complaint": ("as `complaint_opened`", "同 `complaint_opened`"),
    "complaint_closed": ("settled; `ref` the complaint", "办结；`ref` 为投诉编号"),
    "complaint_opened": (
        "a complaint by any channel; `ref` its number",
        "任一渠道的投诉；`ref` 为编号",
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
    "event_attended": ("came; `ref` the event", "到场；`ref` 为活动编号"),
    "event_invited": (
        "the day of the event, sent with the invitation; `ref` the event",
        "活动当天，邀约时送入；`ref` 为活动编号",
    ),
    "event_no_show": ("did not come; `ref` the event", "未到场；`ref` 为活动编号"),
    "event_replied": ("said yes or no; `ref` the event", "已答复；`ref` 为活动编号"),
    "fund_move": (
        "a holding changed in value; `ref` the product, `value` the change: -0.12",
        "持有净值变动；`ref` 为产品，`value` 为变动，如 -0.12",
    ),
    "id_expires": ("the day; `ref` the paper", "到期日；`ref` 为证件"),
    "inactive_account": (
        "the day on which the account is stopped, by your own rule; `ref` the account",
        "按本行规则停用账户的日期；`ref` 为账户",
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
    "points_expire": (
        "the day; `ref` the batch, `value` the points",
        "到期日；`ref` 为批次，`value` 为积分",
    ),
    "points_used": ("`ref` the batch", "`ref` 为批次"),
    "rate_change": (
        "a new product or rate, for each holder it concerns; `ref` the product",
        "新产品或利率调整，只送有关客户；`ref` 为产品",
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
    "risk_profile_expires": ("the day", "到期日"),
    "salon": ("as `event_attended`", "同 `event_attended`"),
    "survey_csat": ("`value` 1 to 5", "`value` 为 1 至 5"),
    "survey_nps": ("`value` 0 to 10", "`value` 为 0 至 10"),
}
