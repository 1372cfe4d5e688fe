"""Kinds of salon: the usual ones, and a company's own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.salons.models import Kind
from regulars.server.salons.rules import KINDS


@transaction.atomic
def install_kinds() -> None:
    """Put the usual kinds where there are none at all; the migration does so, too."""
    if Kind.objects.exists():
        return
    Kind.objects.bulk_create(
        Kind(
            code=each.code, name=each.name, name_en=each.name_en, about=each.about,
            about_en=each.about_en, friends=each.friends, is_course=each.is_course,
            position=n,
        )
        for n, each in enumerate(KINDS, start=1)
    )  # fmt: skip


@transaction.atomic
def save_kind(
    kind: Kind | None,
    *,
    name: str,
    by: Actor,
    at: datetime,
    name_en: str = "",
    about: str = "",
    about_en: str = "",
    friends: int = 0,
    is_course: bool = False,
    is_retired: bool = False,
) -> Kind:
    """Change a kind, or add one at the end; salons of a retired one stay as they are.

    :raises BadInput: it has no name, or no kind would be left.
    """
    if not name.strip():
        raise BadInput(_("Give the kind a name."))
    found = kind or Kind(code=_code(name_en or name), position=Kind.objects.count() + 1)
    others = Kind.objects.filter(is_retired=False).exclude(pk=found.pk)
    if is_retired and not others.exists():
        raise BadInput(_("One kind stays: a salon is of a kind."))
    found.name, found.name_en = " ".join(name.split()), " ".join(name_en.split())
    found.about, found.about_en = about.strip(), about_en.strip()
    found.friends, found.is_course, found.is_retired = friends, is_course, is_retired
    found.save()
    audit.record("salons.kind.saved", found, by=by, at=at, code=found.code, retired=is_retired)
    return found


def _code(name: str) -> str:
    """A code that nothing has yet; Chinese names get a number."""
    base, taken = slugify(name)[:14] or "kind", set(Kind.objects.values_list("code", flat=True))
    return next(
        code for code in (base, *(f"{base}-{n}" for n in range(2, 1000))) if code not in taken
    )
