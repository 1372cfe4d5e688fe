"""The standard of an invented company, with a past: two versions, a draft, a few proposals."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from django.db import transaction

from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.standards import actions, queries
from regulars.server.standards.models import Version
from regulars.server.standards.rules import Line, Purpose, Rhythm

FIRST, SECOND = timedelta(days=90), timedelta(days=20)  # before today
AGAIN = timedelta(days=182)
MANAGERS = 5  # of a demo who propose something
REASONS = (
    "一年内柜面取现和补打回单六十多次，余额不到千元；先引导用手机银行和自助机，半年后再看。",
    "只办小额代缴，每月多次到柜台；教会用手机银行后本人也更省事。",
    "账户长期只有零星进出，多次上门核对资料；改为手机银行通知，有事随时可到柜面。",
)
ANSWERS = (
    "看了近一年流水和联系记录，同意；不影响任何业务，到期再评。",
    "已有子女开户意向，先不引导。",
)


@transaction.atomic
def bring_invented(*, by: Actor, at: datetime) -> dict[str, int]:
    """Give a demo its standard. Needs a transaction of the system itself.

    Returns how many versions, classes and proposals were added.
    """
    if Version.objects.exists():
        return {"versions": 0, "classes": 0, "steerings": 0}
    classes = _classes()
    writer = _somebody(Permission.EDIT_STANDARDS, "analyst")
    judge = _somebody(Permission.ADOPT_STANDARDS, "leader")
    if writer is None or judge is None or writer == judge:
        return {"versions": 0, "classes": classes, "steerings": 0}
    _first(writer, judge, at=at - FIRST)
    _second(writer, judge, at=at - SECOND)
    _draft(writer, at=at - timedelta(hours=3))
    steerings = _steerings(judge, at=at)
    return {"versions": 3, "classes": classes, "steerings": steerings}


def _first(writer: Person, judge: Person, *, at: datetime) -> None:
    version = actions.start_draft(by=writer, at=at)
    _adopt(version, judge, "按行业预设启用，先跑一个季度。", at=at)


def _second(writer: Person, judge: Person, *, at: datetime) -> None:
    version = actions.start_draft(by=writer, at=at)
    kind = queries.content(version).matrix.kinds[0]
    _every(4, 21, kind=kind, by=writer, at=at)
    branch = OrgUnit.objects.filter(kind=OrgUnit.Kind.BRANCH).order_by("code").first()
    if branch is not None:
        _every(3, 60, kind=kind, unit=branch, by=writer, at=at)
    if kind == "person":
        line = Line(
            4, Purpose.REVIEW, rhythm=Rhythm.QUARTER, minutes=45, channels=("visit",),
            kind="organization", business_class="credit",
        )  # fmt: skip
        actions.change_cell(
            [line], level=4, purpose=Purpose.REVIEW.value, kind="organization",
            business_class="credit", by=writer, at=at,
        )  # fmt: skip
    note = "贵宾改为三周一次；信贷类高端客户每季回顾一次贡献。"
    _adopt(version, judge, note if kind else "金卡会员改为三周一次。", at=at)


def _draft(writer: Person, *, at: datetime) -> None:
    version = actions.start_draft(by=writer, at=at)
    _every(3, 30, kind=queries.content(version).matrix.kinds[0], by=writer, at=at)


def _every(
    level: int, days: int, *, kind: str, by: Person, at: datetime, unit: OrgUnit | None = None
) -> None:
    """Let a tier be called in another rhythm, everything else as it is."""
    version = queries.draft()
    if version is None:
        return
    path = unit.path if unit else ""
    known = queries.content(version).matrix.standard(level, kind=kind, unit=path)
    lines = [
        replace(line, days=days, kind=kind, unit=path)
        for line in known.of(Purpose.CONTACT)
        if line.rhythm == Rhythm.DAYS
    ]
    actions.change_cell(
        lines, level=level, purpose=Purpose.CONTACT.value, kind=kind, unit=unit, by=by, at=at
    )


def _adopt(version: Version, judge: Person, note: str, *, at: datetime) -> None:
    actions.adopt(
        number=version.number, seen=None, from_day=core.local_date(at), note=note, by=judge,
        at=at,
    )  # fmt: skip


def _classes() -> int:
    """Most organisations have a class; some nobody has sorted yet."""
    firms = Customer.objects.filter(kind=Customer.Kind.ORGANIZATION).order_by("pk")
    chosen: dict[str, list[int]] = {}
    names = Customer.BusinessClass.values
    for key, number in firms.values_list("pk", "number"):
        thrown = crc32(f"{number}/class".encode()) % 10
        if thrown < 8:
            chosen.setdefault(names[thrown % 4], []).append(key)
    for name, keys in chosen.items():
        Customer.objects.filter(pk__in=keys).update(business_class=name)
    return sum(map(len, chosen.values()))


def _steerings(judge: Person, *, at: datetime) -> int:
    """Three proposals of each of some managers: one holds, one was refused, one waits."""
    managers = Person.objects.filter(role="manager", is_active=True).order_by("username")
    today, count = core.local_date(at), 0
    for manager in managers[:MANAGERS]:
        rows = queries.negatives(manager, day=today, most=len(REASONS)).rows
        if len(rows) < len(REASONS):
            continue
        for n, (row, reason) in enumerate(zip(rows, REASONS, strict=True)):
            made = actions.propose(
                row.customer, reason=reason, review_on=today + AGAIN, by=manager, at=at
            )
            if n < len(ANSWERS):
                actions.review(made, agreed=n == 0, answer=ANSWERS[n], by=judge, at=at)
        count += len(REASONS)
    return count


def _somebody(permission: Permission, role: str) -> Person | None:
    """Somebody who may, of the usual role if there is one."""
    able = [
        person
        for person in Person.objects.filter(is_active=True).order_by("username")
        if person.may(permission)
    ]
    return next((person for person in able if person.role == role), able[0] if able else None)
