"""The company's own lists and clocks."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.complaints.models import Entry
from regulars.server.complaints.rules import CAUSES, TYPES, Policy, lacking
from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor


class CodeTaken(Refused):
    """The list has a line with that code."""


@transaction.atomic
def bring_lists(*, by: Actor, at: datetime) -> int:
    """Give a company the usual lists, where it has none at all; a new one has them."""
    if Entry.objects.exists():
        return 0
    types = [
        Entry(list="type", code=code, name=zh, name_en=en, about_service=service,
              is_complex=hard, position=n * 10)
        for n, (code, zh, en, service, hard) in enumerate(TYPES)
    ]  # fmt: skip
    causes = [
        Entry(list="cause", code=code, name=zh, name_en=en, position=n * 10)
        for n, (code, zh, en) in enumerate(CAUSES)
    ]
    made = Entry.objects.bulk_create([*types, *causes], ignore_conflicts=True)
    audit.record("complaints.lists.brought", "complaints.Entry", by=by, at=at, lines=len(made))
    return len(made)


@transaction.atomic
def keep_entry(
    entry: Entry | None,
    *,
    list: str,
    name: str,
    by: Actor,
    at: datetime,
    name_en: str = "",
    about_service: bool = False,
    is_complex: bool = False,
    is_active: bool = True,
    position: int = 0,
) -> Entry:
    """Add a line to a list, or change it; what is used stays in the cases that name it.

    :raises BadInput: it has no name.
    :raises CodeTaken: the list has that line.
    """
    if not name.strip():
        raise BadInput(_("Give the line a name."))
    same = Entry.objects.filter(list=list, name=name.strip())
    if (same.exclude(pk=entry.pk) if entry else same).exists():
        raise CodeTaken(_("“%(name)s” is on the list already.") % {"name": name.strip()})
    found = entry or Entry(list=list)
    found.code = found.code or f"own-{found.public_id}"
    found.name, found.name_en = name.strip(), name_en.strip()
    found.about_service = about_service and list == Entry.List.TYPE
    found.is_complex = is_complex and list == Entry.List.TYPE
    found.is_active, found.position = is_active, position
    found.save()
    audit.record("complaints.lists.changed", found, by=by, at=at, list=list, code=found.code)
    return found


def set_policy(policy: Policy, *, by: Actor, at: datetime) -> None:
    """Keep the clocks and the words of answers; cases that run keep their time.

    :raises BadInput: a template of an answer does not name every way.
    """
    for text in (policy.template, policy.template_en):
        if text.strip() and lacking(text):
            raise BadInput(
                _("A template must name review, mediation, arbitration and the court.")
            )
    core.change_settings(complaints=policy.kept(), by=by, at=at)
