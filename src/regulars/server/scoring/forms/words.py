"""Words for every code that the lessons bring: facts, changes, steps, classes, reasons.

The engine speaks in codes and figures; here they become one sentence in the reader's
language. A test walks through the engine's own lists, so that no code stays without words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Company
from regulars.server.products.models import Product
from regulars.server.web import rules as web

DAYS_OF_YEAR = 365
MONTH = DAYS_OF_YEAR / 12
# Of shares below the first a whole per cent hides too much; below the second, tenths do.
FINE, FINEST = 0.10, 0.001


@dataclass(frozen=True)
class Fact:
    """How a fact behind a probability is told: with its unit, and beside what is usual."""

    label: Any
    unit: str
    said: Any
    # The own usual value; without it the middle customer's is meant.
    own: Any = None
    missing: Any = None
    # What is said where the value lies below or above the own usual one.
    fell: Any = None
    rose: Any = None
    # What is said of a plain nothing.
    none: Any = None


FACTS: Mapping[str, Fact] = {
    "silence": Fact(
        _("Silence"),
        "days",
        _("Nothing for %(value)s"),
        _("usually every %(usual)s"),
        _("Never active of one's own accord"),
        none=_("Active up to the last day"),
    ),
    "frequency": Fact(
        _("Frequency"),
        "days",
        _("Active on %(value)s within 90 days"),
        none=_("Not active within 90 days"),
    ),
    "frequency_change": Fact(
        _("Change of frequency"),
        "days",
        _("Active on %(value)s within 90 days"),
        _("%(usual)s in the 90 days before"),
        fell=_("Less often: on %(value)s within 90 days"),
        rose=_("More often: on %(value)s within 90 days"),
        none=_("Not active within 90 days"),
    ),
    "spend": Fact(_("Turnover"), "money", _("Turnover of 90 days: %(value)s")),
    "spend_change": Fact(
        _("Change of turnover"),
        "money",
        _("Turnover of 90 days: %(value)s"),
        _("%(usual)s in the 90 days before"),
        fell=_("Turnover of 90 days down to %(value)s"),
        rose=_("Turnover of 90 days up to %(value)s"),
    ),
    "refunds": Fact(
        _("Returns"),
        "money",
        _("Gave back %(value)s within 90 days"),
        none=_("Gave nothing back within 90 days"),
    ),
    "tenure": Fact(_("Time with us"), "span", _("With us for %(value)s")),
    "variety": Fact(
        _("Variety"),
        "products",
        _("Used %(value)s within 180 days"),
        none=_("Used nothing within 180 days"),
    ),
    "channels": Fact(
        _("Channels"),
        "channels",
        _("Used %(value)s within 180 days"),
        none=_("Used nothing within 180 days"),
    ),
    "assets": Fact(pgettext_lazy("fact", "Assets"), "money", _("Assets of %(value)s")),
    "assets_change": Fact(
        _("Change of assets"),
        "money",
        _("Assets of %(value)s"),
        _("%(usual)s in the mean of 90 days"),
        fell=_("Assets down to %(value)s"),
        rose=_("Assets up to %(value)s"),
    ),
    "products": Fact(
        _("Products"), "products", _("Holds %(value)s"), none=_("Holds no product")
    ),
    "maturity": Fact(
        pgettext_lazy("fact", "Maturities"),
        "holdings",
        _("%(value)s matured within 90 days"),
        none=_("Nothing matured within 90 days"),
    ),
    "contract_end": Fact(
        _("End of the contract"),
        "days",
        _("The contract ends in %(value)s"),
        missing=_("No end of a contract is agreed"),
    ),
    "contract_history": Fact(_("Contracts"), "span", _("Under contract for %(value)s")),
    "complaints": Fact(
        _("Complaints"),
        "times",
        _("Complained %(value)s within 90 days"),
        none=_("No complaint within 90 days"),
    ),
    "events": Fact(
        _("Signs of life"),
        "times",
        _("Seen %(value)s within 90 days"),
        none=_("Not seen within 90 days"),
    ),
    "touches": Fact(
        _("Contacts"),
        "times",
        _("Contacted %(value)s within 90 days"),
        none=_("Not contacted within 90 days"),
    ),
}
# Shops sell; the words of a bank would be strange there.
OF_SHOPS: Mapping[str, Fact] = {
    "spend": Fact(_("Spending"), "money", _("Spent %(value)s within 90 days")),
    "spend_change": Fact(
        _("Change of spending"),
        "money",
        _("Spent %(value)s within 90 days"),
        _("%(usual)s in the 90 days before"),
        fell=_("Spends less: %(value)s within 90 days"),
        rose=_("Spends more: %(value)s within 90 days"),
    ),
    "variety": Fact(
        _("Variety"),
        "products",
        _("Bought %(value)s within 180 days"),
        none=_("Bought nothing within 180 days"),
    ),
}
# Published names; the one that forecasts stands before the reference.
MODELS = {
    "mbg_nbd": "MBG/NBD",
    **{f"mbg_cnbd_{k}": f"MBG/CNBD-{k}" for k in (2, 3, 4)},
    "bg_nbd": "BG/NBD",
    "gamma_gamma": "Gamma-gamma",
}
UNKNOWN = Fact(_("Another fact"), "count", _("Another fact: %(value)s"))

BANDS: Mapping[str, Any] = {
    "low": pgettext_lazy("band", "Low"),
    "medium": pgettext_lazy("band", "Medium"),
    "high": pgettext_lazy("band", "High"),
}
METHODS: Mapping[str, Any] = {
    "boosting": _("boosted trees"),
    "logistic": _("logistic regression"),
    "p_alive": _("MBG/NBD"),
    "blend": _("boosted trees with MBG/NBD"),
    "recency": _("days since the last activity"),
    "base_rate": _("the share of everybody"),
    "none": _("no model"),
}
# What leaving means; `days` and `grace` are told with their unit, `fall` as a share.
OUTCOMES: Mapping[str, Any] = {
    "silence": _("Leaving here means: no activity of one's own within %(days)s."),
    "assets": _(
        "Leaving here means: after %(days)s the assets lie %(fall)s or more below their mean "
        "of 90 days."
    ),
    "closed": _("Leaving here means: after %(days)s nothing is left or held here."),
    "contract": _(
        "Leaving here means: within %(days)s the last contract ended and no other began "
        "within %(grace)s."
    ),
}
STEPS: Mapping[str, Any] = {
    "quiet": pgettext_lazy("step", "Quiet"),
    "slipping": pgettext_lazy("step", "Slipping away"),
    "dormant": pgettext_lazy("step", "Asleep"),
    "deep": pgettext_lazy("step", "Fast asleep"),
    "lost": pgettext_lazy("step", "Lost"),
}
LEVELS: Mapping[int, Any] = {
    1: pgettext_lazy("level", "Low"),
    2: pgettext_lazy("level", "Middle"),
    3: pgettext_lazy("level", "High"),
}
SERVICE: Mapping[str, Any] = {
    "ordinary": pgettext_lazy("need", "Ordinary"),
    "general": pgettext_lazy("need", "Some"),
    "important": pgettext_lazy("need", "Much"),
}
CLASSES: Mapping[str, Any] = {
    "key": pgettext_lazy("class", "Keep and grow"),
    "develop": pgettext_lazy("class", "Develop"),
    "hold": pgettext_lazy("class", "Hold"),
    "watch": pgettext_lazy("class", "Watch"),
}
FINDINGS: Mapping[str, Any] = {
    "key": _("Worth much, and could be worth more"),
    "develop": _("Could be worth much more than now"),
    "hold": _("Worth much, with little room to grow"),
    "watch": _("Neither much value now nor much room to grow"),
}
ALIKE: Mapping[str, Any] = {
    "kind": _("kind of customer"),
    "tenure_band": _("years with us"),
    "product_pattern": _("products held"),
}
CONFIDENCE: Mapping[str, Any] = {
    "high": pgettext_lazy("confidence", "sure"),
    "medium": pgettext_lazy("confidence", "fairly sure"),
    "low": pgettext_lazy("confidence", "a rough figure"),
}
ATTRIBUTES: Mapping[str, Any] = {
    "kind": _("kind of customer"),
    "gender": _("gender"),
    "age": _("age"),
    "district": _("district"),
    "occupation": _("occupation"),
    "branch": _("branch"),
}
# By what the products of the lesson are: held, or bought.
REASONS: Mapping[str, Mapping[str, Any]] = {
    "together": {
        "held": _(
            "Of %(support)s customers with %(because)s, %(share)s also hold it; of all, "
            "%(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers who bought %(because)s, %(share)s also buy it; of all, "
            "%(usual)s."
        ),
    },
    "after": {
        "held": _(
            "Of %(support)s customers with %(because)s, %(share)s took it within %(days)s; of "
            "all, %(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers who bought %(because)s, %(share)s bought it within "
            "%(days)s; of all, %(usual)s."
        ),
    },
    "popular": {
        "held": _(
            "Much taken now: %(support)s customers took it within %(days)s, %(share)s of all "
            "who could."
        ),
        "bought": _(
            "Much bought now: %(support)s customers began to within %(days)s, %(share)s of all "
            "who could."
        ),
    },
    "look_alike": {
        "held": _(
            "Of %(support)s customers with the same %(because)s, %(share)s hold it; of all, "
            "%(usual)s."
        ),
        "bought": _(
            "Of %(support)s customers with the same %(because)s, %(share)s buy it; of all, "
            "%(usual)s."
        ),
    },
}
# Codes of channels and categories that files often bring; others are shown as they came.
CHANNELS: Mapping[str, Any] = {
    "mobile": _("the app"),
    "app": _("the app"),
    "mini_program": _("the mini program"),
    "counter": _("the counter"),
    "branch": _("the branch"),
    "atm": _("the cash machine"),
    "pos": _("the card terminal"),
    "online": _("the web"),
    "web": _("the web"),
    "store": _("the store"),
    "system": _("standing orders"),
}
CATEGORIES: Mapping[str, Any] = {
    "salary": _("Salary"),
    "pension": _("Pension"),
    "interest": _("Interest"),
    "transfer_in": _("Transfer in"),
    "transfer_out": _("Transfer out"),
    "remittance": _("Remittance"),
    "cash_deposit": _("Cash paid in"),
    "cash_withdrawal": _("Cash drawn"),
    "own_product": _("Between own products"),
    "service_fee": _("Service fee"),
    "merchant_receipt": _("Takings of the shop"),
    "crop_sale": _("Sale of crops"),
    "supplier_payment": _("Paid to a supplier"),
    "supermarket": _("Supermarket"),
    "dining": _("Dining"),
    "online": _("Online"),
    "fuel": _("Fuel"),
    "clothing": _("Clothing"),
    "pharmacy": _("Pharmacy"),
    "travel": _("Travel"),
    "appliances": _("Appliances"),
    "mobile_bank": _("Mobile bank"),
    "counter": _("Counter"),
    "deposit_rates": _("Deposit rates"),
    "large_cd": _("Large deposit certificates"),
}


@dataclass(frozen=True)
class Voice:
    """Figures with their units, as one reader of one company reads them."""

    language: str | None
    currency: str
    is_bank: bool

    @classmethod
    def of(cls, company: Company | None) -> Voice:
        """Speak as the request's language and the company want it."""
        currency = company.currency if company else "CNY"
        return cls(get_language(), currency, bool(company and company.kind == "bank"))

    def money(self, amount: float | None) -> str:
        return str(web.money(amount, language=self.language, currency=self.currency))

    def span(self, low: float, high: float) -> str:
        return str(web.money_range(low, high, language=self.language, currency=self.currency))

    def share(self, value: float) -> str:
        """Write a share of one: tenths where whole per cents would say nothing."""
        if 0 < value < FINEST:
            return f"<{web.percent(FINEST, digits=1)}"
        return web.percent(value, digits=1 if value < FINE else 0)

    def day(self, value: date | datetime | None, form: str = "full") -> str:
        plain = value.date() if isinstance(value, datetime) else value
        return web.day(plain, form, language=self.language)

    def days(self, value: float) -> str:
        return self.told("days", value)

    def told(self, unit: str, value: float) -> str:
        """Put the unit to a value; a plain count where the unit is not known."""
        if unit == "money":
            return self.money(value)
        if unit == "span":
            return _age(value)
        n = web.count(value)
        return {
            "days": ngettext("%(n)s day", "%(n)s days", round(value)),
            "times": ngettext("once", "%(n)s times", round(value)),
            "products": ngettext("%(n)s product", "%(n)s products", round(value)),
            "channels": ngettext("%(n)s channel", "%(n)s channels", round(value)),
            "holdings": ngettext("%(n)s holding", "%(n)s holdings", round(value)),
        }.get(unit, "%(n)s") % {"n": n}

    def fact(self, code: str) -> Fact:
        """How a fact is told in this company."""
        found = None if self.is_bank else OF_SHOPS.get(code)
        return found or FACTS.get(code, UNKNOWN)

    def item(self, code: str, products: Mapping[str, Product]) -> str:
        """What a product or category is called; the code where nobody named it."""
        if code in products:
            return str(products[code])
        return str(CATEGORIES.get(code, code))


def listed(names: Sequence[str]) -> str:
    """Put names into one phrase: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    first = gettext(", ").join(names[:-1])
    return gettext("%(first)s and %(last)s") % {"first": first, "last": names[-1]}


def _age(days: float) -> str:
    """A time with us: months in the first two years, then years."""
    if days < 2 * DAYS_OF_YEAR:
        months = round(days / MONTH)
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return pgettext("span", "%(n)s years") % {"n": f"{days / DAYS_OF_YEAR:.1f}"}
