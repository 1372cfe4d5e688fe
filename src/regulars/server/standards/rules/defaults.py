"""The treatments and plans that a company begins with, in both languages."""

from __future__ import annotations

from regulars.server.standards.rules.lines import Doer
from regulars.server.standards.rules.plans import ClassPlan, Treatment

TREATMENTS = (
    Treatment(
        stage="prospect",
        name="建档识别",
        name_en="Get to know",
        task="核对姓名和联系方式，问清从哪里认识我们、眼下在意什么；没有需求就不推产品。",
        task_en="Check name and ways to reach, ask how they came to us and what matters to "
        "them now. Without a need, no product.",
        doer=Doer.RM,
        workdays=10,
        minutes=10,
        quiet_days=180,
    ),
    Treatment(
        stage="intent",
        name="意向跟进",
        name_en="Follow the interest up",
        task="一个工作日内回应，约定面谈时间，记下对方在比较什么、由谁决定。",
        task_en="Answer within a working day, agree on a meeting, note what they compare and "
        "who decides.",
        workdays=1,
        minutes=20,
        quiet_days=30,
    ),
    Treatment(
        stage="new",
        name="新客暖启",
        name_en="Warm start",
        task="感谢选择我们，确认用得顺不顺，讲清楚找谁、怎么找；三十天内不推第二个产品。",
        task_en="Thank them, make sure everything works, say whom to turn to and how. No "
        "second product within thirty days.",
        workdays=3,
        minutes=10,
        quiet_days=365,
    ),
    Treatment(
        stage="active",
        name="按标准维护",
        name_en="Keep to the standard",
        task="不另派任务：按等级的联系频率维护，靠客户自己的事件触发。",
        task_en="No task of its own: the contacts of the tier, and what the customer's own "
        "events call for.",
        doer=Doer.MACHINE,
        workdays=5,
        minutes=0,
        channels=(),
        is_on=False,
    ),
    Treatment(
        stage="loyal",
        name="致谢与参与",
        name_en="Thank and involve",
        task="当面或电话致谢，请他对我们提一条意见，邀请参加老客户活动；愿意时请他推荐朋友。",
        task_en="Thank them in person, ask for one thing we should do better, invite them to "
        "an event; if they like, ask for a recommendation.",
        workdays=10,
        minutes=15,
        channels=("call", "visit", "wecom"),
        quiet_days=365,
    ),
    Treatment(
        stage="at_risk",
        name="挽留面谈",
        name_en="Talk before they go",
        task="打电话问原因，先听后说；能当场解决的当场解决，不能的给出日期并记为承诺。",
        task_en="Call and ask why, listen first. Solve what can be solved at once; for the "
        "rest name a day and note it as a promise.",
        workdays=3,
        minutes=20,
        channels=("call", "visit"),
        marketing=True,
    ),
    Treatment(
        stage="dormant",
        name="唤醒",
        name_en="Wake up",
        task="第一次只问候、给一个有用的信息，不谈优惠；两周没有回应再换渠道联系一次。",
        task_en="First only a greeting with something useful, no discount. Without an answer "
        "for two weeks, once more by another channel.",
        doer=Doer.REMOTE,
        workdays=20,
        minutes=5,
        channels=("wecom", "sms", "call"),
        marketing=True,
        quiet_days=180,
    ),
    Treatment(
        stage="lost",
        name="离店回访",
        name_en="Ask why they left",
        task="一次礼貌的回访：为什么离开、去了哪里、我们该改什么；记入流失原因，之后不再打扰。",
        task_en="One polite call: why, where to, what we should change. Note the reason, "
        "then leave them in peace.",
        workdays=10,
        minutes=15,
        marketing=True,
        quiet_days=365,
    ),
    Treatment(
        stage="reactivated",
        name="回归欢迎",
        name_en="Welcome back",
        task="欢迎回来，问清这次因为什么，核对资料是否变了，约好下一次联系。",
        task_en="Welcome them back, ask what brought them, check whether the file still "
        "holds, agree on the next contact.",
        workdays=3,
        minutes=10,
        quiet_days=180,
    ),
)
PLANS = (
    ClassPlan(
        business_class="settlement",
        aim="让流水留在我们这里，用流水换融资。",
        aim_en="Keep the payments with us, and let them earn finance.",
        steps="看三个月收付款节奏，把账期缺口算出来；按现金流配短期融资；"
        "把代发、收单、票据接进同一个结算账户；流水下降三成当周走访。",
        steps_en="Read three months of payments and find the gap between paying and being "
        "paid. Match short credit to that cash flow. Bring payroll, card acquiring and bills "
        "to the same account. Visit in the week in which payments fall by a third.",
    ),
    ClassPlan(
        business_class="credit",
        aim="把单一贷款户做成综合贡献户。",
        aim_en="Turn a mere borrower into a customer who brings more than interest.",
        steps="算清一年的综合贡献：利息、存款、结算、代发；授信到期前 90 天谈回报约定；"
        "把企业主和员工的个人业务带进来；贡献低于约定时先谈原因再谈价格。",
        steps_en="Reckon a year's whole contribution: interest, deposits, payments, payroll. "
        "Ninety days before a facility ends, agree on what comes in return. Win owners and "
        "staff as customers. Where less comes than agreed, ask why before speaking of price.",
    ),
    ClassPlan(
        business_class="relationship",
        aim="从靠人情，到靠产品绑定。",
        aim_en="From a tie between people to a tie by products.",
        steps="记清关系在谁身上，给他配一位后备；每半年落地一个离不开的产品，"
        "例如代发、现金管理、供应链；关键人变动五个工作日内登门。",
        steps_en="Note in whom the tie lies and give that person a backup. Each half-year "
        "one product that is hard to leave: payroll, cash management, supply chain. When a "
        "key person changes, visit within five working days.",
    ),
    ClassPlan(
        business_class="channel",
        aim="一个渠道，一批客户。",
        aim_en="One channel, many customers.",
        steps="和平台、商会、园区一起办推介会；给平台核定整体额度，再分到成员；"
        "每月对一次名单：推介了谁、谁开了户、谁用了额度。",
        steps_en="Hold a promotion meeting with the platform, the chamber or the park. Grant "
        "the platform a line as a whole and share it among members. Once a month compare "
        "names: who was introduced, who opened an account, who used the line.",
    ),
)
