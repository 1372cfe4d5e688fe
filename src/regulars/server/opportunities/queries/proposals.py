"""Proposals with their parts, and the needs that a first one begins with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity, Part, Proposal

NEEDS = 3


@dataclass(frozen=True)
class Need:
    """What a customer needs, and where that is known from."""

    text: str
    evidence: str


@dataclass(frozen=True)
class Whole:
    """A proposal as it is read: needs, offers, words, in their order; the sum of amounts."""

    proposal: Proposal
    needs: tuple[Part, ...]
    offers: tuple[Part, ...]
    words: tuple[Part, ...]
    total: Decimal | None


def proposals(viewer: Person) -> QuerySet[Proposal]:
    visible = Customer.objects.visible_to(viewer)
    found = Proposal.objects.visible_to(viewer).filter(customer__in=visible)
    return found.select_related(
        "opportunity__stage", "opportunity__product", "opportunity__bundle",
        "customer__book__owner", "customer__book__org_unit", "made_by", "sent_by",
    ).order_by("-version")  # fmt: skip


def proposal(viewer: Person, public_id: str) -> Proposal | None:
    return proposals(viewer).filter(public_id=public_id).first()


def versions(viewer: Person, opportunity: Opportunity) -> list[Proposal]:
    """Every version, the newest first."""
    return list(proposals(viewer).filter(opportunity=opportunity))


def proposals_after(
    viewer: Person, *, opportunity: str, state: str, cursor: str, most: int
) -> list[Proposal] | None:
    """From the one after another on, the newest first; None where it is none of theirs."""
    found = proposals(viewer)
    if cursor:
        last = found.filter(public_id=cursor).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    if opportunity:
        found = found.filter(opportunity__public_id=opportunity)
    if state != "all":
        found = found.filter(state=state)
    return list(found.order_by("-pk")[:most])


def parts(viewer: Person, proposal: Proposal) -> list[Part]:
    """Every part in its order."""
    found = Part.objects.visible_to(viewer).filter(proposal=proposal)
    return list(found.select_related("product", "bundle", "proposal").order_by("position"))


def part(viewer: Person, proposal: Proposal, public_id: str) -> Part | None:
    found = Part.objects.visible_to(viewer).filter(proposal=proposal, public_id=public_id)
    return found.select_related("proposal").first()


def whole(viewer: Person, proposal: Proposal) -> Whole:
    rows = list(
        Part.objects.visible_to(viewer)
        .filter(proposal=proposal)
        .select_related("product", "bundle")
        .prefetch_related("bundle__parts__product")
        .order_by("position")
    )
    offers = tuple(each for each in rows if each.kind == Part.Kind.OFFER)
    priced = [each.amount for each in offers if each.amount is not None]
    return Whole(
        proposal,
        needs=tuple(each for each in rows if each.kind == Part.Kind.NEED),
        offers=offers,
        words=tuple(each for each in rows if each.kind == Part.Kind.WORDS),
        total=sum(priced, Decimal(0)) if priced else None,
    )


def known_needs(viewer: Person, opportunity: Opportunity, at: datetime) -> list[Need]:
    """What the customer said they need, newest first, and what decides; each with its day."""
    said = Touch.objects.visible_to(viewer).standing().filter(
        customer=opportunity.customer_id
    ).exclude(need="")  # fmt: skip
    found = [
        Need(
            each.need,
            _("said on %(day)s (%(way)s)")
            % {"day": core.local_date(each.at), "way": each.get_channel_display()},
        )
        for each in said.order_by("-at", "-pk")[:NEEDS]
    ]
    concern = opportunity.customer.key_concern
    if concern:
        found.append(Need(_("What decides: %(what)s") % {"what": concern}, _("on the file")))
    if not found and opportunity.because:
        found.append(Need(opportunity.because, _("from our own records")))
    unique = {each.text: each for each in reversed(found)}
    return list(reversed(unique.values()))
