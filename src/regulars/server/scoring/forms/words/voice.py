"""Figures with their units, as one reader of one company reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language, gettext, ngettext, pgettext

from regulars.server.core.models import Company
from regulars.server.products.models import Product
from regulars.server.scoring.forms.words.codes import CATEGORIES
from regulars.server.scoring.forms.words.facts import FACTS, OF_SHOPS, UNKNOWN, Fact
from regulars.server.web import rules as web

DAYS_OF_YEAR = 365
MONTH = DAYS_OF_YEAR / 12
# Of shares below the first a whole per cent hides too much; below the second, tenths do.
FINE, FINEST = 0.10, 0.001


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
