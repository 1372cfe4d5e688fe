"""Employees who did not confirm a mailing's messages yet are asked again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.delivery import queries
from regulars.server.delivery.kinds import End, Receipt
from regulars.server.delivery.models import Mailing

DAY = timedelta(hours=24)


class NothingToConfirm(Refused):
    """Nobody has anything to confirm, or the provider reminds nobody."""


class RemindedEnough(Refused):
    """The provider lets employees be asked again only so often."""


@dataclass(frozen=True)
class Reminded:
    """How many tasks were asked about again, and what the provider said to the others."""

    tasks: int
    refused: tuple[Receipt, ...] = ()


def remind(mailing: Mailing, *, by: Person, at: datetime) -> Reminded:
    """Ask everybody again who has messages of a mailing to confirm.

    It counts before the provider is asked: what a crash cut off was perhaps heard.

    :raises NothingToConfirm: nothing waits for an employee.
    :raises RemindedEnough: they were asked as often within 24 hours as the provider allows.
    """
    kind = queries.set_up(mailing.line)
    ids = queries.to_confirm(mailing, at)
    if not ids or not kind.can.reminders:
        raise NothingToConfirm(_("Nothing of this mailing waits for an employee any more."))
    _count(mailing, kind.can.reminders, at=at)
    told = kind.remind(ids)
    refused = tuple(each for each in told if each.end is not End.SENT)
    asked = len(told) - len(refused)
    audit.record(
        "delivery.mailing.reminded", mailing, by=by, at=at, tasks=asked, refused=len(refused),
        codes=sorted({each.code for each in refused}),
    )  # fmt: skip
    return Reminded(asked, refused)


@transaction.atomic
def _count(mailing: Mailing, most: int, *, at: datetime) -> None:
    held = Mailing.objects.select_for_update().get(pk=mailing.pk)
    lately = [each for each in held.reminded_at if each > at - DAY]
    if len(lately) >= most:
        raise RemindedEnough(
            _("They were asked %(n)s times within 24 hours; the provider allows no more.")
            % {"n": len(lately)}
        )
    held.reminded_at = [*lately, at]
    held.save(update_fields=["reminded_at"])
