"""How often one address, and one link, is answered in an hour."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core.secrecy import keyed_hash
from regulars.server.reception import queries as reception
from regulars.server.reception.models import Knock
from regulars.server.referrals.models import Link

KNOCKS_AN_HOUR = 20  # from one address, over all links and codes
KNOCKS_OF_A_LINK = 60  # from everywhere in an hour
SEEN_OF_AN_ADDRESS = 10  # pages of one link shown to one address in an hour
SEEN_OF_A_LINK = 120  # and to everywhere


class TooMany(Refused):
    """One address tried too often."""


def knock(address: str, *, link: Link | None, at: datetime) -> None:
    """Count one try of an address; :raises TooMany: there were enough."""
    keys = [(f"referral:{address}", KNOCKS_AN_HOUR)]
    if link is not None:
        keys.append((f"referral-link:{link.pk}", KNOCKS_OF_A_LINK))
    _knock(keys, at)


def knock_seen(address: str, *, link: Link, at: datetime) -> None:
    """Count one page that says it was shown: whoever names other devices makes no more of them.

    :raises TooMany: the address on this link, or the link, said so too often this hour.
    """
    _knock(
        [
            (f"referral-seen:{link.pk}:{address}", SEEN_OF_AN_ADDRESS),
            (f"referral-seen:{link.pk}", SEEN_OF_A_LINK),
        ],
        at,
    )


def _knock(told: list[tuple[str, int]], at: datetime) -> None:
    keys = [(keyed_hash(name, purpose="knock"), most) for name, most in told]
    for key, most in keys:
        if reception.knocks(key, at) >= most:
            raise TooMany(_("This was sent very often from here. Try again in an hour."))
    Knock.objects.bulk_create(Knock(key=key, at=at) for key, _most in keys)
