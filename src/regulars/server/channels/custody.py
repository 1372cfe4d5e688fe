"""What becomes of contacts and consents at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.channels.actions import custody
from regulars.server.channels.models import Consent, Decision, MarketingHold, Touch
from regulars.server.core.custody import Duty, Rows

KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Touch,
        title=_("Contacts"),
        copied=(
            *("at", "channel", "inbound", "outcome", "purpose", "topic"),
            *("note", "need", "next_step"),
        ),
    ),
    Rows(
        Decision,
        title=_("Decisions whether to make contact"),
        copied=("at", "channel", "purpose", "allowed", "reason"),
    ),
    Rows(
        MarketingHold,
        title=_("Marketing that waited"),
        copied=("cause", "since", "lifted_at"),
    ),
    Duty(
        "channels.consents",
        tables=(Consent._meta.db_table,),
        merge=custody.merge_consents,
        unmerge=custody.part_consents,
        copy=custody.copy_consents,
        erase=custody.erase_consents,
    ),
)
