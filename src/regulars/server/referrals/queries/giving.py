"""What somebody is thanked with, in words: "500 points", "Phone credit 30 (¥30 off)", "Tea"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.referrals.models import Reward, Terms
from regulars.server.rewards.models import Batch, Coupon, CouponKind, Gift, Present
from regulars.server.web.rules import count, money

Says = Callable[[str, int], str]  # (thing, amount) -> what it is, in the language of the reader
NONE = "—"
_says: dict[str, Says] = {}


def add_words(code: str, says: Says) -> None:
    """Say what a way gives; called when the server starts."""
    _says[code] = says


def gets(code: str, thing: str, amount: int) -> str:
    """What a side gets, in words; nothing where it gets nothing."""
    if not code or not amount:
        return ""
    says = _says.get(code)
    return says(thing, amount) if says else f"{count(amount)} {code}"


def of_side(terms: Terms | None, side: str) -> str:
    """What a side gets by some terms, in words."""
    if terms is None:
        return ""
    told = (getattr(terms, f"{side}_{name}") for name in ("way", "thing", "amount"))
    return gets(*told)


def of_reward(reward: Reward) -> str:
    return gets(reward.way, reward.thing, reward.amount)


def promise(terms: Terms | None) -> str:
    """What a friend reads of what they get, and for what; nothing where they get nothing."""
    what = of_side(terms, "friend")
    if terms is None or not what:
        return ""
    told = {"what": what, "n": terms.window_days, "least": _money(terms.least)}
    if terms.event == Terms.Event.CUSTOMER:
        return _("Become a customer within %(n)s days, and you get: %(what)s.") % told
    if terms.event == Terms.Event.BALANCE:
        return _("Hold %(least)s with us within %(n)s days, and you get: %(what)s.") % told
    if terms.event == Terms.Event.WON:
        return (
            _("Agree with us on what you need within %(n)s days, and you get: %(what)s.") % told
        )
    if terms.least:
        words = _("Buy for %(least)s or more within %(n)s days, and you get: %(what)s.")
        return words % told
    return _("Buy for the first time within %(n)s days, and you get: %(what)s.") % told


def say_unit(unit: object) -> Says:
    """For ways that give so much of one thing."""
    return lambda thing, amount: f"{count(amount)} {unit}"


def say_coupon(thing: str, amount: int) -> str:
    batch = Batch.objects.select_related("kind").filter(public_id=thing).first()
    return _coupon(batch.kind) if batch else NONE


def say_gift(thing: str, amount: int) -> str:
    found = Gift.objects.filter(public_id=thing).first()
    return str(found) if found else NONE


def batches(at: datetime) -> list[tuple[str, str]]:
    """Batches of which a coupon may be promised now, each with what it is."""
    today = core.local_date(at)
    found = Batch.objects.select_related("kind").filter(
        Q(kind__until__isnull=True) | Q(kind__until__gte=today), kind__points__isnull=True,
        closed_at__isnull=True, is_bearer=False, issued__lt=F("made"),
    )  # fmt: skip
    return [
        (each.public_id, f"{_coupon(each.kind)} · {each}")
        for each in found.order_by("name", "pk")
    ]


def gifts(at: datetime) -> list[tuple[str, str]]:
    found = Gift.objects.filter(is_offered=True).order_by("code")
    return [(each.public_id, str(each)) for each in found]


def stands_coupon(receipt: str) -> str:
    """Where a coupon is that was given."""
    with scope.beyond():
        found = Coupon.objects.filter(public_id=receipt).first()
    return str(found.get_state_display()) if found else ""


def stands_gift(receipt: str) -> str:
    """Where a gift is that was asked for."""
    with scope.beyond():
        found = Present.objects.filter(public_id=receipt).first()
    return str(found.get_state_display()) if found else ""


def _coupon(kind: CouponKind) -> str:
    """A coupon with its face."""
    if kind.what == CouponKind.What.VALUE and kind.value is not None:
        return _("%(name)s (%(face)s off)") % {"name": kind, "face": _money(kind.value)}
    if kind.what == CouponKind.What.PERCENT and kind.percent is not None:
        face = f"{kind.percent.normalize():f}"
        return _("%(name)s (%(face)s%% off)") % {"name": kind, "face": face}
    return str(kind)


def _money(amount: Decimal) -> str:
    company = core.company()
    currency = company.currency if company else "CNY"
    return str(money(amount, language=get_language(), currency=currency))
