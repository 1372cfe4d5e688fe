"""An opportunity is made: by hand, of a signal, by another system, of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities import queries
from regulars.server.opportunities.actions.suiting import refuse_beyond, refuse_words
from regulars.server.opportunities.models import Bundle, Move, Opportunity, Part, Stage
from regulars.server.products.models import Product

Source = Opportunity.Source
# What a bundle asks for and a customer does not have.
LACKS: Mapping[str, Lazy] = {
    "level": gettext_lazy("the tier"),
    "kind": gettext_lazy("the kind of customer"),
    "class": gettext_lazy("the business class"),
    "segment": gettext_lazy("the segment"),
}


class Exists(Refused):
    """The same is open for this customer already; `found` is it."""

    def __init__(self, words: str, found: Opportunity) -> None:
        super().__init__(words)
        self.found = found


class Twice(Refused):
    """The contact, or this time of the reason, has become an opportunity already."""


class NotFitting(BadInput):
    """The bundle is not for customers like this one, or not offered now."""


@dataclass(frozen=True)
class About:
    """What an opportunity is about: one product, one bundle, or words."""

    product: Product | None = None
    bundle: Bundle | None = None
    what: str = ""


@dataclass(frozen=True)
class Signal:
    """Where an opportunity comes from, with what speaks for it."""

    source: str = Source.HAND
    code: str = ""
    because: str = ""
    cycle: str = ""
    touch: Touch | None = None
    is_automatic: bool = False


HAND = Signal()


@transaction.atomic
def make(
    customer: Customer,
    about: About,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    margin: Decimal | None = None,
    expected_on: date | None = None,
    owner: Person | None = None,
    next_step: str = "",
    next_on: date | None = None,
    stage: Stage | None = None,
    signal: Signal = HAND,
) -> Opportunity:
    """Open an opportunity in the first stage, unless another open one is named.

    :raises Exists: the same is open for this customer.
    :raises Twice: the signal has become one already.
    :raises NotFitting: the bundle is not for this customer.
    :raises NotSuitable: the risk of a product, or of one of the bundle's, is beyond the
        customer's test.
    :raises BadInput: it is about nothing, says what may not be said, or a next step lacks
        its day.
    """
    what = " ".join(about.what.split())
    refuse_nothing(about, what)
    refuse_words(what, next_step)
    refuse_beyond(
        customer, queries.products_of(Part(product=about.product, bundle=about.bundle))
    )
    refuse_step(next_step, next_on, at)
    if about.bundle is not None:
        refuse_unfitting(customer, about.bundle, by=by, at=at)
    first = stage or queries.first_stage()
    if first.ends or first.is_retired:
        raise BadInput(_("An opportunity begins in a stage that is open."))
    refuse_same(customer, about, kind, what)
    try:
        with transaction.atomic():
            made = Opportunity.objects.create(
                customer=customer, kind=kind, product=about.product, bundle=about.bundle,
                what="" if about.product or about.bundle else what,
                amount=amount, margin=margin, stage=first, moved_at=at,
                expected_on=expected_on,
                owner=None if owner == customer.book.owner else owner,
                source=signal.source, signal=signal.code, cycle=signal.cycle,
                because=signal.because[:300], touch=signal.touch,
                is_automatic=signal.is_automatic,
                next_step=" ".join(next_step.split()), next_on=next_on,
                made_by=by if isinstance(by, Person) else None, made_at=at,
            )  # fmt: skip
    except IntegrityError as error:  # somebody made it a moment before
        refuse_same(customer, about, kind, what)
        raise Twice(_("This signal has become an opportunity already.")) from error
    write_move(made, None, first, by=by, at=at)
    audit.record(
        "opportunities.made", made, by=by, at=at, source=signal.source, kind=kind,
        automatic=signal.is_automatic,
    )  # fmt: skip
    return made


def write_move(
    of: Opportunity,
    before: Stage | None,
    after: Stage,
    *,
    by: Actor,
    at: datetime,
    words: str = "",
) -> Move:
    """Add to the history of an opportunity."""
    return Move.objects.create(
        opportunity=of, customer_id=of.customer_id, from_stage=before, to_stage=after, at=at,
        by=by if isinstance(by, Person) else None, words=" ".join(words.split())[:300],
    )  # fmt: skip


def refuse_nothing(about: About, what: str) -> None:
    """:raises BadInput: it is about nothing, or about two things."""
    if about.product is not None and about.bundle is not None:
        raise BadInput(_("Choose a product or a bundle, not both."))
    if about.product is None and about.bundle is None and not what:
        raise BadInput(_("Say what it is about: a product, a bundle, or a few words."))


def refuse_step(step: str, on: date | None, at: datetime) -> None:
    """:raises BadInput: a step without a day, a day without a step, or one that is over."""
    if bool(step.strip()) != (on is not None):
        raise BadInput(_("A next step has a day, and a day has a step. Say both."))
    if on is not None and on < core.local_date(at):
        raise BadInput(_("%(day)s is over. Choose a day ahead.") % {"day": on})


def refuse_unfitting(customer: Customer, bundle: Bundle, *, by: Actor, at: datetime) -> None:
    """:raises NotFitting: the bundle is not for this customer, or not offered now."""
    today = core.local_date(at)
    if not Bundle.objects.offered(today).filter(pk=bundle.pk).exists():
        raise NotFitting(_("“%(bundle)s” is not offered now.") % {"bundle": bundle})
    viewer = by if isinstance(by, Person) else None
    judged = queries.fitting(viewer, customer, bundle, at)
    if not judged.is_eligible:
        named = _(", ").join(str(LACKS[each]) for each in judged.lacks)
        told = _("“%(bundle)s” is not for this customer: %(lacks)s does not fit.")
        raise NotFitting(told % {"bundle": bundle, "lacks": named})


def refuse_same(customer: Customer, about: About, kind: str, what: str) -> None:
    """:raises Exists: the same is open for this customer."""
    found = queries.same_open(
        customer, product=about.product, bundle=about.bundle, kind=kind, what=what
    )
    if found is not None:
        told = _("“%(what)s” is open for %(customer)s already, in stage “%(stage)s”.")
        named = {"what": found, "customer": customer, "stage": found.stage}
        raise Exists(told % named, found)
