"""Who did what, who owes what: for oneself, for those below, by branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission
from regulars.server.training.models import Asked, Completion, Item
from regulars.server.training.queries.shipped import shipped
from regulars.server.training.rules.standing import Standing, State, standing


@dataclass(frozen=True)
class Mine:
    """One item of one person: how it stands, and why it was asked for."""

    item: Item
    standing: Standing
    last: Completion | None
    asked: Asked | None


@dataclass(frozen=True)
class PersonRow:
    """One person's items, counted."""

    person: Person
    mine: tuple[Mine, ...]

    def count(self, state: State) -> int:
        return sum(one.standing.state is state for one in self.mine)

    @property
    def overdue(self) -> int:
        return self.count(State.OVERDUE)

    @property
    def due(self) -> int:
        return self.count(State.DUE)

    @property
    def done(self) -> int:
        return self.count(State.DONE)


@dataclass(frozen=True)
class BranchRow:
    """A place with what its people owe."""

    unit: OrgUnit
    people: int
    overdue: int
    late: tuple[PersonRow, ...]  # those with something overdue, the most first


def items(*, ended: bool = False) -> QuerySet[Item]:
    """The items that stand, or those that ended."""
    return Item.objects.filter(ended_at__isnull=not ended).order_by("title", "pk")


def item(public_id: str) -> Item | None:
    return Item.objects.filter(public_id=public_id).first()


def unadopted() -> list[tuple[str, Mapping[str, object]]]:
    """Shipped items that the company has not taken over."""
    taken = set(items().exclude(code="").values_list("code", flat=True))
    return [(code, fields) for code, fields in shipped().items() if code not in taken]


def mine(person: Person, today: date) -> list[Mine]:
    """The items of one person, what is owed first."""
    return list(_rows([person], today)[0].mine)


def owed(person: Person, today: date) -> tuple[int, bool]:
    """How many items a person owes, and whether one is overdue."""
    found = [one.standing.state for one in mine(person, today) if one.standing.owed]
    return len(found), State.OVERDUE in found


def staff(viewer: Person) -> QuerySet[Person]:
    """The people whose training the viewer looks after."""
    found = core.people(viewer).filter(is_active=True)
    if not viewer.may(Permission.SIGN_TRAINING):
        return found.filter(pk=viewer.pk)
    return found.order_by("org_unit__code", "role", "username")


def person_below(viewer: Person, public_id: str) -> Person | None:
    return staff(viewer).filter(public_id=public_id).first()


def team(viewer: Person, today: date) -> list[PersonRow]:
    """Everybody below the viewer who has items, with how they stand."""
    return [row for row in _rows(list(staff(viewer)), today) if row.mine]


def branches(rows: Sequence[PersonRow]) -> list[BranchRow]:
    """The same by place, what is overdue the most first."""
    units: dict[int, list[PersonRow]] = defaultdict(list)
    for row in rows:
        units[row.person.org_unit_id].append(row)
    found = [
        BranchRow(
            unit=of_unit[0].person.org_unit,
            people=len(of_unit),
            overdue=sum(row.overdue for row in of_unit),
            late=tuple(
                sorted(
                    (r for r in of_unit if r.overdue), key=lambda r: (-r.overdue, r.person.pk)
                )
            ),
        )
        for of_unit in units.values()
    ]
    return sorted(found, key=lambda one: (-one.overdue, one.unit.code))


def completion(viewer: Person, pk: int) -> Completion | None:
    """What was recorded of somebody below the viewer, or of the viewer."""
    found = Completion.objects.filter(pk=pk, person__in=staff(viewer), withdrawn_at=None)
    return found.select_related("item", "person").first()


def _rows(people: Sequence[Person], today: date) -> list[PersonRow]:
    standing_items = list(items())
    if not standing_items:
        return [PersonRow(person, ()) for person in people]
    last = _last(people)
    wishes = {
        (one.person_id, one.item_id): one
        for one in Asked.objects.filter(
            person__in=people, met__isnull=True, withdrawn_at__isnull=True
        ).select_related("asked_by")
    }
    return [
        PersonRow(person, tuple(_sorted(_mine(person, standing_items, last, wishes, today))))
        for person in people
    ]


def _last(people: Sequence[Person]) -> dict[tuple[int, int], Completion]:
    found = Completion.objects.filter(person__in=people, withdrawn_at__isnull=True)
    ordered = found.order_by("done_on", "pk").select_related("confirmed_by")
    return {(one.person_id, one.item_id): one for one in ordered}


def _mine(
    person: Person,
    standing_items: Iterable[Item],
    last: Mapping[tuple[int, int], Completion],
    wishes: Mapping[tuple[int, int], Asked],
    today: date,
) -> Iterable[Mine]:
    for one in standing_items:
        if person.role not in one.roles:
            continue
        done = last.get((person.pk, one.pk))
        wish = wishes.get((person.pk, one.pk))
        stands = standing(
            first_due=_first_due(one, person.created_at),
            done_on=done.done_on if done else None,
            valid=done.valid_until if done else None,
            asked_by=wish.due_on if wish else None,
            today=today,
        )
        yield Mine(one, stands, done, wish)


def _first_due(one: Item, joined: datetime) -> date:
    return max(one.from_on, core.local_date(joined)) + timedelta(days=one.days)


ORDER = {State.OVERDUE: 0, State.DUE: 1, State.DONE: 2}


def _sorted(found: Iterable[Mine]) -> list[Mine]:
    far = date.max
    return sorted(
        found, key=lambda m: (ORDER[m.standing.state], m.standing.on or far, str(m.item))
    )
