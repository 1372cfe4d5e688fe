"""Opportunities that one viewer sees, one by one and of one customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Bundle, Move, Opportunity, Stage
from regulars.server.opportunities.models.deals import OpportunityQuerySet
from regulars.server.opportunities.queries.stages import chance_of
from regulars.server.opportunities.rules import Chance
from regulars.server.products.models import Product

WITH = (
    "customer__book__owner", "customer__book__org_unit", "product", "bundle", "stage", "owner",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One move as history shows it: how long it then stood there."""

    move: Move
    days: int


@dataclass(frozen=True)
class View:
    """One opportunity with what follows from its stage and the day."""

    it: Opportunity
    owner: Person | None
    chance: Chance
    share: float  # its own chance where somebody said one
    worth: Decimal | None  # amount times chance
    days: int  # in the stage
    is_stale: bool
    is_late: bool  # the next step's day is over
    is_overdue: bool  # the day on which it was to be decided is over

    @property
    def needs_step(self) -> bool:
        return self.it.is_open and not self.it.next_step


def seen(viewer: Person) -> OpportunityQuerySet:
    visible = Customer.objects.visible_to(viewer)
    found = Opportunity.objects.visible_to(viewer).filter(customer__in=visible)
    return found.select_related(*WITH)


def own(viewer: Person) -> Q:
    """What is the viewer's: named, or nobody named and of their books, or stood in for."""
    nobody = Q(owner__isnull=True) | Q(owner__is_active=False)
    books = Q(customer__book__owner=viewer) | Q(customer__book__backup=viewer)
    return Q(owner=viewer) | nobody & books


def one(viewer: Person, public_id: str) -> Opportunity | None:
    return seen(viewer).filter(public_id=public_id).first()


def of_customer(viewer: Person, customer: Customer) -> list[Opportunity]:
    """Those of one customer: open ones first, by their next day; then the newest ended."""
    found = seen(viewer).filter(customer=customer).counted()
    rows = sorted(found.open(), key=lambda each: (each.next_on or date.max, each.pk))
    return [*rows, *found.exclude(state="open").order_by("-closed_at", "-pk")[:5]]


def view(opportunity: Opportunity, at: datetime) -> View:
    """Judge one against its stage and the day."""
    today, stage = core.local_date(at), opportunity.stage
    known = chance_of(stage)
    own_share = float(opportunity.chance) if opportunity.chance is not None else known.share
    days = max(0, (today - core.local_date(opportunity.moved_at)).days)
    is_open = opportunity.is_open
    return View(
        it=opportunity,
        owner=opportunity.doer,
        chance=known,
        share=own_share,
        worth=_worth(opportunity, own_share),
        days=days,
        is_stale=is_open and days > stage.patience,
        is_late=is_open and bool(opportunity.next_on and opportunity.next_on < today),
        is_overdue=is_open
        and bool(opportunity.expected_on and opportunity.expected_on < today),
    )


def history(opportunity: Opportunity, at: datetime) -> list[Step]:
    """Every move, the newest first, with the days that it then stood there."""
    rows = list(
        opportunity.moves.select_related("from_stage", "to_stage", "by").order_by("at", "pk")
    )
    ends = [each.at for each in rows[1:]] + [opportunity.closed_at or at]
    told = [Step(row, max(0, (end - row.at).days)) for row, end in zip(rows, ends, strict=True)]
    return told[::-1]


def same_open(
    customer: Customer,
    *,
    product: Product | None,
    bundle: Bundle | None,
    kind: str,
    what: str,
) -> Opportunity | None:
    """The open one of this customer about the same thing, if there is one."""
    rows = Opportunity.objects.open().filter(customer=customer).select_related(*WITH)
    if product is not None:
        return rows.filter(product=product).first()
    if bundle is not None:
        return rows.filter(bundle=bundle).first()
    return rows.filter(product=None, bundle=None, kind=kind, what=what).first()


def after(viewer: Person, *, state: str, cursor: str, most: int) -> list[Opportunity] | None:
    """From the one after another on, the newest first; None where it is none of theirs."""
    found = seen(viewer)
    if state != "all":
        found = found.filter(state=state)
    if cursor:
        last = seen(viewer).filter(public_id=cursor).first()
        if last is None:
            return None
        older = Q(made_at__lt=last.made_at) | Q(made_at=last.made_at, pk__lt=last.pk)
        found = found.filter(older)
    return list(found.order_by("-made_at", "-pk")[:most])


def owners(viewer: Person) -> QuerySet[Person]:
    """Whom an opportunity or a move may be given to."""
    roles = ("rm", "manager", "leader", "lobby_manager")
    return core.people(viewer).filter(is_active=True, role__in=roles)


def product(code: str) -> Product | None:
    return Product.objects.filter(code=code).first()


def rivals(viewer: Person) -> Sequence[str]:
    """Names of rivals that were written down before, for the field that asks for one."""
    found = seen(viewer).exclude(competitor="").order_by("competitor")
    return list(found.values_list("competitor", flat=True).distinct()[:50])


def targets(opportunity: Opportunity, stages: Sequence[Stage]) -> list[Stage]:
    """The open stages that it may go to, the one after its own first."""
    ahead = [each for each in stages if each.position > opportunity.stage.position]
    behind = [each for each in stages if each.position < opportunity.stage.position]
    return [*ahead, *behind]


def _worth(of: Opportunity, share: float) -> Decimal | None:
    if of.state == Opportunity.State.WON:
        return of.won_amount
    return None if of.amount is None else of.amount * Decimal(str(round(share, 4)))
