"""Two customers become one: one membership, one account; and two again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import public_id
from regulars.server.loyalty import rules
from regulars.server.loyalty.actions import booking
from regulars.server.loyalty.actions.members import levels_of
from regulars.server.loyalty.models import (
    Account,
    Currency,
    LevelScheme,
    Lot,
    Membership,
    Movement,
)

Story = dict[str, Any]


@transaction.atomic
def join_files(loser: int, survivor: int, *, by: Actor, at: datetime) -> Story:
    """Bring what one collected to the other. Returns what `part_files` needs."""
    story: Story = {"members": _one_member(loser, survivor, at=at), "accounts": []}
    for left in Account.objects.filter(customer=loser).order_by("pk"):
        into = _account(survivor, left.currency, at=at)
        lots = list(
            Lot.objects.filter(account=left).order_by("pk").values_list("pk", flat=True)
        )
        debt = _carry(left, into, lots, left.owed, by=by, at=at)
        story["accounts"].append({"from": left.pk, "into": into.pk, "lots": lots, "owed": debt})
    return story


@transaction.atomic
def part_files(story: Story, *, by: Actor, at: datetime) -> None:
    """Give back what `join_files` brought, as far as it is there still.

    What was spent meanwhile was spent by whoever the two were; it stays where it was spent.
    """
    for told in story["accounts"]:
        left = Account.objects.get(pk=told["from"])
        into = Account.objects.get(pk=told["into"])
        there = Lot.objects.filter(pk__in=told["lots"], account=into).order_by("pk")
        lots = list(there.values_list("pk", flat=True))
        _carry(into, left, lots, min(told["owed"], into.owed), by=by, at=at)
    members = story["members"]
    if members:
        Membership.objects.filter(pk=members["pk"]).update(
            customer=members["customer"], left_on=None, left_because=""
        )
        _one_level_each(members)


def _one_member(loser: int, survivor: int, *, at: datetime) -> Story:
    """Of two memberships the survivor's goes on, at the better level; the other one ends."""
    left = Membership.objects.standing().filter(customer=loser).first()
    kept = Membership.objects.standing().filter(customer=survivor).first()
    if left is None or kept is None:
        return {}
    day = core.local_date(at)
    Membership.objects.filter(pk=left.pk).update(
        left_on=max(day, left.joined_on),
        left_because=_("Two files became one: the other number goes on."),
    )
    story: Story = {"pk": left.pk, "customer": loser}
    scheme = LevelScheme.objects.filter(valid_from__lte=day).first()
    had, best = _standing(kept), _standing(left)
    if scheme is None or rules.better(had, best, levels_of(scheme)) == had:
        return story
    _stand(kept, best)
    return story | {"into": kept.pk, "had": _told(had), "got": _told(best)}


def _one_level_each(members: Story) -> None:
    """Give the survivor the level back that they had, unless it moved meanwhile."""
    if "into" not in members:
        return
    kept = Membership.objects.filter(pk=members["into"]).first()
    if kept is not None and _told(_standing(kept)) == members["got"]:
        code, since, until = members["had"]
        _stand(kept, rules.Standing(code, _day(since), _day(until)))


def _standing(member: Membership) -> rules.Standing:
    return rules.Standing(member.level, member.level_since, member.level_until)


def _stand(member: Membership, at: rules.Standing) -> None:
    member.level, member.level_since, member.level_until = at.code, at.since, at.until
    member.save(update_fields=["level", "level_since", "level_until"])


def _told(it: rules.Standing) -> list[str]:
    return [it.code, *(each.isoformat() if each else "" for each in (it.since, it.until))]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _account(customer: int, currency: str, *, at: datetime) -> Account:
    Account.objects.bulk_create(
        [Account(customer_id=customer, currency=currency, opened_at=at)], ignore_conflicts=True
    )
    return Account.objects.get(customer=customer, currency=currency)


def _carry(
    left: Account, into: Account, lots: list[int], owed: int, *, by: Actor, at: datetime
) -> int:
    """Let lots and a debt go from one account to another; return the debt that went."""
    if not lots and not owed:
        return 0
    day = core.local_date(at)

    def work(pk: int) -> dict[str, Any]:
        booking.held(left, into)
        entries: list[tuple[int, int | None, str, str, int]] = []
        for lot in Lot.objects.filter(pk__in=lots).order_by("pk"):
            for place, points in (("pending", lot.pending), ("active", lot.active)):
                entries.append((left.pk, lot.pk, place, "moved", points))
                entries.append((into.pk, lot.pk, "moved", place, points))
        entries.append((left.pk, None, "moved", "owed", owed))
        entries.append((into.pk, None, "owed", "moved", owed))
        booking.enter(pk, entries, day)
        booking.run("select loyalty_follow(%s, %s, %s)", [lots, left.pk, into.pk])
        if into.currency == Currency.POINTS:
            booking.settle(pk, day, [into.pk])
        return {"lots": len(lots), "owed": owed}

    key = f"{Movement.What.MERGE}:{public_id()}"
    booking.once(Movement.What.MERGE, key, {}, work, by=by, at=at, account=into)
    return owed
