"""What opportunities tell on a customer's timeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity, Proposal
from regulars.server.segments.queries import Told


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Opportunities found, won and lost, proposals sent and answered; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [*_deals(viewer, customer), *_proposals(viewer, customer)]
    earlier = [one for one in found if one.at < until]
    return sorted(earlier, key=lambda one: one.at, reverse=True)[:most]


def _deals(viewer: Person, customer: Customer) -> Iterator[Told]:
    rows = Opportunity.objects.visible_to(viewer).filter(customer=customer).counted()
    for one in rows.select_related("product", "bundle"):
        yield Told(one.made_at, "bulb", _("Opportunity found: %(what)s") % {"what": one},
                   one.because, "a")  # fmt: skip
        if one.closed_at:
            told = _("Won: %(what)s") if one.state == "won" else _("Lost: %(what)s")
            words = " · ".join(filter(None, (
                one.get_reason_display(), one.competitor, one.closed_words,
            )))  # fmt: skip
            yield Told(one.closed_at, "check" if one.state == "won" else "x",
                       told % {"what": one}, words)  # fmt: skip


def _proposals(viewer: Person, customer: Customer) -> Iterator[Told]:
    rows = Proposal.objects.visible_to(viewer).filter(customer=customer)
    for one in rows.exclude(sent_at=None):
        if one.sent_at:
            said = _("Proposal sent: %(title)s, version %(n)s")
            named = {"title": one.title, "n": one.version}
            yield Told(one.sent_at, "file-text", said % named, one.sent_how)
        if one.answered_at:
            yield Told(one.answered_at, "file-text", one.get_state_display(), one.answer)
