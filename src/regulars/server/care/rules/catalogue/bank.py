"""Triggers of a retail bank."""

from __future__ import annotations

from regulars.server.care.rules.detectors import Before, Holding
from regulars.server.care.rules.shape import Pack, Priority, Stake, Text, Trigger

DEPOSIT_MATURITY = Trigger(
    code="deposit_maturity",
    name=Text("到期承接", "Maturity"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=1,
    keep=2,
    minutes=10,
    icon="hourglass",
    kind="due",
    chip=Text("{product} {amount} {day} {step}", "{product} {amount}, {day} {step}"),
    script=Text(
        "{name}，您那笔 {amount} 的{product} {weekday} 到期。"
        "是续存、换个期限，还是留一部分机动？我提前给您办好。",
        "{name}, your {product} of {amount} matures on {weekday}. "
        "Shall we renew it, change the term, or keep part of it at hand? "
        "I will have it ready for you.",
    ),
    hint=Text(
        "先问用途，再说期限和利率。不承诺收益，不把存款说成理财。",
        "Ask what the money is for, then talk about terms and rates. "
        "Promise no returns; never call a wealth product a deposit.",
    ),
    detect=Before(Holding(("deposit",)), (7, 3, 1, -1), settles=True),
    pack=Pack.BANK,
    channels=("call", "sms"),
    stake=Stake.AMOUNT,
    chance=0.2,
    source="MAT",
)

LARGE_OUTFLOW = Trigger(
    code="large_outflow",
    name=Text("大额流出", "Large outflow"),
    priority=Priority.LOSS,
    marketing=False,
    deadline=1,
    keep=3,
    minutes=20,
    icon="arrow-bar-up",
    kind="loss",
    chip=Text("大额流出 {amount} · 近 5 日", "{amount} went out in 5 days"),
    script=Text(
        "{name}，最近有一笔大的支出，想确认都是您本人办的、一切顺利。后面的资金安排有什么我能帮上忙的吗？",
        "{name}, a larger sum left your account lately and I want to be sure all went as you "
        "wished. Is there anything in your plans that I can help with?",
    ),
    hint=Text(
        "先听原因：货款、购房、他行利率、家里用钱。"
        "三个月日均 {mean}，平常 5 日变动 {low} 至 {high}。不追问对方账户。",
        "Listen for the reason: goods, a home, another bank's rate, the family. "
        "Mean of 90 days {mean}; a usual change in 5 days is {low} to {high}. "
        "Do not ask about the receiver.",
    ),
    pack=Pack.BANK,
    chance=0.1,
    source="doc3,P",
)

TRIGGERS = (DEPOSIT_MATURITY, LARGE_OUTFLOW)
