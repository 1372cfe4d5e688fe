"""What a reading says, in words and figures of the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.rules.judging import ALL, RATES
from regulars.server.web import rules as web

MONEY = frozenset({"revenue", "margin", "assets"})
WORDS = {
    "worked": pgettext_lazy("verdict", "It worked"),
    "worked_pay_open": pgettext_lazy("verdict", "It worked; whether it paid is open"),
    "worked_lost_money": pgettext_lazy("verdict", "It worked and lost money"),
    "not_proved": pgettext_lazy("verdict", "Not proved"),
    "harm": pgettext_lazy("verdict", "It did harm"),
    "not_comparable": pgettext_lazy("verdict", "The groups cannot be compared"),
    "too_few": pgettext_lazy("verdict", "Too few customers so far"),
}
TONES = {
    "worked": "y",
    "worked_pay_open": "w",
    "worked_lost_money": "w",
    "harm": "d",
    "not_comparable": "d",
}
INTERVALS = {
    "final": gettext_lazy("At the planned end; it allows for the looks before."),
    "early": gettext_lazy("Before the end. It is wider, so that looking early fools nobody."),
    "always": gettext_lazy("Without a planned end: true at whatever day one looks."),
}
WIDTH, HALF = 280.0, 140.0


@dataclass(frozen=True)
class Picture:
    """Where whisker and dot of an interval lie; the zero line is in the middle."""

    low: float
    dot: float
    high: float
    said: str


@dataclass(frozen=True)
class Shown:
    """One effect as it stands on a page."""

    arm: str
    difference: str
    range: str
    relative: str
    total: str
    total_range: str
    tone: str
    picture: Picture | None
    method: str


def word(code: str) -> str:
    return str(WORDS[code])


def tone(code: str) -> str:
    return TONES.get(code, "n")


def amount(outcome: str, value: float | None, *, signed: bool = False) -> str:
    """One figure of an outcome: money, a count, or a share."""
    if value is None:
        return "—"
    if outcome in MONEY:
        return _money(value, signed=signed)
    if outcome in RATES:
        return web.percent(value, digits=2, signed=signed)
    sign = "+" if signed and value > 0 else "−" if value < 0 else ""
    return f"{sign}{abs(value):,.4g}"


def change(outcome: str, value: float | None) -> str:
    """A difference of two figures; of shares it is in points."""
    if value is None:
        return "—"
    if outcome in RATES:
        return web.points(value, language=get_language(), digits=2)
    return amount(outcome, value, signed=True)


def total(outcome: str, value: float | None) -> str:
    """What all treated customers brought together beyond: money, or a number of customers."""
    if value is None:
        return "—"
    return (
        _money(value, signed=True) if outcome in MONEY else web.count(round(value), signed=True)
    )


def between(outcome: str, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return _("no bound yet")
    return _("%(low)s to %(high)s") % {
        "low": change(outcome, low),
        "high": change(outcome, high),
    }


def effects(experiment: Experiment, reading: Reading) -> list[Shown]:
    """The effect of all treated customers, and of each variant where there are several."""
    found = reading.body.get("effects") or {}
    names = {arm.key: arm.name for arm in experiment.all_arms}
    most = max((abs(e or 0) for each in found.values() for e in _edges(each)), default=0.0)
    rows = []
    for key, each in found.items():
        said = change(experiment.outcome, each["difference"])
        span = between(experiment.outcome, each["low"], each["high"])
        rows.append(
            Shown(
                arm=str(_("All treated")) if key == ALL else names.get(key) or _("Treated"),
                difference=said,
                range=span,
                relative=relative(each),
                total=total(experiment.outcome, each["incremental"]),
                total_range=_totals(experiment.outcome, each),
                tone=_tone(each),
                picture=picture(each["low"], each["difference"], each["high"], most, said),
                method=each["method"],
            )
        )
    return rows


def picture(
    low: float | None, middle: float, high: float | None, most: float, said: str
) -> Picture | None:
    """Place an interval on a line whose ends are `most` to either side of nothing."""
    if not most:
        return None

    def at(value: float | None, edge: float) -> float:
        return round(
            HALF + HALF * 0.94 * max(-1.0, min(1.0, (edge if value is None else value) / most)),
            2,
        )

    return Picture(at(low, -most), at(middle, 0.0), at(high, most), said)


def sentence(experiment: Experiment, reading: Reading) -> str:
    """The verdict as somebody would say it."""
    body, code = reading.body, reading.code
    if code == "too_few":
        return _("Nothing can be said yet: a group has fewer than 100 customers.")
    if code == "not_comparable":
        return _(
            "The groups do not have the planned sizes, and chance does not do that. Find out "
            "where customers were lost before believing any figure."
        )
    told = {
        "effect": change(experiment.outcome, reading.difference),
        "range": between(experiment.outcome, reading.low, reading.high),
    }
    if code == "harm":
        return _("It did harm: %(effect)s a customer (%(range)s).") % told
    if code == "not_proved":
        return _not_proved(body, told)
    parts = [_("It worked: %(effect)s a customer (%(range)s).") % told]
    if paid := body.get("paid"):
        parts.append(_paid(code, paid))
    return " ".join(parts)


def net(reading: Reading) -> str:
    """What it earned beyond its cost, where that is known."""
    paid = reading.body.get("paid")
    return _money(paid["net"][0], signed=True) if paid else "—"


def roi(reading: Reading) -> str:
    paid = reading.body.get("paid")
    found = paid and paid["return_on_investment"]
    return f"{found[0]:.1f}".replace("-", "−") if found else "—"


def _paid(code: str, paid: dict[str, Any]) -> str:
    told = {"net": _money(paid["net"][0], signed=True), "cost": _money(paid["cost"])}
    if code == "worked_lost_money":
        return _("It lost money: net %(net)s after a cost of %(cost)s.") % told
    if code == "worked_pay_open":
        return _("Whether it paid is open: net %(net)s after a cost of %(cost)s.") % told
    return _("It paid: net %(net)s after a cost of %(cost)s.") % told


def _not_proved(body: dict[str, Any], told: dict[str, str]) -> str:
    more = body.get("more_needed")
    if more is None:
        return _("Not proved, and no sign of it: %(effect)s a customer (%(range)s).") % told
    if not more:
        return _("Not proved: %(effect)s a customer (%(range)s).") % told
    return _("Not enough data: %(effect)s a customer (%(range)s); about %(n)s more.") % (
        told | {"n": web.count(more)}
    )


def _edges(effect: dict[str, Any]) -> tuple[float | None, ...]:
    return effect["low"], effect["difference"], effect["high"]


def _tone(effect: dict[str, Any]) -> str:
    low, high = effect["low"], effect["high"]
    if low is None or high is None or low <= 0 <= high:
        return "n"
    return "y" if low > 0 else "w"


def relative(effect: dict[str, Any]) -> str:
    return (
        web.percent(effect["relative"], signed=True) if effect["relative"] is not None else "—"
    )


def _totals(outcome: str, effect: dict[str, Any]) -> str:
    low, high = effect["incremental_low"], effect["incremental_high"]
    if low is None or high is None:
        return _("no bound yet")
    return _("%(low)s to %(high)s") % {"low": total(outcome, low), "high": total(outcome, high)}


def _money(value: float, *, signed: bool = False) -> str:
    company = core.company()
    currency = company.currency if company else "CNY"
    return str(web.money(value, language=get_language(), currency=currency, signed=signed))
