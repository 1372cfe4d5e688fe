"""What the demo tells its customers before it asks whether it may write to them."""

from __future__ import annotations

from datetime import datetime

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Wording
from regulars.server.channels.rules.consents import Purpose
from regulars.server.core.audit import Actor

TEXT = (
    "我们想把与您有关的产品、活动和优惠告诉您。为此，{name}会使用您的姓名、联系方式和{used}，"
    "挑选可能对您有用的内容，通过您同意的渠道联系您，每月不超过四次。"
    "不同意不影响您办理任何业务；您随时可以撤回，撤回与同意一样方便。"
)
TEXT_EN = (
    "We would like to tell you about products, events and offers that concern you. For this, "
    "{name} uses your name, your contact details and {used} to choose what may be useful, and "
    "reaches you by the channels you agree to, at most four times a month. Saying no changes "
    "nothing in what we do for you, and you can take a yes back at any time, as easily."
)
# Kind of company -> the words for what is used, the kind of data, and where to turn.
USED = {
    "bank": (
        "持有的产品",
        "the products you hold",
        Wording.Kind.MONEY,
        "任一网点或您的客户经理",
    ),
    "retail": ("购买记录", "what you bought", Wording.Kind.PURCHASES, "任一门店的服务台"),
}


def publish(*, name: str, name_en: str, kind: str, by: Actor, at: datetime) -> Wording:
    """Publish the notice under which the demo's hosted forms ask for a yes to marketing."""
    used, used_en, data, desk = USED[kind]
    return channels.publish_wording(
        purpose=Purpose.MARKETING,
        text=TEXT.format(name=name, used=used),
        text_en=TEXT_EN.format(name=name_en or name, used=used_en),
        controller=name,
        contact=desk,
        method="挑选可能对您有用的内容，并按您同意的渠道联系您",
        frequency="每月不超过四次",
        kinds=[Wording.Kind.CONTACT, data],
        retention="直到您撤回同意；撤回后只保留同意与撤回的记录",
        by=by,
        at=at,
    )
