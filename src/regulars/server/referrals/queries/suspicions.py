"""What speaks for a referral of oneself: equal facts of two files, rings, bursts, devices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q

from regulars.server.customers.models import Customer, Member, Relation
from regulars.server.reception import rules as matching
from regulars.server.referrals.models import Finding, Opening, Referral
from regulars.server.referrals.queries.base import policy
from regulars.server.referrals.rules import FEW, Facts, alike, ancestors, is_burst

Kind = Finding.Kind


def suspicions(referral: Referral) -> dict[str, dict[str, Any]]:
    """Kinds of findings with what they rest on. Call it where the system sees everybody."""
    friend, referrer = referral.friend, referral.referrer
    if friend is None or referrer is None:
        return {}
    found: dict[str, dict[str, Any]] = {
        kind: {"with": referrer.public_id} for kind in alike(_facts(referrer), _facts(friend))
    }
    found |= _ring(referrer, friend)
    found |= dict(_devices(referral))
    rule = policy()
    times = Referral.objects.filter(
        referrer=referrer,
        received_at__gt=referral.received_at - timedelta(days=rule.burst_days),
    ).values_list("received_at", flat=True)
    if is_burst(times, referral.received_at, many=rule.burst, days=rule.burst_days):
        found[Kind.BURST] = {"n": len(times), "days": rule.burst_days}
    return found


def _ring(referrer: Customer, friend: Customer) -> dict[str, dict[str, Any]]:
    """Whether the friend, or a file that shares what is the friend's alone, stands above."""
    above = ancestors(referrer.pk, _upwards(referrer.pk))
    above.pop(referrer.pk, None)
    if friend.pk in above:
        return {Kind.RING: {"steps": above[friend.pk] + 1, "with": friend.public_id}}
    own = _facts(friend)
    files = Customer.objects.filter(pk__in=above).in_bulk()
    for pk, steps in sorted(above.items(), key=lambda pair: (pair[1], pair[0])):
        shared = alike(_facts(files[pk]), own) if pk in files else ()
        if {"same_phone", "same_email", "same_id"} & set(shared):
            return {Kind.RING: {"steps": steps + 1, "with": files[pk].public_id}}
    return {}


def _upwards(start: int) -> Mapping[int, set[int]]:
    """Who referred whom above somebody, by referrals and by ties of before; level by level."""
    found: dict[int, set[int]] = defaultdict(set)
    level, seen = {start}, {start}
    for _step in range(FEW):
        pairs = {*_by_referrals(level), *_by_ties(level)}
        for friend, referrer in pairs:
            found[friend].add(referrer)
        level = {referrer for _friend, referrer in pairs} - seen
        seen |= level
        if not level:
            break
    return found


def _by_referrals(level: set[int]) -> Iterator[tuple[int, int]]:
    rows = Referral.objects.filter(friend__in=level, referrer__isnull=False)
    wrong = Referral.State.REFUSED
    yield from rows.exclude(state=wrong).order_by().values_list("friend", "referrer")


def _by_ties(level: set[int]) -> Iterator[tuple[int, int]]:
    ties = Relation.objects.standing().filter(kind=Relation.Kind.REFERRER, customer__in=level)
    yield from ties.order_by().values_list("customer", "other")


def _devices(referral: Referral) -> Iterator[tuple[str, dict[str, Any]]]:
    """The friend's form came from a device on which the owner's page, or a sibling's, was."""
    if not referral.device:
        return
    own = Opening.objects.filter(device=referral.device, own=True)
    same = Q(link__customer=referral.referrer) | Q(link=referral.link)
    others = Referral.objects.filter(device=referral.device, referrer=referral.referrer)
    n = others.exclude(pk=referral.pk).count()
    if own.filter(same).exists():
        yield Kind.SAME_DEVICE, {"own": True, "n": n}
    elif n:
        yield Kind.SAME_DEVICE, {"own": False, "n": n}


def _facts(file: Customer) -> Facts:
    household = Member.objects.filter(customer=file, until__isnull=True)
    return Facts(
        phone=matching.digits(file.phone),
        email=matching.fold(file.email),
        id_hash=file.id_hash,
        address=matching.fold(file.address),
        household=household.values_list("household", flat=True).first(),
    )
