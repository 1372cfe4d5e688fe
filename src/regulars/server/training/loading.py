"""Training of a demo: items taken over, some done, some run out, a few contacts judged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zlib import crc32

from django.db import transaction

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Role
from regulars.server.training import actions, queries
from regulars.server.training.models import Item
from regulars.server.training.rules.samples import NO, YES

TAKEN = ("words", "privacy", "objections", "saving", "maturity", "promises")
# Days ago on which an item was done; the older ones have run out or soon will.
DAYS = (20, 75, 120, 200, 345, 366)
NOTES = (
    "先问了用途，很好；下一步要写明日期。",
    "语速快，客户没来得及说完；记录里补上原话。",
    "称呼和核对都到位，可以给新人听。",
)
JUDGED = 4


@transaction.atomic
def bring_invented(*, leader: Person, managers: Sequence[Person], at: datetime) -> int:
    """Fill the training of a demo, once; return how many items were taken over."""
    if Item.objects.exists():
        return 0
    items = [actions.adopt(code, by=leader, at=at - timedelta(days=400)) for code in TAKEN]
    for manager in managers:
        for person in queries.staff(manager):
            _done(person, manager, items, at=at)
    for manager in managers[:1]:
        _judged(manager, at=at)
    return len(items)


def _done(person: Person, manager: Person, items: Sequence[Item], *, at: datetime) -> None:
    today = core.local_date(at)
    for item in items:
        throw = crc32(f"{person.username}/{item.code}".encode()) % 9
        if person.role not in item.roles or throw >= len(DAYS):
            continue
        day = today - timedelta(days=DAYS[throw])
        if item.confirms == Item.Confirms.SELF:
            actions.confirm(item, by=person, at=at - timedelta(days=DAYS[throw]))
        elif person != manager:
            actions.sign(item, person, done_on=day, by=manager, at=at)


def _judged(manager: Person, *, at: datetime) -> None:
    month = add_months(core.local_date(at).replace(day=1), -1)
    actions.draw(month, by=manager, at=at)
    rows = [row for row in queries.sample_rows(manager, month) if row.person.role == Role.RM]
    for row in rows[:3]:
        for n, sample in enumerate(row.drawn[:JUDGED]):
            items = queries.checklist_of(sample).items
            answers = {
                item.key: NO
                if crc32(f"{sample.touch_id}/{item.key}".encode()) % 4 == 0
                else YES
                for item in items
            }
            actions.judge(sample, answers, note=NOTES[n % len(NOTES)], by=manager, at=at)
