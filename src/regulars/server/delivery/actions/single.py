"""One message of another system to one customer: a mailing of one, by the same rules."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.delivery import queries
from regulars.server.delivery.actions.laying import Draft, complete, lay, make_mailing
from regulars.server.delivery.models import Delivery


class NoWay(Refused):
    """There is no line of that channel."""


class AnotherMessage(Refused):
    """The key was used for a message to somebody else."""


@transaction.atomic
def send_one(
    key: str,
    customer: Customer,
    *,
    name: str,
    channel: str,
    purpose: str,
    text: str,
    valid_until: datetime,
    by: Actor,
    at: datetime,
    subject: str = "",
    language: str = "zh",
    urgent: bool = False,
) -> Delivery:
    """Lay one message down, once for each `key`: asked again, the first one is given.

    :raises NoWay: no line of the channel is in use.
    :raises AnotherMessage: the key was used for another customer.
    """
    line = queries.line_for(channel)
    if line is None:
        raise NoWay(_("No line of this channel is in use. An administrator adds one."))
    mailing = make_mailing(
        key,
        name=name,
        line=line,
        purpose=purpose,
        not_before=at,
        valid_until=valid_until,
        by=by,
        at=at,
        urgent=urgent,
    )
    if not mailing.complete:
        draft = Draft(customer.pk, text=text, subject=subject, language=language)
        lay(mailing, [draft], at=at)
        complete(mailing, by=by, at=at)
    found = Delivery.objects.filter(mailing=mailing, customer=customer)
    row = found.select_related("mailing__line", "customer").first()
    if row is None:
        raise AnotherMessage(_("This key was used for a message to another customer."))
    return row
