"""A referral and the opportunity to be recommended that it came from."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.models.stages import Kind
from regulars.server.referrals.actions.steps import held
from regulars.server.referrals.models import Referral


@transaction.atomic
def tie_to(
    referral: Referral, opportunity: Opportunity | None, *, by: Actor, at: datetime
) -> Referral:
    """Name the opportunity that a referral came from, or none.

    :raises BadInput: it is of another kind, or of neither of the two.
    """
    found = held(referral)
    if opportunity is not None:
        check(opportunity, {found.referrer_id, found.friend_id})
    if found.opportunity_id == (opportunity.pk if opportunity else None):
        return found
    found.opportunity = opportunity
    found.save(update_fields=["opportunity"])
    named = opportunity.public_id if opportunity else ""
    audit.record("referrals.tied", found, by=by, at=at, opportunity=named)
    return found


def check(opportunity: Opportunity, both: set[int | None]) -> None:
    """:raises BadInput: it is of another kind, or of neither of the two."""
    if opportunity.kind != Kind.REFERRAL or opportunity.customer_id not in both:
        raise BadInput(_("Choose an opportunity to be recommended, of one of the two."))


def hoped(referrer: Customer) -> Opportunity | None:
    """The open opportunity to be recommended by a customer, the newest where there are some."""
    found = Opportunity.objects.filter(customer=referrer, kind=Kind.REFERRAL).open()
    return found.order_by("-made_at", "-pk").first()
