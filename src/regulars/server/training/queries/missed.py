"""Items of checklists that somebody misses in samples more often than the others do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.server.core import scope
from regulars.server.core.models import OrgUnit, Person, local_name
from regulars.server.training.models import Sample
from regulars.server.training.queries.standings import staff
from regulars.server.training.queries.weak import WINDOW, ground
from regulars.server.training.rules.samples import NO, YES

ENOUGH, TWICE = 3, 2  # samples in which it applied, and of those how often it was missed


@dataclass(frozen=True)
class Missed:
    """One item of one person's samples, beside those of the others of the place."""

    person: Person
    words: str
    must: bool
    n: int
    missed: int
    others: int
    others_missed: int

    @property
    def share(self) -> float:
        return self.missed / self.n

    @property
    def others_share(self) -> float | None:
        return self.others_missed / self.others if self.others else None


def missed(viewer: Person, unit: OrgUnit, *, at: datetime) -> list[Missed]:
    """What people of a place missed in judged contacts, musts first, the most missed first.

    Only an item that was missed twice at least, and more often than by the others.
    """
    counted = _counted(ground(unit), at)
    people = {person.pk: person for person in staff(viewer).filter(org_unit=unit)}
    totals: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (_person, key), (n, bad, _item) in counted.items():
        totals[key] = totals[key][0] + n, totals[key][1] + bad
    found = [
        Missed(
            people[person], local_name(item["zh"], item["en"]), bool(item["must"]), n, bad,
            totals[key][0] - n, totals[key][1] - bad,
        )
        for (person, key), (n, bad, item) in counted.items()
        if person in people and n >= ENOUGH and bad >= TWICE
    ]  # fmt: skip
    above = (one for one in found if one.share > (one.others_share or 0.0))
    return sorted(above, key=lambda one: (not one.must, -one.share, one.person.username))


Counted = dict[tuple[int, str], tuple[int, int, dict[str, Any]]]


def _counted(place: OrgUnit, at: datetime) -> Counted:
    """Person and item -> in how many samples it applied, in how many it was missed.

    They name no customer, so they may reach beyond the viewer's own.
    """
    counted: Counted = {}
    with scope.beyond():
        rows = list(
            Sample.objects.filter(
                person__org_unit__path__startswith=place.path,
                judged_at__gt=at - WINDOW, judged_at__lte=at,
            ).values_list("person_id", "items", "answers")
        )  # fmt: skip
    for person, items, answers in rows:
        for item in items:
            answer = answers.get(item["key"])
            if answer in (YES, NO):
                key = person, item["zh"]
                n, bad, _item = counted.get(key, (0, 0, item))
                counted[key] = n + 1, bad + (answer == NO), item
    return counted
