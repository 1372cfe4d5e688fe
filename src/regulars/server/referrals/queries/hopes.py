"""Opportunities to be recommended, and the referrals that came from them."""

from __future__ import annotations

from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.opportunities import queries as opportunities
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.models.stages import Kind
from regulars.server.referrals.models import Referral
from regulars.server.referrals.queries.seen import visible


def hope_of(viewer: Person, referral: Referral) -> Opportunity | None:
    """The opportunity that a referral came from, where the viewer sees it."""
    if referral.opportunity_id is None:
        return None
    return Opportunity.objects.visible_to(viewer).filter(pk=referral.opportunity_id).first()


def hopes(viewer: Person, referral: Referral) -> list[Opportunity]:
    """Opportunities to be recommended that a referral may have come from, the newest first."""
    both = Q(customer=referral.referrer_id) | Q(customer=referral.friend_id)
    found = Opportunity.objects.visible_to(viewer).filter(both, kind=Kind.REFERRAL)
    return list(found.select_related("customer").order_by("-made_at", "-pk")[:20])


def hope(viewer: Person, public_id: str) -> Opportunity | None:
    found = opportunities.one(viewer, public_id) if public_id else None
    return found if found is not None and found.kind == Kind.REFERRAL else None


def come_of(viewer: Person, opportunity: Opportunity) -> list[Referral]:
    """Friends who came of an opportunity, the newest first."""
    found = visible(viewer).filter(opportunity=opportunity)
    return list(found.order_by("-received_at", "-pk")[:20])
