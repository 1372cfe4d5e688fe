"""Changes of the company and of the tree of its places."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Company, OrgUnit
from regulars.server.core.remembered import forget


class CodeTaken(Refused):
    """Another place or book has that code."""


@transaction.atomic
def set_up_company(
    *,
    name: str,
    kind: str,
    by: Actor,
    at: datetime,
    name_en: str = "",
    time_zone: str = "Asia/Shanghai",
    currency: str = "CNY",
    is_demo: bool = False,
) -> Company:
    """Create the company with its head office, or change its particulars."""
    company, _ = Company.objects.update_or_create(
        pk=1,
        defaults={
            "name": name,
            "name_en": name_en,
            "kind": kind,
            "time_zone": time_zone,
            "currency": currency,
            "is_demo": is_demo,
        },
    )
    forget("company")
    if not OrgUnit.objects.exists():
        add_org_unit(code="HQ", name=name, name_en=name_en, kind="head_office", by=by, at=at)
    # A scripted import names both after the folder; the set-up gives them their name.
    OrgUnit.objects.filter(code="HQ", parent=None).update(name=name, name_en=name_en)
    audit.record("core.company.set_up", company, by=by, at=at)
    return company


@transaction.atomic
def change_settings(*, by: Actor, at: datetime, **changes: Any) -> Company:
    """Change fields of the company or entries of its settings."""
    company = Company.objects.select_for_update().get(pk=1)
    fields = {field.name for field in Company._meta.fields}
    for name, value in changes.items():
        if name in fields:
            setattr(company, name, value)
        else:
            company.settings[name] = value
    company.save()
    forget("company")
    audit.record("core.settings.changed", company, by=by, at=at, fields=sorted(changes))
    return company


@transaction.atomic
def add_org_unit(
    *,
    code: str,
    name: str,
    by: Actor,
    at: datetime,
    name_en: str = "",
    kind: str = OrgUnit.Kind.BRANCH,
    parent: OrgUnit | None = None,
) -> OrgUnit:
    """Add a place to the tree, below `parent`.

    :raises CodeTaken: the code is in use.
    """
    if OrgUnit.objects.filter(code=code).exists():
        raise CodeTaken(f"Another place has the code {code!r}. Choose another one.")
    unit = OrgUnit.objects.create(
        code=code, name=name, name_en=name_en, kind=kind, parent=parent
    )
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    audit.record("core.org_unit.added", unit, by=by, at=at)
    return unit
