"""Contacts drawn to be judged: which, how many of whom, by which checklist."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import fmean
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.functions import MD5, Concat, TruncMonth

from regulars.base.periods import add_months
from regulars.server.channels.models import Touch
from regulars.server.channels.models.contacts import TouchQuerySet
from regulars.server.content import queries as content
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.training.models import Sample
from regulars.server.training.queries.standings import staff
from regulars.server.training.rules.samples import Judged

A_MONTH = 5  # contacts of each person, unless the setting says otherwise
CONTACT_PURPOSES = {"post_sale": "post_sale", "complaint": "complaint"}


@dataclass(frozen=True)
class ForJudging:
    """The items by which a contact is judged, and which checklist they are of."""

    reference: str
    title: Any
    items: tuple[Judged, ...]


@dataclass(frozen=True)
class SampleRow:
    """One person's samples of a month."""

    person: Person
    drawn: tuple[Sample, ...]

    @property
    def judged(self) -> int:
        return sum(one.score is not None for one in self.drawn)

    @property
    def mean(self) -> int | None:
        scores = [one.score for one in self.drawn if one.score is not None]
        return round(fmean(scores)) if scores else None

    @property
    def next(self) -> Sample | None:
        return next((one for one in self.drawn if one.score is None), None)


def a_month() -> int:
    """How many contacts of each person are drawn for a month."""
    return int(core.settings_of_company().get("samples_a_month", A_MONTH))


def to_draw(viewer: Person, month: date) -> list[Touch]:
    """Contacts still to be drawn, by a hash of contact and month: the same for everybody."""
    people = list(staff(viewer).exclude(pk=viewer.pk).values_list("pk", flat=True))
    return _lots(Touch.objects.visible_to(viewer), people, month)


def to_draw_of_all(month: date) -> list[Touch]:
    """The same for everybody at work, for the system."""
    people = list(Person.objects.filter(is_active=True).values_list("pk", flat=True))
    return _lots(Touch.objects.all(), people, month)


def _lots(contacts: TouchQuerySet, people: list[int], month: date) -> list[Touch]:
    drawn: dict[int, int] = defaultdict(int)
    for person_id in (
        _of_month(month).filter(person__in=people).values_list("person_id", flat=True)
    ):
        drawn[person_id] += 1
    start, stop = _bounds(month)
    found = (
        contacts.standing()
        .filter(person__in=people, at__gte=start, at__lt=stop, inbound=False)
        .exclude(pk__in=_of_month(month).values("touch_id"))
        .annotate(lot=MD5(Concat(F("public_id"), Value(f"/{month:%Y-%m}"))))
        .order_by("person_id", "lot")
    )
    chosen: list[Touch] = []
    most = a_month()
    for touch in found.only("pk", "customer_id", "person_id").iterator():
        assert touch.person_id is not None
        if drawn[touch.person_id] < most:
            drawn[touch.person_id] += 1
            chosen.append(touch)
    return chosen


def _of_month(month: date) -> QuerySet[Sample]:
    return Sample.objects.filter(month=month)


def _bounds(month: date) -> tuple[datetime, datetime]:
    zone = core.time_zone()
    return (
        datetime.combine(month, time(), zone),
        datetime.combine(add_months(month, 1), time(), zone),
    )


def sample_rows(viewer: Person, month: date) -> list[SampleRow]:
    """The samples of a month by person, for a supervisor."""
    found = (
        Sample.objects.visible_to(viewer)
        .filter(month=month, person__in=staff(viewer))
        .select_related("person", "person__org_unit", "touch", "customer", "judged_by")
        .order_by("person__org_unit__code", "person__username", "pk")
    )
    rows: dict[int, list[Sample]] = defaultdict(list)
    for one in found:
        rows[one.person_id].append(one)
    return [SampleRow(drawn[0].person, tuple(drawn)) for drawn in rows.values()]


def samples_of(person: Person) -> QuerySet[Sample]:
    """What was judged of a person's own contacts, newest first."""
    found = Sample.objects.visible_to(person).filter(person=person, judged_at__isnull=False)
    return found.select_related("customer", "touch", "judged_by").order_by("-judged_at")


def sample(viewer: Person, public_id: str) -> Sample | None:
    """One sample: of the people below a supervisor, or judged of one's own contact."""
    found = Sample.objects.visible_to(viewer).filter(public_id=public_id)
    found = found.select_related("customer", "touch", "person", "judged_by")
    one = found.first()
    if one is None:
        return None
    if one.person_id == viewer.pk:
        return one if one.judged_at is not None else None
    allowed = viewer.may(Permission.JUDGE_CONTACTS)
    return one if allowed and staff(viewer).filter(pk=one.person_id).exists() else None


def checklist_of(found: Sample) -> ForJudging:
    """The checklist of the contact's kind, as it is in force; once judged, as it was."""
    if found.judged_at is not None:
        items = tuple(Judged(**each) for each in found.items)
        return ForJudging(found.checklist, None, items)
    touch = found.touch
    purpose = CONTACT_PURPOSES.get(touch.purpose, "")
    text = content.checklist(channel=touch.channel, purpose=purpose)
    if text is None:
        text = content.checklist(channel=Touch.Channel.CALL)
    if text is None:
        return ForJudging("", None, ())
    items = tuple(
        Judged(line.key, line.text.zh, line.text.en, line.must) for line in text.list.items
    )
    return ForJudging(f"{text.code}@{text.version}", text.body.title, items)


def judged_of(found: Sample) -> list[tuple[Judged, str]]:
    """Each item with the answer it got."""
    return [(one, str(found.answers.get(one.key, ""))) for one in checklist_of(found).items]


def latest_months(viewer: Person, today: date, *, most: int = 6) -> list[date]:
    """The months to choose from: this one, the one before, and those with samples."""
    this = today.replace(day=1)
    months = Sample.objects.visible_to(viewer).annotate(of=TruncMonth("month"))
    known = set(months.values_list("of", flat=True).order_by("-of").distinct()[:most])
    return sorted({this, add_months(this, -1), *known}, reverse=True)[:most]
