"""Triggers of a shop: what customers buy, and when they come again."""

from __future__ import annotations

from regulars.server.care.rules.detectors import After, Either, Event, Figure
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

# Half as long again as the own rhythm, from three purchases on.
LAPSED = Figure("last_on", plus="1.5 * median_gap", where="median_gap > 0")
UNKNOWN_RHYTHM = Figure("last_on", where="median_gap is null and purchase_count > 0")
# Who did one of these still listens; "contact" is a word both ways.
ENGAGED = ("message_opened", "message_clicked", "login", "contact")

SECOND_PURCHASE = Trigger(
    code="second_purchase",
    name=Text("二次购买", "A second purchase"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=3,
    keep=7,
    minutes=5,
    icon="shopping-cart",
    kind="growth",
    chip=Text(
        "首单 {day} · 同类一般 {count} 天后再买",
        "First order on {day}, usual again after {count} days",
    ),
    script=Text(
        "{name}，您 {day} 买的用着还满意吗？同类的东西大家差不多这时候会补，有需要我给您留，"
        "不需要也没关系。",
        "{name}, are you content with what you bought on {day}? Many come back for such "
        "things about now; I can put something aside, and if not, that is fine.",
    ),
    hint=Text(
        "先问用得怎样，有问题先解决；第一次提醒不给折扣，不连着催。",
        "Ask how it works and mend what is wrong first. No discount in the first word, no "
        "second push.",
    ),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "sms", "app"),
    chance=0.1,
)

REPLENISHMENT = Trigger(
    code="replenishment",
    name=Text("补货", "Runs out soon"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=2,
    keep=7,
    minutes=4,
    icon="refresh",
    kind="growth",
    chip=Text("{product}快用完 · 预计 {day}", "{product} runs out about {day}"),
    script=Text(
        "{name}，您常买的{product}按平时的节奏 {day} 前后该补了，要给您留一份吗？这次想换规格"
        "也可以说。",
        "{name}, by your usual pace your {product} runs out about {day}. Shall I put one "
        "aside? Another size is fine too.",
    ),
    hint=Text(
        "平时约 {count} 天买一次。只提醒常买的这一样；客户说还有，就记下新的日子。",
        "Usually bought every {count} days. Speak of this one item; if there is enough "
        "left, note the new day.",
    ),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "sms", "app"),
    chance=0.15,
    source="FLOW",
)

CART_ABANDONED = Trigger(
    code="cart_abandoned",
    name=Text("弃购", "Cart left behind"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=0,
    keep=1,
    minutes=3,
    icon="shopping-cart",
    kind="growth",
    chip=Text("{day} 加购未付 {amount}", "Cart of {amount} left on {day}"),
    script=Text(
        "{name}，您 {day} 放进购物车的东西还给您留着。是尺码、运费还是付款上有疑问？我帮您看"
        "看。",
        "{name}, what you put into the cart on {day} is still there. Is it the size, the "
        "delivery or the payment? I can help.",
    ),
    hint=Text(
        "先帮忙解决疑问，不追着发；两天内最多三次，买了或说不要就停。",
        "Solve the question, do not chase. Three words in two days at most; stop at a "
        "purchase or a no.",
    ),
    detect=After(Event.of("cart_abandoned"), (0, 1, 2), unless=("purchase", "cart_ordered")),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("app", "sms", "wecom"),
    stake=Stake.AMOUNT,
    chance=0.1,
    source="FLOW",
    wait=60,
)

POST_PURCHASE = Trigger(
    code="post_purchase",
    name=Text("购后关怀", "After the delivery"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=3,
    minutes=4,
    icon="package",
    kind="care",
    chip=Text("{day} 到货 · {days}", "Delivered on {day}, {days}"),
    script=Text(
        "{name}，您买的 {day} 到了，用起来顺手吗？用法和保养我发您一份；哪里不满意直接告诉我。",
        "{name}, your order arrived on {day}. Is it working for you? I can send you how to "
        "use and keep it; tell me straight if anything is wrong.",
    ),
    hint=Text(
        "第 2 天讲用法，第 7 天请评价。有问题先处理；不为好评给好处。",
        "Day 2: how to use it. Day 7: ask for a review. Mend first; no reward for praise.",
    ),
    detect=After(Event.of("delivered"), (2, 7), unless=("return",)),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "app", "sms"),
    chance=0.03,
    source="FLOW",
)

POST_PURCHASE_COMPANION = Trigger(
    code="post_purchase_companion",
    name=Text("搭配推荐", "What goes with it"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=0,
    keep=3,
    minutes=4,
    icon="package",
    kind="growth",
    chip=Text("{day} 到货满两周 · 搭配", "Two weeks since {day}, what goes with it"),
    script=Text(
        "{name}，{day} 到的那件用了两周了，有一样东西和它搭着用更省事，您想看看吗？",
        "{name}, you have used it for two weeks since {day}. One thing goes well with it; "
        "would you like to see?",
    ),
    hint=Text(
        "只推一样真正搭的；还有售后没处理完就不推。",
        "One thing that really fits; nothing while a return or a complaint is open.",
    ),
    detect=After(Event.of("delivered"), (14,), unless=("return", "complaint_opened")),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "app", "sms"),
    chance=0.05,
    source="FLOW",
)

WINBACK = Trigger(
    code="winback",
    name=Text("沉睡唤醒", "Win back"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=2,
    keep=4,
    minutes=6,
    icon="rotate",
    kind="loss",
    chip=Text("超过自己的购买周期 · {day} 起", "Beyond the usual rhythm since {day}"),
    script=Text(
        "{name}，有段时间没见您来了，是我们哪里没做好，还是暂时用不上？您说一声，我来改。",
        "{name}, we have not seen you for a while. Did we fall short somewhere, or is there "
        "no need just now? Tell me and I will see to it.",
    ),
    hint=Text(
        "第一次不给折扣，只问原因；四次为限，间隔一周，有新理由才开口。回了话或买了就停，不"
        "愿意就点“以后都不要营销”。",
        "No discount the first time, only the question. Four words at most, a week apart, "
        "each with a reason of its own. Stop at an answer or a purchase; if they want none, "
        "choose “No marketing ever”.",
    ),
    detect=Either(
        (
            After(LAPSED, (0, 7, 14, 21)),
            After(UNKNOWN_RHYTHM, (60, 90, 180)),
        )
    ),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("wecom", "sms", "app"),
    chance=0.05,
    source="FLOW",
)

SUNSET = Trigger(
    code="sunset",
    name=Text("停止触达", "Stop sending"),
    priority=Priority.CARE,
    marketing=False,
    deadline=10,
    keep=0,
    minutes=3,
    icon="mail-off",
    kind="care",
    chip=Text("唤醒半年无回应 · 停止群发", "Half a year without an answer, stop sending"),
    script=Text(
        "{name}，我们先不打扰您了。以后您有需要，随时来找我们，一样欢迎。",
        "{name}, we will not disturb you any more. Whenever you need something you are "
        "welcome as before.",
    ),
    hint=Text(
        "短信、邮件和企业微信的营销已自动停止，服务通知照常。不必打电话；客户重新同意后再恢复。",
        "Marketing by SMS, e-mail and WeCom was stopped by itself; service messages go on. No "
        "call. It opens again once the customer agrees anew.",
    ),
    detect=Either(
        (
            After(LAPSED, (180,), unless=ENGAGED),
            After(UNKNOWN_RHYTHM, (240,), unless=ENGAGED),
        )
    ),
    pack=Pack.RETAIL,
    desk=Desk.SERVICE,
    channels=("sms",),
    stake=Stake.NOTHING,
    chance=0.0,
    source="FLOW",
)

TRIGGERS = (
    SECOND_PURCHASE,
    REPLENISHMENT,
    CART_ABANDONED,
    POST_PURCHASE,
    POST_PURCHASE_COMPANION,
    WINBACK,
    SUNSET,
)
