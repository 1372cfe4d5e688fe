"""What the house already knows of a customer that binds them: suggestions with their facts.

A suggestion is never a judgement: what is found here is shown to somebody who says yes or
no. Five strands are known to people only and are never suggested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from regulars.server.channels import queries as channels
from regulars.server.channels.models import Touch, TouchQuerySet
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer, Relation
from regulars.server.facts import queries as facts
from regulars.server.plans.rules import strands_for
from regulars.server.products.models import Product
from regulars.server.scoring import queries as scoring
from regulars.server.segments import queries as segments
from regulars.server.trade import queries as trade
from regulars.server.trade.models import ContactPerson
from regulars.server.web.rules import day

YEAR, HALF = timedelta(days=365), timedelta(days=183)
SEVERAL = 3  # products
TALKS = 2  # two-way contacts of half a year that make somebody known
MOST = 200
IN_PERSON = (Touch.Channel.VISIT, Touch.Channel.BRANCH)
# Strand -> kinds of facts within a year that speak for it.
EVENTS = {
    "points": ("points_used", "coupon_used"),
    "invited": ("event_attended", "salon"),
    "complaint_settled": ("complaint_closed",),
    "recommends": ("referral_given",),
    "payroll": ("payroll",),
}
BINDING = (Product.Kind.FACILITY, Product.Kind.LEASE, Product.Kind.CONTRACT)


@dataclass(frozen=True)
class Found:
    """A strand that the house's own facts speak for, and these facts in words."""

    code: str
    because: str


def suggested(viewer: Person, customer: Customer, at: datetime) -> dict[str, str]:
    """Strand -> the facts that speak for it, for this kind of customer."""
    today = core.local_date(at)
    fitting = {strand.code for strand in strands_for(customer.kind)}
    told = (
        *_contacts(viewer, customer, at),
        *_happened(viewer, customer, at),
        *_file(viewer, customer),
        *_held(viewer, customer, today),
        *_trade(viewer, customer, today),
    )
    found: dict[str, str] = {}
    for each in told:
        if each.code in fitting:
            found.setdefault(each.code, each.because)
    return found


def _contacts(viewer: Person, customer: Customer, at: datetime) -> Iterator[Found]:
    lately = channels.touches(viewer, customer).filter(at__gte=at - YEAR, at__lt=at)
    talks = lately.filter(two_way=True, at__gte=at - HALF, person=customer.book.owner_id)
    if customer.book.owner_id and (n := talks.count()) >= TALKS:
        said = ngettext(
            "%(n)s two-way contact with %(name)s within half a year",
            "%(n)s two-way contacts with %(name)s within half a year",
            n,
        )
        yield Found("known_owner", said % {"n": n, "name": customer.book.owner})
    if met := lately.filter(two_way=True, channel__in=IN_PERSON).first():
        yield Found("met", f"{met.get_channel_display()} {_on(met.at)}")
    if greeting := _greeting(lately):
        yield Found("greeted", f"{greeting.get_channel_display()} {_on(greeting.at)}")


def _greeting(lately: TouchQuerySet) -> Touch | None:
    return lately.filter(topic=Touch.Topic.GREETING, inbound=False).first()


def _happened(viewer: Person, customer: Customer, at: datetime) -> Iterator[Found]:
    kinds = tuple(kind for several in EVENTS.values() for kind in several)
    lately = [
        fact
        for fact in facts.timeline(viewer, customer, before=at, kinds=kinds, most=MOST)
        if fact.at >= at - YEAR
    ]
    for code, wanted in EVENTS.items():
        told = [fact for fact in lately if fact.kind in wanted]
        if told:
            n = len(told)
            said = ngettext("once, on %(day)s", "%(n)s times, the last on %(day)s", n)
            yield Found(code, said % {"n": n, "day": _day(told[0].day)})


def _file(viewer: Person, customer: Customer) -> Iterator[Found]:
    liked = customers.preferences(viewer, customer).count()
    if customer.key_concern and liked:
        said = ngettext(
            "%(n)s preference and the key concern on file",
            "%(n)s preferences and the key concern on file",
            liked,
        )
        yield Found("tastes_known", said % {"n": liked})
    brought = Relation.objects.visible_to(viewer).standing()
    if n := brought.filter(kind=Relation.Kind.REFERRER, other=customer).count():
        said = ngettext("%(n)s customer came by them", "%(n)s customers came by them", n)
        yield Found("recommends", said % {"n": n})
    family = customers.household_of(viewer, customer)
    if family and (n := len(family.ids) - 1) > 0:
        said = ngettext("%(n)s more member is on file", "%(n)s more members are on file", n)
        yield Found("household", said % {"n": n})


def _held(viewer: Person, customer: Customer, today: date) -> Iterator[Found]:
    products = scoring.figures(viewer, customer).get("products_held") or 0
    if products >= SEVERAL:
        yield Found(
            "several_products", _("%(n)s products by the newest scores") % {"n": products}
        )
    for held in segments.holdings(viewer, customer, today):
        if held.product and held.product.kind in BINDING:
            yield Found("framework", str(held.product))
        if held.product and held.product.kind == Product.Kind.PAYROLL:
            yield Found("payroll", str(held.product))


def _trade(viewer: Person, customer: Customer, today: date) -> Iterator[Found]:
    if not customer.is_organization:
        return
    if trade.current_terms(viewer, customer, on=today):
        yield Found("better_terms", _("terms of their own are agreed"))
    people = [each.contact for each in trade.contacts(viewer, customer, on=today)]
    deciders = [each for each in people if each.role == ContactPerson.Role.DECIDES]
    if deciders:
        yield Found("deciders_known", str(deciders[0].name))
    partners = [each for each in trade.partners(viewer, customer) if each.plans]
    if partners:
        yield Found("joint_plan", _("with %(name)s") % {"name": partners[0].customer})


def _on(at: datetime) -> str:
    return _day(core.local_date(at))


def _day(on: date) -> str:
    return day(on, "full", language=get_language())
