"""Whether a product may be offered to a customer: its risk, beside the customer's test."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _

from regulars.server.care.queries.advice import age_of
from regulars.server.care.rules.advice import NO_RISK, Avoid, Guard, Known, avoid, may_offer
from regulars.server.core import queries as core
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Bundle, Part, Proposal
from regulars.server.opportunities.queries.proposals import Whole
from regulars.server.products.models import Product


def offered(proposal: Proposal) -> list[Product]:
    """Every product that a proposal offers, those of its bundles, too."""
    found: dict[int, Product] = {}
    parts = proposal.parts.filter(kind=Part.Kind.OFFER).select_related("product", "bundle")
    parts = parts.prefetch_related("bundle__parts__product")
    for part in parts:
        for each in products_of(part):
            found[each.pk] = each
    return list(found.values())


def products_of(part: Part) -> list[Product]:
    if part.product is not None:
        return [part.product]
    rows = part.bundle.parts.all() if part.bundle else ()
    return [each.product for each in rows]


def unfit(customer: Customer, products: Iterable[Product], at: datetime) -> list[str]:
    """A sentence for each product whose risk the customer's test does not cover."""
    risky = [each for each in products if each.risk_level is not None]
    if not risky:
        return []
    today, level = core.local_date(at), customer.risk_tolerance
    left = NO_RISK & set(_left(customer, today))
    found = []
    for each in risky:
        if not may_offer(left, risk=each.risk_level, tolerance=level):
            named = {"product": each, "risk": each.risk_level, "why": _why(left, level)}
            told = _("%(product)s (R%(risk)s) may not be offered to this customer: %(why)s.")
            found.append(told % named)
    return found


def unfit_parts(told: Whole, at: datetime) -> list[str]:
    """What keeps a draft from going out, or was left out of it for that."""
    about = told.proposal.opportunity.product
    found = {each.pk: each for part in told.offers for each in products_of(part)}
    if about is not None:
        found[about.pk] = about
    return [*lapsed(told.proposal, at), *unfit(told.proposal.customer, found.values(), at)]


def lapsed(proposal: Proposal, at: datetime) -> list[str]:
    """A sentence for its last day, where that has passed, and for each bundle of the past."""
    today, last = core.local_date(at), proposal.valid_until
    told = _("It holds until %(day)s, and that day is over. Say a later one.")
    found = [told % {"day": last}] if last is not None and last < today else []
    here = Bundle.objects.filter(pk__in=proposal.parts.values("bundle"))
    for each in here.exclude(pk__in=Bundle.objects.offered(today).values("pk")):
        found.append(_("“%(bundle)s” is not offered now.") % {"bundle": each})
    return found


def risks(parts: Iterable[Part]) -> list[str]:
    """The risk of each product offered that has one, as the customer is to read it."""
    told = _("%(product)s: risk level R%(risk)s. It may lose value; past gains promise none.")
    found = [each for part in parts for each in products_of(part)]
    return [
        told % {"product": each, "risk": each.risk_level}
        for each in {one.pk: one for one in found}.values()
        if each.risk_level is not None
    ]


def beyond(customer: Customer, products: Iterable[Product]) -> list[Product]:
    """Products with more risk than the customer's test, as it stands, bears."""
    level = customer.risk_tolerance
    return [
        each
        for each in products
        if level is not None and each.risk_level is not None and each.risk_level > level
    ]


def _left(customer: Customer, today: date) -> tuple[Avoid, ...]:
    company = core.company()
    guard = Guard.of(company.settings if company else {}, kind=company.kind if company else "")
    tested = customer.provenance.get("risk_tolerance") or ["", ""]
    known = Known(
        is_person=not customer.is_organization, age=age_of(customer, today),
        risk=customer.risk_tolerance, risk_on=_day(tested[1] if len(tested) > 1 else ""),
    )  # fmt: skip
    return avoid(known, today=today, guard=guard)


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None


def _why(left: Collection[Avoid], level: int | None) -> str:
    if Avoid.MINOR in left:
        return _("they are not of age")
    if level is None:
        return _("no risk test is on file")
    if Avoid.EXPIRED in left:
        return _("the risk test is too old")
    return _("their risk test says C%(level)s") % {"level": level}
