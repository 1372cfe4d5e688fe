"""Triggers of a retail bank: accounts, cards, papers, visits."""

from __future__ import annotations

from regulars.server.care.rules.detectors import (
    After,
    Before,
    Event,
    File,
    Holding,
    Measured,
    Silence,
)
from regulars.server.care.rules.shape import Desk, Pack, Priority, Stake, Text, Trigger

NEW_ACCOUNT = Trigger(
    code="new_account",
    name=Text("新开户", "New customer"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=3,
    minutes=8,
    icon="user-plus",
    kind="care",
    chip=Text("{day} 开户 · {days}", "With us since {day}, {days}"),
    script=Text(
        "{name}，欢迎您 {day} 来我们这里开户。手机银行和常用功能都会用了吗？我是您的联系人，"
        "有事随时找我。",
        "{name}, welcome: you came to us on {day}. Is the app working for you? "
        "I am your contact here, for anything.",
    ),
    hint=Text(
        "第 1 天欢迎，第 7 天教会用手机银行，第 30 天问还缺什么。先服务，不急着卖。",
        "Day 1: welcome. Day 7: the app works. Day 30: what is missing? "
        "Service first; no hurry to sell.",
    ),
    detect=After(File("since"), (1, 7, 30)),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("wecom",),
    chance=0.03,
)

SECOND_PRODUCT = Trigger(
    code="second_product",
    name=Text("仅持有一项", "Only one product"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=10,
    keep=5,
    minutes=10,
    icon="package",
    kind="growth",
    chip=Text("满 30 天仍只有一项产品", "30 days with us and one product only"),
    script=Text(
        "{name}，您来我们这里一个月了，用得怎么样？日常里还有哪件事想办得更省心，"
        "我看看有没有合适的。",
        "{name}, you have been with us for a month. How is it going? "
        "Is there something we could make easier for you?",
    ),
    hint=Text(
        "从生活场景问起，只说一项合适的；风险评估无效时不推荐。",
        "Ask about daily needs, and name one thing that fits. "
        "Without a valid risk profile recommend nothing.",
    ),
    detect=Measured(
        where="now.tenure_days >= 30 and now.tenure_days < 45 and now.products_held <= 1",
        needs=("tenure_days", "products_held"),
        edge=True,
        cycle="year",
    ),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("wecom",),
    chance=0.05,
)

APP_INACTIVE = Trigger(
    code="app_inactive",
    name=Text("手机银行沉默", "App not used"),
    priority=Priority.LOSS,
    marketing=True,
    deadline=10,
    keep=0,
    minutes=2,
    icon="device-mobile",
    kind="loss",
    chip=Text("{value} 天未登录 · 末次 {day}", "No login for {value} days, last on {day}"),
    script=Text(
        "{name}，您上次登录手机银行是 {day}。登录遇到问题的话，我教您重新设置。",
        "{name}, you last used the app on {day}. If something stands in the way, "
        "I can help to set it up again.",
    ),
    hint=Text(
        "先排除换手机、忘密码；不索要密码和验证码。",
        "A new phone, a lost password? Never ask for a password or a code.",
    ),
    detect=Silence(("login",), (30, 90)),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("sms",),
    chance=0.02,
    source="DORM",
)

CARD_UNUSED = Trigger(
    code="card_unused",
    name=Text("未激活卡", "Card not in use"),
    priority=Priority.GROWTH,
    marketing=True,
    deadline=5,
    keep=0,
    minutes=2,
    icon="credit-card",
    kind="growth",
    chip=Text("{product} {day} 开立 · 未启用", "{product} of {day}, not in use"),
    script=Text(
        "{name}，您 {day} 办的{product}还没有启用，需要我告诉您怎么激活吗？"
        "不用的话也可以帮您销掉。",
        "{name}, your {product} of {day} is not in use yet. Shall I show you how to start, "
        "or would you rather give it back?",
    ),
    hint=Text(
        "不想用就帮着销卡；不索要卡号、密码、验证码。",
        "Whoever does not want it may return it. Never ask for numbers, passwords or codes.",
    ),
    detect=After(
        Holding(("card",), date="opened_on"), (30,), unless=("activation", "card_used")
    ),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("sms",),
    chance=0.03,
)

RISK_PROFILE_EXPIRING = Trigger(
    code="risk_profile_expiring",
    name=Text("风评到期", "Risk profile expires"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=10,
    keep=0,
    minutes=10,
    icon="shield-check",
    kind="due",
    chip=Text("风险评估 {day} 到期 · {days}", "Risk profile expires on {day}, {days}"),
    script=Text(
        "{name}，您的风险承受能力评估 {day} 到期，{days}。在手机银行或网点重做一次就好，"
        "大约十分钟。",
        "{name}, your risk profile expires on {day}, {days}. "
        "It takes ten minutes to do again, in the app or at the branch.",
    ),
    hint=Text(
        "由客户本人如实作答，不代填、不诱导；过期后不得推荐任何理财、基金、保险。",
        "The customer answers alone and truly; never fill it in or lead. "
        "Once expired, recommend no wealth product, fund or insurance.",
    ),
    detect=Before(Event.of("risk_profile_expires"), (30,), newest=True),
    pack=Pack.BANK,
    channels=("app", "call"),
    chance=0.05,
    source="SUIT",
)

ID_EXPIRING = Trigger(
    code="id_expiring",
    name=Text("证件到期", "Identity paper expires"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=0,
    minutes=2,
    icon="id",
    kind="due",
    chip=Text("证件 {day} 到期 · {days}", "Identity paper expires on {day}, {days}"),
    script=Text(
        "{name}，您留存的证件 {day} 到期，{days}。请换证后在手机银行或网点更新，以免影响使用。",
        "{name}, the identity paper on your file expires on {day}, {days}. "
        "Please update it in the app or at the branch, so that nothing stops.",
    ),
    hint=Text(
        "不收证件照片和号码；只引导本人在官方渠道更新。",
        "Take no pictures and no numbers; point to the official ways only.",
    ),
    detect=Before(Event.of("id_expires"), (60, 30), newest=True),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("sms",),
    stake=Stake.NOTHING,
    chance=0.01,
)

BRANCH_VISIT = Trigger(
    code="branch_visit",
    name=Text("到店识别", "Was at the branch"),
    priority=Priority.CARE,
    marketing=False,
    deadline=0,
    keep=1,
    minutes=5,
    icon="building-bank",
    kind="care",
    chip=Text("{day} 到店 · {days}", "At the branch on {day}, {days}"),
    script=Text(
        "{name}，您 {day} 来过网点，事情都办妥了吗？还有没有要我跟进的？",
        "{name}, you were at our branch on {day}. Is all done, "
        "or is there something for me to see to?",
    ),
    hint=Text(
        "人还在店里就当面招呼；已离开则当天或次日问一句，把没办成的记下来。",
        "Still in the branch: go and greet. Gone: ask the same or the next day, "
        "and note what was left undone.",
    ),
    detect=After(Event.of("branch_visit")),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("visit", "call"),
    stake=Stake.CUSTOMER,
    chance=0.02,
)

INACTIVE_ACCOUNT = Trigger(
    code="inactive_account_notice",
    name=Text("长期不动户清理", "Inactive account"),
    priority=Priority.MATURITY,
    marketing=False,
    deadline=5,
    keep=0,
    minutes=2,
    icon="ban",
    kind="due",
    chip=Text("长期不动户 {day} 清理 · {days}", "Inactive account closes on {day}, {days}"),
    script=Text(
        "{name}，您有一个账户长期未使用，按规定 {day} 将停用。需要保留，"
        "请在此之前做一笔交易或到网点确认。",
        "{name}, an account of yours has long been unused and will be stopped on {day} by "
        "our rules. To keep it, use it once or tell the branch before.",
    ),
    hint=Text(
        "只作通知；余额仍归客户，随时可取。不要求先办产品。",
        "A notice and nothing else: the balance stays the customer's and can always be "
        "fetched. Ask for no product in return.",
    ),
    detect=Before(Event.of("inactive_account"), (30,), unless=("account_kept",)),
    pack=Pack.BANK,
    desk=Desk.SERVICE,
    channels=("sms",),
    stake=Stake.NOTHING,
    chance=0.01,
    source="DORM",
)

TRIGGERS = (
    NEW_ACCOUNT,
    SECOND_PRODUCT,
    APP_INACTIVE,
    CARD_UNUSED,
    RISK_PROFILE_EXPIRING,
    ID_EXPIRING,
    BRANCH_VISIT,
    INACTIVE_ACCOUNT,
)
