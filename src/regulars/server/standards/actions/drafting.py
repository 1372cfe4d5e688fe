"""Every change of the draft: cells, plans, treatments, hours. Nothing of it is in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import OrgUnit, Person
from regulars.server.standards import models, queries, rules
from regulars.server.standards.models import Version
from regulars.server.standards.rules import ClassPlan, Content, Hours, Line, Treatment

State = Version.State


class NoDraft(Refused):
    """There is no draft to change."""


class DraftStands(Refused):
    """Somebody is writing a draft already."""


class UnknownPlace(BadInput):
    """A line names a place that the tree does not have."""


@transaction.atomic
def start_draft(*, by: Actor, at: datetime, preset: str = "") -> Version:
    """Begin a draft from what was adopted last, or from the preset of a line of business.

    :raises DraftStands: there is one already.
    """
    if queries.draft() is not None:
        raise DraftStands("There is a draft already. Go on with it, or discard it first.")
    if preset and preset not in rules.PRESETS:
        known = ", ".join(rules.PRESETS)
        raise BadInput(f"There is no preset {preset!r}. Choose one of: {known}.")
    last = queries.versions().first()
    content = rules.preset(preset) if preset else None
    if content is None:
        content = queries.content(last) if last else queries.before_versions()
    number = (Version.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    version = Version.objects.create(
        number=number, made_by=_person(by), made_at=at, changed_at=at, **_hours(content.hours)
    )
    _write(version, content)
    _touch(version, by=by, at=at)
    audit.record("standards.draft.started", version, by=by, at=at, preset=preset)
    return version


@transaction.atomic
def change_cell(
    lines: Sequence[Line],
    *,
    level: int,
    purpose: str,
    kind: str = "",
    unit: OrgUnit | None = None,
    business_class: str = "",
    by: Actor,
    at: datetime,
) -> Version:
    """Say anew what is done for one tier, one purpose, one group of customers.

    With no lines a place or class follows the general standard again.

    :raises NoDraft: nobody began one.
    :raises BadLine: the lines contradict each other or themselves.
    """
    version = _draft()
    rules.check_cell(lines)
    version.lines.filter(
        level=level, purpose=purpose, kind=kind, org_unit=unit, business_class=business_class
    ).delete()
    models.Line.objects.bulk_create(
        _row(version, line, unit=unit, level=level, purpose=purpose, kind=kind,
             business_class=business_class)
        for line in lines
    )  # fmt: skip
    _touch(version, by=by, at=at)
    audit.record(
        "standards.cell.changed", version, by=by, at=at, level=level, purpose=purpose,
        kind=kind, unit=unit.code if unit else "", business_class=business_class,
    )  # fmt: skip
    return version


@transaction.atomic
def change_plan(plan: ClassPlan, *, by: Actor, at: datetime) -> Version:
    """Say anew what a business class is offered.

    :raises NoDraft: nobody began one.
    """
    version = _draft()
    version.plans.filter(business_class=plan.business_class).delete()
    models.Plan.objects.create(version=version, **_fields(plan, "products"))
    _touch(version, by=by, at=at)
    audit.record("standards.plan.changed", version, by=by, at=at, of=plan.business_class)
    return version


@transaction.atomic
def change_treatment(treatment: Treatment, *, by: Actor, at: datetime) -> Version:
    """Say anew what is done when a customer enters a stage.

    :raises NoDraft: nobody began one.
    """
    version = _draft()
    version.treatments.filter(stage=treatment.stage).delete()
    models.Treatment.objects.create(version=version, **_fields(treatment, "channels"))
    _touch(version, by=by, at=at)
    audit.record("standards.treatment.changed", version, by=by, at=at, of=treatment.stage)
    return version


@transaction.atomic
def change_hours(hours: Hours, *, by: Actor, at: datetime) -> Version:
    """Say anew how many hours people have for the standard.

    :raises NoDraft: nobody began one.
    :raises BadHours: nobody can have such hours.
    """
    version = _draft()
    rules.check_hours(hours)
    Version.objects.filter(pk=version.pk).update(**_hours(hours))
    _touch(version, by=by, at=at)
    audit.record("standards.hours.changed", version, by=by, at=at)
    return version


@transaction.atomic
def discard_draft(*, by: Actor, at: datetime) -> None:
    """Throw the draft away.

    :raises NoDraft: there is none.
    """
    version = _draft()
    number = version.number
    version.delete()
    audit.record("standards.draft.discarded", f"standards.Version:{number}", by=by, at=at)


def _draft() -> Version:
    version = Version.objects.select_for_update().filter(state=State.DRAFT).first()
    if version is None:
        raise NoDraft("There is no draft. Begin one first.")
    return version


def _touch(version: Version, *, by: Actor, at: datetime) -> None:
    """Note who had a hand in it, and when."""
    Version.objects.filter(pk=version.pk).update(changed_at=at)
    version.changed_at = at
    person = _person(by)
    if person is not None:
        models.Editor.objects.get_or_create(version=version, person=person)


def _write(version: Version, content: Content) -> None:
    places = {unit.path: unit for unit in OrgUnit.objects.all()}
    models.Line.objects.bulk_create(
        _row(version, line, unit=_place(places, line.unit)) for line in content.matrix.lines
    )
    models.Plan.objects.bulk_create(
        models.Plan(version=version, **_fields(plan, "products"))
        for plan in content.plans.values()
    )
    models.Treatment.objects.bulk_create(
        models.Treatment(version=version, **_fields(treatment, "channels"))
        for treatment in content.treatments.values()
    )


def _place(places: dict[str, OrgUnit], path: str) -> OrgUnit | None:
    if path and path not in places:
        raise UnknownPlace(f"There is no place {path!r} in the tree.")
    return places[path] if path else None


def _row(version: Version, line: Line, *, unit: OrgUnit | None, **said: Any) -> models.Line:
    fields = _fields(line, "channels") | said
    del fields["unit"]
    return models.Line(version=version, org_unit=unit, **fields)


def _fields(value: Any, listed: str) -> dict[str, Any]:
    """A value's fields for the table; the database keeps a list, not a tuple."""
    return asdict(value) | {listed: list(getattr(value, listed))}


def _hours(hours: Hours) -> dict[str, Any]:
    return {
        "hours_a_day": Decimal(str(hours.hours_a_day)),
        "shares": {str(role): share for role, share in hours.share.items()},
        "remote_people": hours.remote_people,
    }


def _person(by: Actor) -> Person | None:
    return by if isinstance(by, Person) else None
