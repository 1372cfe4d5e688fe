"""Who of a segment may be proposed, and what is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q

from regulars.server.channels import queries as channels
from regulars.server.channels.rules.policy import Allow, Ask, decide
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.experiments import queries as experiments
from regulars.server.salons.models import Guest, Salon
from regulars.server.salons.queries.words import LEFT
from regulars.server.salons.rules import Candidate, Rate, rate_of
from regulars.server.scoring.models import Score
from regulars.server.segments import queries as segments

WAYS = ("call", "wecom", "sms", "email")  # by which somebody may be invited


def audience(viewer: Person, salon: Salon, at: datetime) -> tuple[str, list[int]] | None:
    """The name of the salon's segment and its customers whom the viewer sees."""
    found = segments.segment(viewer, salon.segment)
    if found is None:
        return None
    return found.name, segments.members(viewer, found, at=at)


def able(
    salon: Salon, ids: Collection[int], at: datetime, *, rest: bool = True
) -> tuple[list[int], dict[str, int]]:
    """Who of some customers may be invited now, and how many are left for which reason."""
    with scope.beyond():
        standing = Customer.objects.standing().filter(pk__in=ids)
        left = dict.fromkeys(ids, "gone")
        found = set(standing.order_by().values_list("pk", flat=True))
        programme = experiments.held_out_among(found, on=core.local_date(at))
        held = channels.held(found)
        rested = _rested(salon, found) if rest else set()
        allowed = welcome(sorted(found - programme - held - rested), at)
    left |= dict.fromkeys(found, "refused")
    left |= dict.fromkeys(rested, "rested")
    left |= dict.fromkeys(programme, "programme")
    left |= dict.fromkeys(held, "held")
    for pk in allowed:
        left.pop(pk)
    return sorted(allowed), dict(Counter(left.values()))


def welcome(ids: Sequence[int], at: datetime, *, at_once: int = 2_000) -> set[int]:
    """Who of some customers may be spoken to of marketing, by any way, now or in some hours."""
    found: set[int] = set()
    for start in range(0, len(ids), at_once):
        some = list(Customer.objects.filter(pk__in=ids[start : start + at_once]).order_by("pk"))
        for way in WAYS:
            asked = [one for one in some if one.pk not in found]
            if not asked:
                break
            contexts = channels.contexts(asked, Ask(way, "marketing", at))
            for pk, context in contexts.items():
                said = decide(context)
                if isinstance(said, Allow) or said.retry_at is not None:
                    found.add(pk)
    return found


def why_left(reason: str) -> str:
    return str(LEFT.get(reason, LEFT["gone"]))


def candidates(ids: Collection[int]) -> list[Candidate]:
    """What is known of customers: keeper, value, salons of theirs."""
    with scope.beyond():
        keepers = dict(
            Customer.objects.filter(pk__in=ids).order_by().values_list("pk", "book__owner")
        )
        worth = dict(
            Score.objects.filter(run__is_current=True, customer_id__in=ids)
            .order_by()
            .values_list("customer_id", "value")
        )
        rows = Guest.objects.filter(customer__in=ids, salon__state__in=Salon.HELD)
        counted = (
            rows.order_by()
            .values("customer")
            .annotate(
                came=Count("pk", filter=Q(state=Guest.State.CAME)),
                missed=Count("pk", filter=Q(state=Guest.State.MISSED)),
            )
        )
        past = {row["customer"]: (row["came"], row["missed"]) for row in counted}
    return [
        Candidate(pk, keeper, float(worth[pk]) if pk in worth else None, *past.get(pk, (0, 0)))
        for pk, keeper in sorted(keepers.items())
    ]


def rate(salon: Salon) -> Rate:
    """The share of the invited who come: as set, else as it was with this kind."""
    with scope.beyond():
        past = Guest.objects.filter(
            salon__kind=salon.kind_id, salon__state__in=Salon.HELD, state__in=Guest.ASKED
        ).exclude(source__in=(Guest.Source.WALK_IN, Guest.Source.FRIEND))
        counted = past.order_by().aggregate(
            invited=Count("pk"), came=Count("pk", filter=Q(state=Guest.State.CAME))
        )
    return rate_of(counted["invited"], counted["came"], salon.assumed_rate)


def _rested(salon: Salon, ids: Collection[int]) -> set[int]:
    """Who was asked to another salon so shortly before that they rest."""
    rest = timedelta(days=salon.rest_days)
    rows = Guest.objects.filter(
        customer__in=ids, state__in=Guest.ASKED,
        invited_at__gt=salon.begins_at - rest, invited_at__lt=salon.begins_at + rest,
    ).exclude(salon=salon)  # fmt: skip
    return set(rows.order_by().values_list("customer", flat=True))
