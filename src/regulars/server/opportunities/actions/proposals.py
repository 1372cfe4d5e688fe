"""Proposals: put together, sent and thereby frozen, answered, renewed in a new version."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.actions.making import refuse_unfitting
from regulars.server.opportunities.actions.moving import clear, held
from regulars.server.opportunities.actions.suiting import (
    NotSuitable,
    refuse_risk,
    refuse_words,
)
from regulars.server.opportunities.models import Bundle, Opportunity, Part, Proposal
from regulars.server.products.models import Product

State = Proposal.State
COPIED = (
    "position", "kind", "text", "evidence", "product_id", "bundle_id", "named", "amount",
    "price", "terms",
)  # fmt: skip


class Frozen(Refused):
    """The proposal was sent: it stays as it is. A new version may be made."""


class Gone(Refused):
    """Somebody took the part out meanwhile."""


@transaction.atomic
def start_proposal(opportunity: Opportunity, *, by: Person, at: datetime) -> Proposal:
    """Begin the first version: what it is about, and the needs that are known.

    Where there is a draft, it is that one; after a sent one, a copy in a new version.

    :raises Ended: the opportunity was won or lost.
    """
    found = held(opportunity)
    known = found.proposals.order_by("-version").first()
    if known is not None:
        return known if known.is_draft else renew(known, by=by, at=at)
    made = _version(found, 1, _("Our proposal: %(what)s") % {"what": found}, by=by, at=at)
    for n, need in enumerate(queries.known_needs(by, found, at), start=1):
        put_part(made, kind=Part.Kind.NEED, text=need.text, evidence=need.evidence,
                 position=n, by=by, at=at)  # fmt: skip
    if found.product or found.bundle:
        with suppress(NotSuitable):  # the page says so, and why
            put_part(made, kind=Part.Kind.OFFER, product=found.product, bundle=found.bundle,
                     amount=found.amount, by=by, at=at)  # fmt: skip
    audit.record("opportunities.proposal.begun", made, by=by, at=at, version=1)
    return made


@transaction.atomic
def renew(proposal: Proposal, *, by: Actor, at: datetime) -> Proposal:
    """Make a new version with the same parts; the sent one stays as it was sent."""
    found = held(proposal.opportunity)
    draft = found.proposals.filter(state=State.DRAFT).first()
    if draft is not None:
        return draft
    last = found.proposals.aggregate(last=Max("version"))["last"] or 0
    made = _version(found, last + 1, proposal.title, by=by, at=at)
    made.opening, made.closing = proposal.opening, proposal.closing
    made.save(update_fields=["opening", "closing"])
    Part.objects.bulk_create(
        Part(proposal=made, customer_id=made.customer_id,
             **{name: getattr(each, name) for name in COPIED})
        for each in proposal.parts.all()
    )  # fmt: skip
    audit.record("opportunities.proposal.begun", made, by=by, at=at, version=made.version)
    return made


@transaction.atomic
def change_proposal(
    proposal: Proposal,
    *,
    title: str,
    opening: str,
    closing: str,
    valid_until: date | None,
    by: Actor,
    at: datetime,
) -> Proposal:
    """Write title, opening, closing and the last day anew.

    :raises Frozen: it was sent.
    :raises BadInput: it has no title, or says what may not be said.
    """
    if not title.strip():
        raise BadInput(_("A proposal has a title."))
    refuse_words(title, opening, closing)
    found = _draft(proposal)
    found.title = " ".join(title.split())
    found.opening, found.closing = opening.strip(), closing.strip()
    found.valid_until = valid_until
    found.save()
    audit.record("opportunities.proposal.changed", found, by=by, at=at)
    return found


@transaction.atomic
def put_part(
    proposal: Proposal,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    part: Part | None = None,
    text: str = "",
    evidence: str = "",
    product: Product | None = None,
    bundle: Bundle | None = None,
    amount: Decimal | None = None,
    price: str = "",
    terms: str = "",
    position: int | None = None,
) -> Part:
    """Add a part, or write one anew.

    :raises Frozen: the proposal was sent.
    :raises Gone: somebody took the part out meanwhile.
    :raises BadInput: the part says and offers nothing.
    :raises NotFitting: the bundle is not for this customer.
    :raises NotSuitable: the risk is more than the customer's test covers.
    :raises NotToBeSaid: it holds a word that is refused.
    """
    found = _draft(proposal)
    offers = kind == Part.Kind.OFFER
    if offers and (product is None) == (bundle is None):
        raise BadInput(_("Choose a product or a bundle."))
    if not offers and not text.strip():
        raise BadInput(_("Say something in this part."))
    if offers and bundle is not None:
        refuse_unfitting(found.customer, bundle, by=by, at=at)
    # Needs are the customer's own words; what we say is looked through.
    refuse_words(price, terms, text if kind != Part.Kind.NEED else "")
    if offers:
        offer = Part(product=product, bundle=bundle)
        refuse_risk(found.customer, queries.products_of(offer), at)
    made = (
        _standing(part, found)
        if part
        else Part(
            proposal=found, customer_id=found.customer_id, position=position or _last(found) + 1
        )
    )
    given: Mapping[str, object] = {
        "kind": kind, "text": text.strip(), "evidence": evidence.strip(),
        "product": product if offers else None, "bundle": bundle if offers else None,
        "named": str(product or bundle) if offers else "", "amount": amount,
        "price": " ".join(price.split()) or (bundle.price if offers and bundle else ""),
        "terms": " ".join(terms.split()),
    }  # fmt: skip
    for name, value in given.items():
        setattr(made, name, value)
    made.save()
    audit.record("opportunities.proposal.part", made, by=by, at=at, kind=kind)
    return made


@transaction.atomic
def drop_part(part: Part, *, by: Actor, at: datetime) -> None:
    """:raises Frozen: the proposal was sent."""
    found = _draft(part.proposal)
    audit.record("opportunities.proposal.part_dropped", part, by=by, at=at, of=found.pk)
    part.delete()


@transaction.atomic
def send(proposal: Proposal, *, how: str, by: Actor, at: datetime) -> Proposal:
    """It went out, and is frozen; an older one that waits for an answer is replaced.

    :raises Frozen: it was sent before.
    :raises BadInput: it offers nothing, its last day or a bundle's is over, or nobody says
        how it was sent.
    :raises NotSuitable: a risk is more than the customer's test covers.
    :raises NotToBeSaid: it holds a word that is refused.
    """
    if not how.strip():
        raise BadInput(_("Say how it was sent: handed over, by e-mail, by post."))
    found = _draft(proposal)
    if not found.parts.filter(kind=Part.Kind.OFFER).exists():
        raise BadInput(_("A proposal offers something. Add a product or a bundle."))
    if told := queries.lapsed(found, at):
        raise BadInput(" ".join(told))
    refuse_risk(found.customer, queries.offered(found), at)
    said = found.parts.exclude(kind=Part.Kind.NEED).values_list("text", "price", "terms")
    refuse_words(found.title, found.opening, found.closing, *(w for row in said for w in row))
    held(found.opportunity)
    older = Proposal.objects.filter(opportunity=found.opportunity_id, state=State.SENT)
    older.update(state=State.REPLACED)
    found.state, found.sent_at, found.sent_how = State.SENT, at, " ".join(how.split())
    found.sent_by = by if isinstance(by, Person) else None
    found.save()
    clear(found.customer_id, at=at)
    audit.record("opportunities.proposal.sent", found, by=by, at=at, version=found.version)
    return found


@transaction.atomic
def answer(
    proposal: Proposal, *, accepted: bool, words: str, by: Actor, at: datetime
) -> Proposal:
    """Write down what the customer answered to what was sent.

    :raises Refused: it was not sent, or is answered or replaced.
    """
    found = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if found.state != State.SENT:
        told = _("This proposal waits for no answer: %(state)s.")
        raise Refused(told % {"state": found.get_state_display()})
    found.state = State.ACCEPTED if accepted else State.REFUSED
    found.answered_at, found.answer = at, " ".join(words.split())
    found.save()
    clear(found.customer_id, at=at)
    audit.record("opportunities.proposal.answered", found, by=by, at=at, accepted=accepted)
    return found


def _version(of: Opportunity, n: int, title: str, *, by: Actor, at: datetime) -> Proposal:
    return Proposal.objects.create(
        opportunity=of, customer_id=of.customer_id, version=n, title=title[:120],
        made_by=by if isinstance(by, Person) else None, made_at=at,
    )  # fmt: skip


def _draft(proposal: Proposal) -> Proposal:
    found = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if not found.is_draft:
        told = _("Version %(n)s was sent and stays as it is. Make a new version.")
        raise Frozen(told % {"n": found.version})
    return found


def _standing(part: Part, proposal: Proposal) -> Part:
    """The part as it stands now: what was taken out is not written in again by a late form."""
    found = Part.objects.filter(pk=part.pk, proposal=proposal).first()
    if found is None:
        raise Gone(_("Somebody took this part out. Add it anew if it is to be in."))
    return found


def _last(proposal: Proposal) -> int:
    return proposal.parts.aggregate(last=Max("position"))["last"] or 0
