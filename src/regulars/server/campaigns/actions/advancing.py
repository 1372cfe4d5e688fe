"""The clock of a campaign: waves begin, ends come back, and who is left takes the next step.

One batch is one transaction that holds the campaign: whoever pauses it waits for the batch and
then finds all that was laid down. Two clocks at once do no harm, for the second one skips a
campaign that is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db import transaction
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from regulars.base.errors import RegularsError
from regulars.server.campaigns import queries
from regulars.server.campaigns.actions import holding
from regulars.server.campaigns.actions.reading_back import read_back
from regulars.server.campaigns.models import Attempt, Campaign, Member, Sending, Step
from regulars.server.care import actions as care
from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.outreach import actions as outreach

BATCH = 1_000
State, Stands = Campaign.State, Member.State
GONE = ("merged", "erased", "closed")


@dataclass(frozen=True)
class Entrance:
    """Some members who begin a step together."""

    step: Step
    wave: int
    members: list[Member]


def advance(
    campaign: Campaign, *, by: Actor, at: datetime, batches: int = 60, reads: bool = True
) -> int:
    """Bring a running campaign up to a moment; returns how many members began a step.

    What cannot go on (its message was put away, its line switched off) pauses the campaign,
    with the reason. Whoever goes on at once need not read what became of steps again.
    """
    if holding.finish_if_over(campaign, by=by, at=at):
        return 0
    if reads:
        read_back(campaign, at=at)
    moved = called = 0
    for _batch in range(batches):
        try:
            step, count = _batch_of(campaign, by=by, at=at)
        except RegularsError as problem:
            holding.pause(campaign, why=str(problem), by=by, at=at)
            break
        if not count:
            break
        moved += count
        called += count if step is not None and step.is_work else 0
    if called:
        care.hear(by=by, at=at)
    return moved


@transaction.atomic
def _batch_of(campaign: Campaign, *, by: Actor, at: datetime) -> tuple[Step | None, int]:
    """The next thousand members who begin a step, and which one."""
    held = Campaign.objects.select_for_update(of=("self",), skip_locked=True)
    one = held.filter(pk=campaign.pk, state=State.RUNNING).select_related("owner").first()
    if one is None:
        return None, 0
    steps = list(one.steps.order_by("position"))
    found = _new(one, steps, at) or _following(one, steps, at)
    if found is None:
        return None, 0
    _enter(one, found, by=by, at=at)
    return found.step, len(found.members)


def _new(one: Campaign, steps: Sequence[Step], at: datetime) -> Entrance | None:
    """Members of a wave whose day has come."""
    for wave in queries.waves_begun(one, core.local_date(at)):
        here = Member.objects.filter(campaign=one, state=Stands.WAITING, wave=wave)
        while members := list(here.order_by("pk")[:BATCH]):
            if there := _still_there(members):
                return Entrance(steps[0], wave, there)
    return None


def _still_there(members: Sequence[Member]) -> list[Member]:
    """Those who are customers still; the others are out. Asked of a batch, not of all."""
    asked = Customer.objects.filter(pk__in=[each.customer_id for each in members])
    gone = set(asked.filter(state__in=GONE).values_list("pk", flat=True))
    left = [each.pk for each in members if each.customer_id in gone]
    Member.objects.filter(pk__in=left).update(state=Stands.OUT, reason=Member.Out.GONE)
    return [each for each in members if each.customer_id not in gone]


def _following(one: Campaign, steps: Sequence[Step], at: datetime) -> Entrance | None:
    """Members whom the step before did not reach, or who did not answer in time."""
    for before, step in pairwise(steps):
        missed = Q(
            state=Stands.GOING, attempts__step=before,
            attempts__state=Attempt.State.UNREACHED,
        )  # fmt: skip
        due = missed
        if step.after == Step.After.UNANSWERED:
            waited = at - timedelta(days=step.wait_days)
            due = missed | Q(state=Stands.REACHED, step_at__lte=waited, acted_on__isnull=True)
        here = Member.objects.filter(due, campaign=one, step=before.position).distinct()
        here = here.exclude(customer__state__in=GONE)
        members = list(here.order_by("wave", "pk")[:BATCH])
        members = [each for each in members if each.wave == members[0].wave]
        members = _not_acted(one, members, at)
        if members:
            return Entrance(step, members[0].wave, members)
    return None


def _not_acted(one: Campaign, members: list[Member], at: datetime) -> list[Member]:
    """Who did already what the campaign is for is not asked again."""
    silent = {each.customer_id: each for each in members if each.state == Stands.REACHED}
    if not silent:
        return members
    began = min(each.begun_at for each in silent.values() if each.begun_at)
    acted = queries.acted(one.outcome, sorted(silent), since=core.local_date(began))
    today = core.local_date(at)
    Member.objects.filter(
        campaign=one, customer__in=acted, state=Stands.REACHED
    ).update(acted_on=today)  # fmt: skip
    return [each for each in members if each.customer_id not in acted]


def _enter(one: Campaign, found: Entrance, *, by: Actor, at: datetime) -> None:
    """Write the step down with each of them, once, and begin it."""
    step, members = found.step, found.members
    key = f"campaign:{one.public_id}:{step.position}:{found.wave}"
    sending = None
    if not step.is_work:
        sending, _new = Sending.objects.get_or_create(
            key=key, defaults={"campaign": one, "step": step, "made_at": at}
        )
    words = _words(one, step, members, at) if step.is_work else {}
    refused = _refused(one, step, members, at) if step.is_work else {}
    due = core.work_calendar().add_workdays(core.local_date(at), step.work_days)
    Attempt.objects.bulk_create(
        [
            Attempt(
                member=each, step=step, customer_id=each.customer_id, sending=sending,
                due_on=due if step.is_work else None, words=words.get(each.customer_id, ""),
                begun_at=at,
                **_refusal(refused.get(each.customer_id, ""), at),
            )
            for each in members
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    keys = [each.pk for each in members]
    Member.objects.filter(pk__in=keys).update(
        state=Stands.GOING, step=step.position, step_at=at,
        begun_at=Coalesce("begun_at", Value(at)),
    )  # fmt: skip
    if sending is not None:
        _send(one, found, sending, by=by, at=at)


def _send(one: Campaign, found: Entrance, sending: Sending, *, by: Actor, at: datetime) -> None:
    assert one.ends_on is not None
    over = core.midnight(one.ends_on + timedelta(days=1))
    told = outreach.reach(
        sending.key,
        message=found.step.message,
        customers=[each.customer_id for each in found.members],
        name=_title(one, found),
        not_before=at,
        valid_until=over,
        arms={each.customer_id: each.arm for each in found.members},
        wordings={each.customer_id: "B" for each in found.members if each.arm == "b"},
        basis={
            "campaign": one.public_id, "rule": one.rule_version, "data": one.data_version,
            "step": found.step.position, "wave": found.wave,
        },
        personal=bool(one.rule.get("personal")),
        last=False,
        by=by,
        at=at,
    )  # fmt: skip
    if sending.mailing_id is None:
        Sending.objects.filter(pk=sending.pk).update(mailing=told.mailing)


def _title(one: Campaign, found: Entrance) -> str:
    number = f" {found.step.position}.{found.wave}"
    return f"{one.name[: 120 - len(number)]}{number}"


def _refused(
    one: Campaign, step: Step, members: Sequence[Member], at: datetime
) -> dict[int, str]:
    return queries.refused(
        [each.customer_id for each in members],
        channel=step.channel,
        purpose=one.purpose,
        message=step.message,
        personal=bool(one.rule.get("personal")),
        at=at,
    )


def _refusal(reason: str, at: datetime) -> dict[str, Any]:
    """A call that must not be made is over before it begins."""
    if not reason:
        return {}
    return {"state": Attempt.State.UNREACHED, "reason": reason[:24], "ended_at": at}


def _words(
    one: Campaign, step: Step, members: Sequence[Member], at: datetime
) -> dict[int, str]:
    """What is said to each, filled in; who lacks a value is spoken to in the usual words."""
    text = content.message_in_force(step.message)
    if text is None:
        return {}
    told = content.rendered(
        scope.house(), content.sendable(text), [each.customer_id for each in members],
        on=core.local_date(at),
        wordings={each.customer_id: "B" for each in members if each.arm == "b"},
    )  # fmt: skip
    return {each.customer: each.text for each in told if not each.reason}
