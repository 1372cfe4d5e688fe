"""What the demo's campaigns are called, what they are for, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from regulars.server.core import queries as core
from regulars.server.core.models import Person

RESULTS = (
    ("interested", "meet"), ("reached", "done"), ("not_now", "done"),
    ("no_answer", "call_tomorrow"), ("interested", "offer"),
)  # fmt: skip
SAID = (("interested", "问怎么办理"), ("reached", "说知道了"), ("not_now", "暂时不需要"))


@dataclass(frozen=True)
class Words:
    """What one kind of company calls its campaigns and says in them."""

    over: tuple[str, str, str]  # name, in English, goal
    text: str
    runs: tuple[str, str, str]
    first: str
    call: str
    next: tuple[str, str, str]
    offer: str
    listed: str
    best: str


BANK = Words(
    ("中秋刷卡满减", "Mid-autumn card discount", "让低频持卡人在节前多刷一次卡"),
    "{{ customer.salutation }}，中秋前刷卡满 200 减 20，本月内有效，到手机银行“活动”里领取。",
    ("岁末归行：大额活期提醒", "Money comes home at the year's end",
     "把年底回笼的活期留在行里，转成通知存款或存单"),
    "{{ customer.salutation }}，年底资金回笼，活期也可以安排得更划算，"
    "您的客户经理这几天会联系您。",
    "{{ customer.salutation }}，我是您的客户经理。年底钱都回来了，"
    "闲着的部分可以放七天通知存款，随用随取。您看这两天方便过来，还是我帮您在手机上办？",
    ("元旦开门红：代发客户办卡", "New year: cards for payroll customers",
     "让代发工资的客户办第二张卡，把日常消费带回来"),
    "七天通知存款 · 5 万起", "近半年刷卡少于 3 次的持卡人", "资产较高的个人客户",
)  # fmt: skip
SHOP = Words(
    ("中秋满减", "Mid-autumn discount", "让低频会员在节前多来一次"),
    "{{ customer.salutation }}，中秋前到店满 200 减 20，本月内有效，出示会员码即可使用。",
    ("岁末回店：老会员邀请", "Regulars come back at the year's end",
     "请几个月没来的老会员回店看看"),
    "{{ customer.salutation }}，年末新货到店，给您留了一份老会员礼，店长这几天会联系您。",
    "{{ customer.salutation }}，我是您的店长。年末新货到了，按您平时的喜好留了几款，"
    "这两天方便过来看看吗？",
    ("元旦：新会员第二单", "New year: the second order",
     "让上个月第一次来的会员在元旦前再来一次"),
    "老会员礼一份", "近半年来店少于 3 次的会员", "消费较高的个人会员",
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Who plans, who approves, and what day it is."""

    by: Person
    second: Person
    words: Words
    today: date

    def at(self, days: int, hour: int = 10) -> datetime:
        """An hour of the company, so many days before today."""
        day = self.today - timedelta(days=days)
        return datetime.combine(day, time(hour), core.time_zone())
