"""What referrals lay on Today: friends to be spoken with, and referrers to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from regulars.server.care.models import Card
from regulars.server.care.rules.catalogue import TRIGGERS
from regulars.server.care.rules.detect import Row, Work
from regulars.server.core import queries as core
from regulars.server.referrals.models import Referral, Step

RECEIVED = TRIGGERS["referral_received"].code
FEEDBACK = TRIGGERS["referral_feedback"].code
BACK = timedelta(days=60)  # older ones stand on the page of referrals
TELL_IN = 7  # days in which who referred hears of a step (triggers.md)
# Cycles are "ref:12:2026-12-02" and "told:12:2026-12-02"; others come from events of files.
RECEIVED_STANDS = """where case when t.cycle ~ '^ref:[0-9]+:'
    then exists (select 1 from referrals_referral e
        where e.id = split_part(t.cycle, ':', 2)::bigint and e.state = 'received')
    else not exists (select 1 from referrals_referral e
        where e.friend_id = t.customer_id) end"""
FEEDBACK_STANDS = """where case when t.cycle ~ '^told:[0-9]+:'
    then exists (select 1 from referrals_step e
        where e.referral_id = split_part(t.cycle, ':', 2)::bigint and e.tell
          and e.told_at is null)
    else not exists (select 1 from referrals_referral e
        where e.referrer_id = t.customer_id) end"""


def received(day: date) -> list[Work]:
    """Friends with whom nobody spoke yet; what is found to be odd is spoken with as well."""
    found = Referral.objects.filter(
        state=Referral.State.RECEIVED, friend__isnull=False,
        received_at__gte=_start(day - BACK),
    )  # fmt: skip
    rows = found.select_related("friend", "risen_to").order_by("friend", "pk")
    return [
        Work(
            row.friend_id,
            f"ref:{row.pk}",
            core.local_date(row.contact_by),
            what="referral",
            since=core.local_date(row.received_at),
            happened=core.local_date(row.received_at),
            lead=str(row.risen_to) if row.risen_to else "",
        )
        for row in rows
        if row.friend_id is not None
    ]


def feedback(day: date) -> list[Work]:
    """Who referred and has not heard yet how it goes; one word per friend, the newest."""
    waiting = Step.objects.filter(
        referral=OuterRef("pk"), tell=True, told_at__isnull=True,
        at__gte=_start(day - BACK),
    )  # fmt: skip
    found = Referral.objects.filter(Exists(waiting), referrer__isnull=False)
    works = []
    for row in found.prefetch_related("steps").order_by("referrer", "pk"):
        untold = [one for one in row.steps.all() if one.tell and one.told_at is None]
        if row.referrer_id is None or not untold:
            continue
        first = core.local_date(untold[0].at)
        works.append(
            Work(
                row.referrer_id, f"told:{row.pk}", first + timedelta(days=TELL_IN),
                what="told", since=first, happened=core.local_date(row.received_at),
            )
        )  # fmt: skip
    return works


def _start(day: date) -> datetime:
    """The beginning of a day by the company's clock."""
    return datetime.combine(day, time(), tzinfo=core.time_zone())


def not_received(rows: Sequence[Row]) -> list[Row]:
    """Of friends that files tell of, those of whom nothing stands here."""
    known = Referral.objects.filter(friend__in={row.customer_id for row in rows})
    ours = set(known.values_list("friend", flat=True))
    return [row for row in rows if row.customer_id not in ours]


def not_given(rows: Sequence[Row]) -> list[Row]:
    known = Referral.objects.filter(referrer__in={row.customer_id for row in rows})
    ours = set(known.values_list("referrer", flat=True))
    return [row for row in rows if row.customer_id not in ours]


def triggers_of(card: Card) -> frozenset[str]:
    """Why a card stands there; of a page of cards the tasks are read already."""
    return frozenset(task.trigger for task in card.tasks.all())
