"""What the engine asks: in a segment, spoken with, reached, bought. For the system."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.journeys.models import Happened, Traveller
from regulars.server.journeys.rules import Kind, lots
from regulars.server.outreach import queries as outreach
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment

ARRIVED = frozenset({"sent", "delivered"})
AT_ONCE = 5_000


class NoSegment(Refused):
    """The owner of the journey has no such segment any more."""


def members(owner: Person, segment: str, *, at: datetime) -> list[int]:
    """Customers of a segment, as the owner of the journey sees it.

    :raises NoSegment: it was put away, or is not shared any more.
    """
    return segments.members(owner, _segment(owner, segment), at=at)


def among(owner: Person, segment: str, customers: Collection[int], *, at: datetime) -> set[int]:
    """Which of some customers are in a segment now.

    :raises NoSegment: it was put away, or is not shared any more.
    """
    found = _segment(owner, segment)
    if not customers:
        return set()
    if found.is_group:
        return segments.picked(owner, found, customers)
    return segments.matches(owner, found, customers, at=at)


def _segment(owner: Person, public_id: str) -> Segment:
    found = segments.segment(owner, public_id)
    if found is None or found.archived_at is not None:
        raise NoSegment(
            _("%(owner)s has no such segment any more. Publish the journey with another one.")
            % {"owner": owner}
        )
    return found


def standing(customers: Collection[int]) -> set[int]:
    """Those of some customers to whom anybody may still speak."""
    found = Customer.objects.standing().filter(pk__in=customers, deceased_on__isnull=True)
    return set(found.exclude(state=Customer.State.CLOSED).values_list("pk", flat=True))


def answered(travellers: Sequence[Traveller]) -> set[int]:
    """The travellers who spoke with us since they entered, by their keys."""
    if not travellers:
        return set()
    first = min(each.entered_at for each in travellers)
    touches = Touch.objects.standing().filter(
        customer__in=[each.customer_id for each in travellers], two_way=True, at__gt=first
    )
    last: dict[int, datetime] = {}
    for customer, at in touches.order_by("at").values_list("customer_id", "at"):
        last[customer] = at
    return {
        each.pk
        for each in travellers
        if each.customer_id in last and last[each.customer_id] > each.entered_at
    }


def arrived(travellers: Sequence[Traveller]) -> set[int]:
    """The travellers whose last message of the journey got there, by their keys."""
    by_pk = {each.pk: each for each in travellers}
    last: dict[int, str] = {}
    sent = Happened.objects.filter(traveller__in=by_pk, kind=Kind.SEND.value)
    for traveller, key in sent.order_by("pk").values_list("traveller_id", "key"):
        last[traveller] = key
    by_key: dict[str, list[int]] = {}
    for traveller, key in last.items():
        by_key.setdefault(key, []).append(traveller)
    found: set[int] = set()
    for key, own in by_key.items():
        states = outreach.reached(key, [by_pk[each].customer_id for each in own]) if key else {}
        found |= {each for each in own if states.get(by_pk[each].customer_id) in ARRIVED}
    return found


def bought(travellers: Sequence[Traveller]) -> set[int]:
    """The travellers who bought, or took up a product, since they entered, by their keys."""
    found: set[int] = set()
    for some in lots(travellers, AT_ONCE):
        last = dict(_last_bought({each.customer_id for each in some}, some))
        found |= {
            each.pk
            for each in some
            if each.customer_id in last and last[each.customer_id] > each.entered_at
        }
    return found


def _last_bought(
    customers: Collection[int], travellers: Sequence[Traveller]
) -> Iterator[tuple[int, datetime]]:
    """Of each customer the last moment at which they bought something."""
    keys = dict(
        FactKey.objects.filter(customer__in=customers).values_list("fact_key", "customer_id")
    )
    if not keys:
        return
    since = min(each.entered_at for each in travellers)
    last: dict[int, datetime] = {}
    for key, at in (*_purchases(keys, since), *_opened(keys, core.local_date(since))):
        customer = keys[key]
        last[customer] = max(at, last.get(customer, at))
    yield from last.items()


def _purchases(keys: Mapping[int, int], since: datetime) -> Iterator[tuple[int, datetime]]:
    table = lake.source(facts.living("transactions"), "transactions")
    rows = lake.rows(
        f"select fact_key, max(occurred_at) from {table} where kind = 'purchase' "
        f"and fact_key in ({_listed(keys)}) and occurred_at > ? group by 1",
        [since.astimezone(UTC).replace(tzinfo=None)],
    )
    for key, at in rows:
        yield key, at.replace(tzinfo=UTC)


def _opened(keys: Mapping[int, int], since: date) -> Iterator[tuple[int, datetime]]:
    """Products taken up: from the day after entering, as they carry a day only."""
    table = lake.source(facts.living("holdings"), "holdings")
    rows = lake.rows(
        f"select fact_key, max(opened_on) from {table} "
        f"where fact_key in ({_listed(keys)}) and opened_on > ? group by 1",
        [since],
    )
    for key, on in rows:
        yield key, datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def _listed(keys: Mapping[int, int]) -> str:
    return ", ".join(map(str, sorted(keys)))
