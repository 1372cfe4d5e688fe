"""What changed about a customer: one sentence each, the most important first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product
from regulars.server.scoring import queries
from regulars.server.scoring.bricks.ground import Ground, ground
from regulars.server.scoring.forms import words
from regulars.server.web import rules as web

# A step of silence below this is nothing to be told of.
TOLD_STEPS = ("slipping", "dormant", "deep", "lost")


@dataclass(frozen=True)
class Change:
    """One change in words. `tone` is "d" for loss, "a" for growth, "" for neither."""

    icon: str
    tone: str
    text: str
    detail: str = ""
    href: str = ""


Products = Mapping[str, Product]
Tell = Callable[[Ground, Products], "Change | None"]


def changes(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Everything that changed; None where nothing did."""
    found = ground(viewer, customer)
    if found is None:
        return None
    named = ("balance_moved_item", "purchase_moved_item", "basket_gone", "basket_new")
    codes = [found.of[name] for name in named if found.of.get(name)]
    products = queries.products_named(codes) if codes else {}
    told = [change for tell in TOLD.values() if (change := tell(found, products)) is not None]
    return {"changes": told, "run": found.run} if told else None


def _money_out(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if of.get("balance_movement") != "out":
        return None
    text = _("%(amount)s left within 5 days, most of it on %(day)s") % _moved(of, voice)
    return Change("arrow-bar-up", "d", _named(text, found, products), _range(of, voice))


def _money_in(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if of.get("balance_movement") != "in":
        return None
    text = _("%(amount)s came within 5 days, most of it on %(day)s") % _moved(of, voice)
    return Change("arrow-bar-down", "a", _named(text, found, products), _range(of, voice))


def _large_return(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if of.get("purchase_movement") != "out":
        return None
    text = _("Gave back %(amount)s on %(day)s") % _bought(of, voice)
    return Change("arrow-back-up", "d", _with_item(text, found, products), _largest(of, voice))


def _large_purchase(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if of.get("purchase_movement") != "in":
        return None
    text = _("Bought for %(amount)s on %(day)s") % _bought(of, voice)
    return Change("shopping-cart", "a", _with_item(text, found, products), _largest(of, voice))


def _rhythm_silent(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if of.get("rhythm_change") != "silent":
        return None
    text = _("Every %(before)s before, nothing for %(now)s now") % {
        "before": _gap(of["rhythm_gap_before"], voice),
        "now": voice.days(of.get("days_since_last") or 0),
    }
    return Change("zzz", "d", text, _no_chance())


def _rhythm_slower(found: Ground, products: Products) -> Change | None:
    return _rhythm(found, "slower", "trending-down", "d")


def _rhythm_faster(found: Ground, products: Products) -> Change | None:
    return _rhythm(found, "faster", "trending-up", "a")


def _rhythm(found: Ground, way: str, icon: str, tone: str) -> Change | None:
    of, voice = found.of, found.voice
    if of.get("rhythm_change") != way:
        return None
    text = _("Every %(before)s before, every %(now)s now") % {
        "before": _gap(of["rhythm_gap_before"], voice),
        "now": _gap(of["rhythm_gap_now"], voice),
    }
    return Change(icon, tone, text, _no_chance())


def _step(found: Ground, products: Products) -> Change | None:
    """The ladder of silence; who leaves money with us is asleep, whatever the silence."""
    of, voice = found.of, found.voice
    step, since = of.get("dormancy_step"), of.get("step_since")
    if step not in TOLD_STEPS or since is None:
        return None
    code = "deep" if step == "lost" and (of.get("aum") or 0) > 0 else step
    text = _("%(step)s since %(day)s") % {
        "step": words.STEPS[code],
        "day": voice.day(since),
    }
    detail = _("Silent for %(times)s of the own gaps of %(gap)s") % {
        "times": f"{of['silence']:.1f}",
        "gap": voice.days(of["rhythm"]),
    }
    href = found.like("dormancy_step", words.STEPS[step])
    return Change("hourglass", "d" if step != "slipping" else "w", text, detail, href)


def _basket_gone(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if not of.get("basket_gone"):
        return None
    item = voice.item(of["basket_gone"], products)
    text = _("No more: %(item)s") % {"item": item}
    amount = voice.money(abs(of["basket_gone_amount"] or 0))
    return Change("x", "d", text, _("before, about %(amount)s in 90 days") % {"amount": amount})


def _basket_new(found: Ground, products: Products) -> Change | None:
    of, voice = found.of, found.voice
    if not of.get("basket_new"):
        return None
    text = _("New: %(item)s") % {"item": voice.item(of["basket_new"], products)}
    amount = voice.money(abs(of["basket_new_amount"] or 0))
    return Change("plus", "a", text, _("%(amount)s in 90 days") % {"amount": amount})


def _basket_changed(found: Ground, products: Products) -> Change | None:
    """Only where neither what went nor what came can be named."""
    of = found.of
    if not of.get("basket_changed") or of.get("basket_gone") or of.get("basket_new"):
        return None
    detail = _("The last 90 days against the year before; hardly by chance")
    return Change("arrows-exchange", "", _("Another mixture than before"), detail)


def _channel_changed(found: Ground, products: Products) -> Change | None:
    of = found.of
    if not of.get("channel_changed"):
        return None
    before, now = (_way(of.get(name)) for name in ("channel_before", "channel_now"))
    if before == now:
        text = _("Still mostly by %(now)s, but less so than before") % {"now": now}
    else:
        text = _("Mostly by %(before)s before, by %(now)s now") % {"before": before, "now": now}
    return Change("switch-horizontal", "", text, _("90 days against the year before"))


# In the order of the engine's headlines; the step of silence stands with the rhythm.
TOLD: Mapping[str, Tell] = {
    "money_out": _money_out,
    "large_return": _large_return,
    "rhythm_silent": _rhythm_silent,
    "rhythm_slower": _rhythm_slower,
    "step": _step,
    "basket_gone": _basket_gone,
    "basket_changed": _basket_changed,
    "channel_changed": _channel_changed,
    "money_in": _money_in,
    "large_purchase": _large_purchase,
    "rhythm_faster": _rhythm_faster,
    "basket_new": _basket_new,
}


def _moved(of: Mapping[str, Any], voice: words.Voice) -> dict[str, str]:
    amount = voice.money(abs(of["balance_moved"]))
    return {"amount": amount, "day": voice.day(of["balance_moved_on"])}


def _bought(of: Mapping[str, Any], voice: words.Voice) -> dict[str, str]:
    amount = voice.money(abs(of["purchase_moved"]))
    return {"amount": amount, "day": voice.day(of["purchase_moved_on"])}


def _range(of: Mapping[str, Any], voice: words.Voice) -> str:
    low, high = voice.money(of["balance_low"]), voice.money(of["balance_high"])
    return _("The own normal range of 5 days is %(low)s to %(high)s") % {
        "low": low,
        "high": high,
    }


def _largest(of: Mapping[str, Any], voice: words.Voice) -> str:
    high = of.get("purchase_high")
    if not high:
        return ""
    amount = voice.money(high)
    return _("The largest day of the year before was %(amount)s") % {"amount": amount}


def _named(text: str, found: Ground, products: Products) -> str:
    item = found.of.get("balance_moved_item")
    return f"{text} · {found.voice.item(item, products)}" if item else text


def _with_item(text: str, found: Ground, products: Products) -> str:
    item = found.of.get("purchase_moved_item")
    return f"{text} · {found.voice.item(item, products)}" if item else text


def _gap(days: float, voice: words.Voice) -> str:
    """A gap between two days: tenths below ten, where they tell."""
    if days >= web.FEWEST / 3 or days == round(days):
        return voice.days(days)
    return _("%(n)s days") % {"n": f"{days:.1f}"}


def _way(code: str | None) -> str:
    return str(words.CHANNELS.get(code or "", code or web.NOTHING))


def _no_chance() -> str:
    return _("Beyond what chance does with the own rhythm")
