"""Which standard holds on a day, the draft, and what was before: one standard for everybody.

The standard names no customer, so nothing here is asked of a viewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import GRANTS, Permission
from regulars.server.standards import models, rules
from regulars.server.standards.models import Version
from regulars.server.standards.rules import (
    ClassPlan,
    Content,
    Hours,
    Line,
    Matrix,
    Standard,
    Treatment,
)

ADOPTED, DRAFT = Version.State.ADOPTED, Version.State.DRAFT


@dataclass(frozen=True)
class ServiceStandard:
    """What holds on a day. Without a version it is the preset of the line of business."""

    number: int  # 0: the preset, which nobody has changed yet
    since: date | None
    content: Content

    def standard(
        self, level: int, *, kind: str = rules.PERSON, unit: str = "", business_class: str = ""
    ) -> Standard:
        """How a customer is looked after; `unit` is the path of the book's place."""
        return self.matrix.standard(level, kind=kind, unit=unit, business_class=business_class)

    @property
    def matrix(self) -> Matrix:
        return self.content.matrix

    @property
    def treatments(self) -> Mapping[str, Treatment]:
        return self.content.treatments

    @property
    def plans(self) -> Mapping[str, ClassPlan]:
        return self.content.plans

    @property
    def longest_lead(self) -> int:
        """Days before a birthday at which the earliest tier begins."""
        return self.matrix.longest_lead


def in_force(day: date) -> ServiceStandard:
    """The standard that holds on a day of the company's calendar."""
    version = version_on(day)
    if version is None:
        return ServiceStandard(0, None, before_versions())
    return ServiceStandard(version.number, version.from_day, content(version))


def version_on(day: date) -> Version | None:
    """The version in force on a day; None where the preset still stands."""
    come = Version.objects.filter(state=ADOPTED, from_day__lte=day)
    return come.select_related("made_by", "adopted_by").order_by("-number").first()


def before_versions() -> Content:
    """What holds until the first version: the preset, with the company's own settings."""
    company = core.company()
    settings: dict[str, Any] = company.settings if company else {}
    found = rules.preset(company.kind if company else "retail")
    return rules.with_settings(found, settings)


def draft() -> Version | None:
    return Version.objects.filter(state=DRAFT).select_related("made_by").first()


def versions() -> QuerySet[Version]:
    """Every version that was adopted, the newest first."""
    found = Version.objects.filter(state=ADOPTED).select_related("made_by", "adopted_by")
    return found.order_by("-number")


def version_by_number(number: int) -> Version | None:
    return versions().filter(number=number).first()


def before(version: Version) -> Content:
    """What a version was made from: the one before it, or the preset."""
    earlier = versions().filter(number__lt=version.number).first()
    return content(earlier) if earlier else before_versions()


def planned(day: date) -> list[Version]:
    """Adopted versions whose day has not come, and that nothing later replaces."""
    newest = versions().first()
    return [newest] if newest and newest.from_day and newest.from_day > day else []


def content(version: Version) -> Content:
    """Everything a version says, as a value."""
    return Content(
        matrix=Matrix(lines(version)),
        plans={plan.business_class: plan for plan in map(_plan, version.plans.all())},
        treatments={one.stage: one for one in map(_treatment, version.treatments.all())},
        hours=Hours(
            hours_a_day=float(version.hours_a_day),
            share={role: float(share) for role, share in version.shares.items()},
            remote_people=version.remote_people,
        ),
    )


def lines(version: Version) -> tuple[Line, ...]:
    """The lines of a version, as values."""
    return tuple(_line(row) for row in version.lines.select_related("org_unit").order_by("pk"))


def editors(version: Version) -> list[Person]:
    """Who had a hand in a version."""
    found = version.editors.select_related("person").order_by("pk")
    return [each.person for each in found]


def may_adopt(viewer: Person, version: Version) -> bool:
    """Tell whether this person may take a draft into force.

    It takes somebody who did not write it; where nobody else holds the permission, oneself.
    """
    if not viewer.may(Permission.ADOPT_STANDARDS):
        return False
    wrote = {person.pk for person in editors(version)}
    return viewer.pk not in wrote or not other_adopters(wrote)


def other_adopters(wrote: set[int]) -> list[Person]:
    """Those who may take a draft into force and did not write it."""
    roles = [role for role, granted in GRANTS.items() if Permission.ADOPT_STANDARDS in granted]
    able = Person.objects.filter(role__in=roles, is_active=True).exclude(pk__in=wrote)
    return list(able.order_by("role", "username"))


def units() -> list[OrgUnit]:
    """Every place below the head office: those that may have a standard of their own."""
    return list(OrgUnit.objects.filter(parent__isnull=False).order_by("path"))


def unit_names() -> dict[str, OrgUnit]:
    """Places by their path."""
    return {unit.path: unit for unit in OrgUnit.objects.order_by("path")}


def _line(row: models.Line) -> Line:
    return Line(
        level=row.level,
        purpose=row.purpose,
        doer=row.doer,
        rhythm=row.rhythm,
        days=row.days,
        minutes=row.minutes,
        channels=tuple(row.channels),
        manner=row.manner,
        lead_from=row.lead_from,
        lead_until=row.lead_until,
        hours=row.hours,
        workdays=row.workdays,
        kind=row.kind,
        unit=row.org_unit.path if row.org_unit else "",
        business_class=row.business_class,
    )


def _plan(row: models.Plan) -> ClassPlan:
    return ClassPlan(
        row.business_class, row.aim, row.aim_en, row.steps, row.steps_en, tuple(row.products)
    )


def _treatment(row: models.Treatment) -> Treatment:
    return Treatment(
        stage=row.stage,
        name=row.name,
        name_en=row.name_en,
        task=row.task,
        task_en=row.task_en,
        doer=row.doer,
        workdays=row.workdays,
        minutes=row.minutes,
        channels=tuple(row.channels),
        marketing=row.marketing,
        quiet_days=row.quiet_days,
        is_on=row.is_on,
    )
