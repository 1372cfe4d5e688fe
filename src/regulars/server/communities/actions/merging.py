"""Two files are one customer: where both were members one membership stays, with all deeds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from regulars.server.communities.models import Asking, Deed, Member, Presence
from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor

Story = dict[str, Any]
# What names a member who brought somebody.
NAMED: tuple[tuple[str, Any, str], ...] = (
    ("brought", Member, "brought_by"),
    ("sent", Asking, "brought_by"),
)


@transaction.atomic
def join(loser: int, survivor: int, *, by: Actor, at: datetime) -> Story:
    """Let one membership stand for both; call it once the other rows were moved."""
    with scope.beyond():
        own = {
            row.community_id: row
            for row in Member.objects.filter(customer=survivor, left_on__isnull=True)
        }
        spare = Member.objects.filter(customer=loser, left_on__isnull=True).order_by("pk")
        told = [
            _joined(own[row.community_id], row, by=by, at=at)
            for row in spare
            if row.community_id in own
        ]
        asked = _answered(loser, survivor, at)
    return {"members": told, "asked": asked} if told or asked else {}


@transaction.atomic
def part(story: Story, *, by: Actor, at: datetime) -> None:
    """Give both files their memberships back; what was done since stays with who stayed."""
    with scope.beyond():
        for each in story.get("members", ()):
            spare = Member.objects.filter(pk=each["spare"], merged_into=each["kept"]).first()
            if spare is not None:
                _parted(spare, each, by=by, at=at)
        Asking.objects.filter(pk__in=story.get("asked", ())).update(
            state=Asking.State.WAITING, decided_at=None, note=""
        )


def _joined(kept: Member, spare: Member, *, by: Actor, at: datetime) -> Story:
    story: Story = {
        "kept": kept.pk, "spare": spare.pk, "presences": _presences(kept, spare),
        "mended": _mended(kept, spare),
        "was": {
            "joined_on": kept.joined_on.isoformat(), "is_host": kept.is_host,
            "agreed": kept.agreed_at is not None,
        },
    }  # fmt: skip
    for name, model, field in NAMED:
        rows = model.objects.filter(**{field: spare})
        rows = rows.exclude(customer__in=(kept.customer_id, spare.customer_id))
        story[name] = list(rows.values_list("pk", flat=True))
        rows.update(**{field: kept})
    story["deeds"] = list(Deed.objects.filter(member=spare).values_list("pk", flat=True))
    Deed.objects.filter(member=spare).update(member=kept)
    if kept.agreed_at is None:
        kept.agreed_at, kept.agreed_how = spare.agreed_at, spare.agreed_how
    kept.is_host = kept.is_host or spare.is_host
    kept.joined_on = min(kept.joined_on, spare.joined_on)
    kept.save(update_fields=["agreed_at", "agreed_how", "is_host", "joined_on"])
    spare.left_on = max(core.local_date(at), spare.joined_on)
    spare.left_how, spare.merged_into = _("One file with another member"), kept
    spare.save(update_fields=["left_on", "left_how", "merged_into"])
    audit.record("communities.merged", kept, by=by, at=at)
    return story


def _presences(kept: Member, spare: Member) -> list[int]:
    """Move what the other file said of meetings of which this one said nothing."""
    known = Presence.objects.filter(member=kept).values("meeting")
    rows = Presence.objects.filter(member=spare).exclude(meeting__in=known)
    moved = list(rows.values_list("pk", flat=True))
    Presence.objects.filter(pk__in=moved).update(member=kept)
    return moved


def _mended(kept: Member, spare: Member) -> list[list[Any]]:
    """Where both said something: who came by one file came."""
    theirs = {row.meeting_id: row for row in Presence.objects.filter(member=spare)}
    was = []
    for row in Presence.objects.filter(member=kept, meeting__in=list(theirs)):
        other = theirs[row.meeting_id]
        was.append([row.pk, row.coming, row.came])
        row.coming, row.came = _better(row.coming, other.coming), _better(row.came, other.came)
        row.save(update_fields=["coming", "came"])
    return was


def _better(one: bool | None, other: bool | None) -> bool | None:
    """Yes before no, and no before nothing."""
    said = [each for each in (one, other) if each is not None]
    return any(said) if said else None


def _answered(loser: int, survivor: int, at: datetime) -> list[int]:
    """Who asked by both files, or is a member by the other, is not called back twice."""
    here = Member.objects.filter(customer=survivor, left_on__isnull=True).values("community")
    waiting = Asking.objects.filter(
        Q(customer=loser) | Q(customer=survivor, community__in=here),
        state=Asking.State.WAITING,
    )
    pks = list(waiting.values_list("pk", flat=True))
    Asking.objects.filter(pk__in=pks).update(
        state=Asking.State.DECLINED, decided_at=at, note=_("One file with another member")
    )
    return pks


def _parted(spare: Member, told: Story, *, by: Actor, at: datetime) -> None:
    was, kept = told["was"], told["kept"]
    for pk, coming, came in told["mended"]:
        Presence.objects.filter(pk=pk).update(coming=coming, came=came)
    for pks, rows in (
        (told["presences"], Presence.objects.filter(member=kept)),
        (told["deeds"], Deed.objects.filter(member=kept)),
    ):
        rows.filter(pk__in=pks).update(member=spare)
    for name, model, field in NAMED:
        model.objects.filter(pk__in=told[name]).update(**{field: spare})
    again = {"joined_on": date.fromisoformat(was["joined_on"]), "is_host": was["is_host"]}
    agreed = {} if was["agreed"] else {"agreed_at": None, "agreed_how": ""}
    Member.objects.filter(pk=kept).update(**again, **agreed)
    Member.objects.filter(pk=spare.pk).update(left_on=None, left_how="", merged_into=None)
    audit.record("communities.parted", spare, by=by, at=at)
