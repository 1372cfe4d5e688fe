"""What referrals tell on a customer's timeline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.queries import Use
from regulars.server.referrals.models import Referral, Reward
from regulars.server.referrals.queries.giving import of_reward
from regulars.server.referrals.queries.seen import made_by, that_brought, visible
from regulars.server.segments.queries import Told


def moments(
    viewer: Person, customer: Customer, *, before: datetime | None, most: int
) -> Iterable[Told]:
    """Friends referred, how one came, rewards given; newest first."""
    until = before or datetime.max.replace(tzinfo=UTC)
    found = [one for one in _all(viewer, customer) if one.at < until]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _all(viewer: Person, customer: Customer) -> Iterator[Told]:
    for row in made_by(viewer, customer):
        named = {"who": row.friend or _("a friend")}
        yield Told(
            row.received_at, "user-plus", _("Recommended us to %(who)s") % named,
            str(row.get_state_display()), "a",
        )  # fmt: skip
    came = that_brought(viewer, customer)
    if came is not None:
        named = {"who": came.referrer or _("another customer")}
        yield Told(came.received_at, "user-plus", _("Recommended to us by %(who)s") % named)
    rewards = Reward.objects.visible_to(viewer).filter(customer=customer, state="given")
    for reward in rewards:
        if reward.given_at:
            words = _("Thanked for a referral: %(what)s") % {"what": of_reward(reward)}
            yield Told(reward.given_at, "coins", words)


def to_tell(viewer: Person, customer: Customer) -> list[Referral]:
    """Friends of whom a customer has not heard the newest."""
    found = visible(viewer).filter(
        referrer=customer, steps__tell=True, steps__told_at__isnull=True
    )
    return list(found.distinct().order_by("received_at", "pk")[:5])


def _thanks(ids: Collection[str]) -> Mapping[str, str]:
    """The same words for each: a statement is no place to read who the friend is."""
    known = Referral.objects.filter(public_id__in=ids).values_list("public_id", flat=True)
    return dict.fromkeys(known, _("Thanks for a referral"))


THANKED = Use("referral", _thanks)
