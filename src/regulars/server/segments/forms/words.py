"""Labels of everything that a rule may look at, and of the values it may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.core import queries as core
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.customers.forms import CAME
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.products import queries as products
from regulars.server.products.models import Product
from regulars.server.scoring.forms import words as learned
from regulars.server.segments.forms import codes
from regulars.server.segments.forms.events import EVENTS
from regulars.server.segments.forms.listing import STAGES, TYPES
from regulars.server.segments.queries import saved
from regulars.server.segments.queries.beside import SIGN
from regulars.server.segments.queries.offered import offered
from regulars.server.segments.rules.fields import Field
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Scheme
from regulars.server.trade.models import BusinessProfile, ContactPerson
from regulars.server.web import rules as web

LABELS: Mapping[str, Any] = {
    "kind": _("Kind of customer"),
    "gender": _("Gender"),
    "age": _("Age"),
    "birthday": _("Birthday"),
    "district": _("District"),
    "occupation": _("Occupation"),
    "risk_tolerance": _("Risk tolerance"),
    "tags": _("Tag"),
    "group": _("Group"),
    "industry": _("Industry"),
    "business_class": _("Business class"),
    "key_concern": _("Key concern"),
    "bond": _("How close to us"),
    "bargaining_power": _("Bargaining power"),
    "buying_focus": _("Looks first at"),
    "company_size": _("Size of the company"),
    "contact_role": _("Has a contact person who"),
    "contact_attitude": _("Attitude of a contact person"),
    "payment_days": _("Days to pay, as agreed"),
    "credit_limit": _("Credit limit, as agreed"),
    "terms_end": _("Last day of the agreed terms"),
    "overdue_days": _("Oldest overdue invoice"),
    "overdue_amount": _("Overdue amount"),
    "tie": _("Tie to another customer"),
    "tied_tier": _("Tie to a customer in tier"),
    "household_size": _("Customers in the household"),
    "life_event": _("Life event"),
    "life_event_on": _("Day of a life event"),
    "preference": _("Preference"),
    "preference_words": _("Words of a preference"),
    "branch": _("Branch"),
    "book": _("Looked after by"),
    "state": _("State of the file"),
    "since": _("Customer since"),
    "created_on": _("On file since"),
    "source": _("Came by way of"),
    "last_contact": _("Last contact"),
    "last_answer": _("Last two-way contact"),
    "reach": _("Agreed channel"),
    "preferred_channel": _("Preferred channel"),
    "consent_call": _("Marketing by phone"),
    "consent_wecom": _("Marketing by WeCom"),
    "consent_sms": _("Marketing by SMS"),
    "consent_email": _("Marketing by e-mail"),
    "products": _("Holds the product"),
    "product_kinds": _("Holds a kind of product"),
    "spend": _("Net spend"),
    "purchases": pgettext_lazy("field", "Purchases"),
    "inflow": pgettext_lazy("field", "Money in"),
    "outflow": pgettext_lazy("field", "Money out"),
    "activity": _("Activity of the customer"),
    "events": pgettext_lazy("field", "Events"),
    "balance_share": _("Balance, in percent"),
    "balance_amount": _("Balance, in money"),
    "maturing": _("Maturing amount"),
    "tier": _("Tier"),
    "value": _("Value"),
    "value_at_stake": _("Value at stake"),
    "contribution_12": _("Contribution of 12 months"),
    "cost_to_serve_12": _("Cost to serve, 12 months"),
    "clv_12": _("Value of the next year"),
    "clv_36": _("Value of the next three years"),
    "potential": _("Potential"),
    "potential_gap": _("Short of the potential"),
    "referral_value": _("Value of recommendations"),
    "abc_class": _("ABC class"),
    "rank_next": _("Rank by next period's value"),
    "share_of_wallet": _("Share of wallet"),
    "products_held": _("Products held"),
    "cross_sell": _("Cross-sell ratio"),
    "next_product": _("Next product"),
    "stage": _("Stage"),
    "rfm_type": pgettext_lazy("field", "RFM type"),
    "rfm_cell": _("RFM cell"),
    "r": _("R (recency, 1–5)"),
    "f": _("F (frequency, 1–5)"),
    "m": _("M (money, 1–5)"),
    "purchase_count": _("Orders so far"),
    "days_since_last": _("Days since the last activity"),
    "median_gap": _("Own rhythm in days"),
    "tenure_days": _("Days as a customer"),
    "first_on": _("First activity"),
    "last_on": _("Last activity"),
    "mean_purchase": _("Mean purchase"),
    "net_spend": _("Net spend so far"),
    "spend_30": _("Net spend of 30 days"),
    "spend_90": _("Net spend of 90 days"),
    "spend_365": _("Net spend of 12 months"),
    "spend_prev_365": _("Net spend of the 12 months before"),
    "revenue": _("Turnover so far"),
    "expected_12": _("Active days expected in a year"),
    "expected_36": _("Active days expected in three years"),
    "p_alive": _("Chance to stay"),
    "churn_probability": _("Risk of leaving"),
    "churn_band": _("Band of risk"),
    "dormancy_step": _("Step of dormancy"),
    "step_since": _("On this step since"),
    "silence": _("Silence, in own rhythms"),
    "rhythm": _("Usual days between two visits"),
    "spend_asleep": _("Spending that is asleep"),
    "change_headline": _("What changed most"),
    "rhythm_change": _("Change of rhythm"),
    "purchase_movement": _("Unusual purchase"),
    "purchase_moved": _("Size of the unusual purchase"),
    "balance_movement": _("Unusual move of the balance"),
    "balance_moved": _("Size of the unusual move"),
    "basket_changed": _("Buys other things than before"),
    "channel_changed": _("Comes another way than before"),
    "potential_level": _("Level of potential"),
    "service_need": _("Need of service"),
    "large_movement": _("Large movement"),
    "aum": _("Assets with us"),
    "adb_month": _("Daily average of the month"),
    "adb_90": _("Daily average of 90 days"),
    "aum_prev_30": _("Assets 30 days before"),
    "flow_5": _("Flow of five days"),
    "net_new_money": _("Net new money"),
    "days_known": _("Days with a known balance"),
    "balance_income_365": _("Margin of balances, 12 months"),
}
THEMES: Mapping[str, Any] = {
    "person": _("Who they are"),
    "place": _("Where they belong"),
    "contact": _("Contact and consent"),
    "business": _("Dealing with organisations"),
    "around": _("Ties, life and preferences"),
    "products": _("Products"),
    "tier": pgettext_lazy("theme", "Tier"),
    "value": pgettext_lazy("theme", "Value"),
    "behaviour": _("Habits and stage"),
    "risk": _("Risk"),
    "balance": _("Balances"),
    "happened": _("What happened in a span of time"),
    "more": _("More figures of the run"),
}
# In a sentence the unit of the value says which of the two is meant.
SAID: Mapping[str, Any] = {
    "balance_share": pgettext_lazy("field", "Balance"),
    "balance_amount": pgettext_lazy("field", "Balance"),
}
NARROWED: Mapping[str, Any] = {
    "category": pgettext_lazy("narrowed", "Category"),
    "product": pgettext_lazy("narrowed", "Product"),
    "channel": pgettext_lazy("narrowed", "Channel"),
    "event": pgettext_lazy("narrowed", "Event"),
}
OPS: Mapping[str, Any] = {
    "ge": pgettext_lazy("operator", "at least"),
    "lt": pgettext_lazy("operator", "under"),
    "between": pgettext_lazy("operator", "from … to"),
    "top": pgettext_lazy("operator", "among the top"),
    "bottom": pgettext_lazy("operator", "among the last"),
    "known": pgettext_lazy("operator", "is known"),
    "unknown": pgettext_lazy("operator", "is not known"),
    "in": pgettext_lazy("operator", "is"),
    "not_in": pgettext_lazy("operator", "is not"),
    "within": pgettext_lazy("operator", "in the last"),
    "not_within": pgettext_lazy("operator", "not in the last"),
    "after": pgettext_lazy("operator", "from a day on"),
    "before": pgettext_lazy("operator", "before"),
    "next_month": pgettext_lazy("operator", "next month"),
    "this_month": pgettext_lazy("operator", "this month"),
    "in_month": pgettext_lazy("operator", "in the month"),
    "ahead": pgettext_lazy("operator", "in the next"),
    "yes": pgettext_lazy("operator", "yes"),
    "no": pgettext_lazy("operator", "no"),
    "none": pgettext_lazy("operator", "none"),
    "has": pgettext_lazy("operator", "mentions"),
    "fell": pgettext_lazy("operator", "fell by at least"),
    "rose": pgettext_lazy("operator", "rose by at least"),
}
MEMBER_OPS = {
    "in": pgettext_lazy("operator of lists", "any of"),
    "not_in": pgettext_lazy("operator of lists", "none of"),
}
# Said of one customer, beside a name: "Tier: Private".
Names = Callable[[], Mapping[str, Any]]


def spanned(days: str) -> str:
    """A number of days, written out already, with its unit."""
    return ngettext("%(n)s day", "%(n)s days", _many(days)) % {"n": days}


def _many(written: str) -> int:
    """Which form of its unit follows a number as it is written: 1 day, 1.0 days."""
    return 1 if written == "1" else 2


class Words:
    """Labels and values in the reader's language; what must be looked up is looked up once."""

    def __init__(self, viewer: Person) -> None:
        self.viewer = viewer

    def label(self, field: Field | str) -> str:
        """What a field is called; one that nobody named shows its column's name."""
        key = field if isinstance(field, str) else field.key
        if key in LABELS:
            return str(LABELS[key])
        if key in offered():
            return str(offered()[key].label)
        if key.startswith("tier_"):
            return str(self._schemes.get(key.removeprefix("tier_"), key))
        return key.replace("_", " ")

    def said(self, field: Field) -> str:
        """What a field is called within a sentence."""
        return str(SAID[field.key]) if field.key in SAID else self.label(field)

    def op(self, field: Field, op: str) -> str:
        if field.kind == "words" and op in MEMBER_OPS:
            return str(MEMBER_OPS[op])
        return str(OPS.get(op, op))

    def value(self, field: Field, value: str) -> str:
        """The name of one value of a field."""
        if field.key == "tied_tier":
            return self._tied(value)
        key = "tier" if field.key.startswith("tier_") else field.key
        known = offered()[key].values if key in offered() else self._names.get(key)
        return str(known().get(value, value)) if known else value

    def only(self, name: str, value: str) -> str:
        """The name of a value by which facts are narrowed."""
        known: Mapping[str, Any] = {
            "category": learned.CATEGORIES,
            "channel": codes.PLACES,
            "event": EVENTS,
        }.get(name, {})
        if name == "product":
            return self._products.get(value, value)
        return str(known.get(value, value))

    def amount(self, field: Field, value: Decimal | float) -> str:
        """A figure of a field, with its unit."""
        language = get_language()
        if field.kind in ("money", "total") or field.measure == "amount":
            return str(
                web.money(Decimal(str(value)), language=language, currency=self.currency)
            )
        if field.kind == "share":
            return web.percent(value, digits=0 if value == round(value, 2) else 1)
        if field.measure == "share":
            return gettext("%(n)s%%") % {"n": f"{value:,}"}
        plain = f"{Decimal(str(value)):,}"
        if field.kind in ("days", "date"):
            return spanned(plain)
        if field.kind == "age":
            return ngettext("%(n)s year", "%(n)s years", _many(plain)) % {"n": plain}
        if field.kind == "times":
            return ngettext("%(n)s time", "%(n)s times", _many(plain)) % {"n": plain}
        return plain

    @cached_property
    def _names(self) -> Mapping[str, Names]:
        return {
            "kind": lambda: dict(Customer.Kind.choices),
            "state": lambda: dict(Customer.State.choices),
            "gender": lambda: dict(Customer.Gender.choices),
            "risk_tolerance": lambda: {str(n): f"C{n}" for n in range(1, 6)},
            "preferred_channel": lambda: codes.CHANNELS,
            "business_class": lambda: codes.CLASSES,
            "reach": lambda: codes.CHANNELS,
            **{f"consent_{ch}": lambda: codes.CONSENTS for ch in codes.CHANNELS},
            "source": lambda: CAME,
            "branch": lambda: self._branches,
            "book": lambda: self._books,
            "products": lambda: self._products,
            "next_product": lambda: self._products,
            "product_kinds": lambda: dict(Product.Kind.choices),
            "tier": lambda: self._tiers,
            "stage": lambda: STAGES,
            "rfm_type": lambda: TYPES,
            "rfm_cell": lambda: codes.CELLS,
            "large_movement": lambda: codes.MOVEMENTS,
            "purchase_movement": lambda: codes.MOVEMENTS,
            "balance_movement": lambda: codes.MOVEMENTS,
            "churn_band": lambda: learned.BANDS,
            "potential_level": lambda: {str(n): said for n, said in learned.LEVELS.items()},
            "service_need": lambda: learned.SERVICE,
            "dormancy_step": lambda: learned.STEPS,
            "change_headline": lambda: codes.CHANGES,
            "rhythm_change": lambda: codes.RHYTHMS,
            "group": lambda: self._groups,
            "bond": lambda: codes.BONDS,
            "bargaining_power": lambda: dict(BusinessProfile.Power.choices),
            "buying_focus": lambda: dict(BusinessProfile.Focus.choices),
            "company_size": lambda: dict(BusinessProfile.Size.choices),
            "contact_role": lambda: dict(ContactPerson.Role.choices),
            "contact_attitude": lambda: dict(ContactPerson.Attitude.choices),
            "life_event": lambda: dict(LifeEvent.Kind.choices),
            "preference": lambda: codes.PREFERENCES,
            "tie": lambda: codes.TIES,
        }

    def _tied(self, value: str) -> str:
        """A tie and the tier of who stands at its far end."""
        tie, _sign, tier = value.partition(SIGN)
        return gettext("%(tie)s: %(tier)s") % {
            "tie": codes.TIES.get(tie, tie),
            "tier": self._tiers.get(tier, tier),
        }

    @cached_property
    def _schemes(self) -> Mapping[str, str]:
        return {scheme.code: str(scheme) for scheme in Scheme.objects.order_by("pk")}

    @cached_property
    def _tiers(self) -> Mapping[str, str]:
        named = {code: mark.name for (_scheme, code), mark in tiers.marks().items()}
        return named | {code: mark.name for code, mark in tiers.primary_marks().items()}

    @cached_property
    def _products(self) -> Mapping[str, str]:
        return products.names()

    @cached_property
    def _branches(self) -> Mapping[str, str]:
        return {unit.code: str(unit) for unit in OrgUnit.objects.order_by("pk")}

    @cached_property
    def _books(self) -> Mapping[str, str]:
        books = Book.objects.select_related("owner").order_by("pk")
        return {book.code: str(book.owner or book) for book in books}

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        return {group.public_id: group.name for group in saved.groups(self.viewer)}

    @cached_property
    def currency(self) -> str:
        company = core.company()
        return company.currency if company else "CNY"
