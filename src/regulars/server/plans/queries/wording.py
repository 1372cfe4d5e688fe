"""What strands, levels and measures are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.plans.models import Goal
from regulars.server.plans.rules import Bond, Level
from regulars.server.web import rules as web

Words = Promise | str
BONDS: Mapping[Bond, Words] = {
    Bond.FINANCIAL: pgettext_lazy("bond", "Financial"),
    Bond.SOCIAL: pgettext_lazy("bond", "Social"),
    Bond.STRUCTURAL: pgettext_lazy("bond", "Structural"),
}
LEVELS: Mapping[Level, Words] = {
    Level.NONE: pgettext_lazy("bond", "No bond"),
    Level.FINANCIAL: pgettext_lazy("bond", "Financial"),
    Level.SOCIAL: pgettext_lazy("bond", "Social"),
    Level.STRUCTURAL: pgettext_lazy("bond", "Structural"),
}
HOLDS: Mapping[Bond, Words] = {
    Bond.FINANCIAL: gettext_lazy("by price: lasts until somebody is cheaper"),
    Bond.SOCIAL: gettext_lazy("by people who know each other"),
    Bond.STRUCTURAL: gettext_lazy("by ways of working together that are costly to undo"),
}
STRANDS: Mapping[str, Words] = {
    "better_terms": gettext_lazy("Better price, rate or terms"),
    "fees_waived": gettext_lazy("Fees waived"),
    "points": gettext_lazy("Uses points or coupons"),
    "benefits": gettext_lazy("Uses the benefits of the tier"),
    "known_owner": gettext_lazy("Knows and talks with who looks after them"),
    "met": gettext_lazy("Met in person within a year"),
    "invited": gettext_lazy("Came to an event of ours"),
    "greeted": gettext_lazy("Greeted on birthday or festival"),
    "complaint_settled": gettext_lazy("A complaint was settled well"),
    "tastes_known": gettext_lazy("We know what they like and what decides"),
    "recommends": gettext_lazy("Recommended us to others"),
    "deciders_known": gettext_lazy("We know who decides there"),
    "several_products": gettext_lazy("Three products or more"),
    "payroll": gettext_lazy("Wages run through us"),
    "standing_orders": gettext_lazy("Standing orders or main settlement account"),
    "household": gettext_lazy("Family or group of companies is with us"),
    "framework": gettext_lazy("Facility, lease or framework contract"),
    "joint_plan": gettext_lazy("A plan together with a partner"),
    "systems": gettext_lazy("Systems are connected"),
    "council": gettext_lazy("Sits on our council of customers"),
}
# Of these only people know; nothing in the house tells.
BY_HAND = ("fees_waived", "benefits", "standing_orders", "systems", "council")


@dataclass(frozen=True)
class Figure:
    """An amount of some measure, as a page shows it: money, a number with its unit, a level."""

    amount: Decimal | None
    words: str


def figure(goal: Goal, amount: Decimal | None) -> Figure:
    """Say an amount in the measure of a goal."""
    return Figure(amount, web.NOTHING if amount is None else _said(goal, amount))


def measure(code: str) -> str:
    """A measure by name; what the company's trade calls the value."""
    if code != Goal.Measure.VALUE:
        return str(Goal.Measure(code).label)
    company = core.company()
    is_bank = company is not None and company.kind == "bank"
    return _("Assets with us") if is_bank else _("Spend of 12 months")


def _said(goal: Goal, amount: Decimal) -> str:
    if goal.measure in (Goal.Measure.VALUE, Goal.Measure.CONTRIBUTION):
        company = core.company()
        currency = company.currency if company else "CNY"
        return str(web.money(amount, language=get_language(), currency=currency))
    if goal.measure == Goal.Measure.BOND:
        return str(LEVELS[Level(int(amount))])
    number = f"{amount.normalize():f}"
    return f"{number} {goal.unit}".strip() if goal.unit else number
