"""The friend's own word on how we may write to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from regulars.server.channels import actions as channels
from regulars.server.channels import queries as wordings
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import Referral

Agreed = Referral.Agreed
CONFIRM_IN = 3  # working days in which a known customer's word by a form is asked for
SOURCES = {Agreed.FORM: "form", Agreed.CALL: "call", Agreed.WECOM: "wecom",
           Agreed.BRANCH: "branch", Agreed.EMAIL: "email"}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """How the friend agreed: by which way, in which words, to which ways of contact."""

    agreed: str
    words: str = ""
    channels: tuple[str, ...] = ()


def keep_word(made: Referral, file: Customer, word: Word, *, by: Actor, at: datetime) -> None:
    """The word for a new file goes into the ledger; a known file's waits for their voice.

    Nobody else's word changes what a known file says, whoever brings it.
    """
    if not word.channels:
        return
    if made.was_known:
        note = _("A referral came under this name: contact is welcome by %(ways)s.")
        customers.ask_for_action(
            [file.pk],
            note=(note % {"ways": ", ".join(word.channels)})[:300],
            action=_("Ask whether that is so, and write the consent down"),
            due_on=core.work_calendar().add_workdays(core.local_date(at), CONFIRM_IN),
            owner=file.book.owner,
            by=by,
            at=at,
        )
        return
    asked = wordings.wording("marketing", at=at)
    for channel in word.channels:
        channels.record_consent(
            file, purpose="marketing", channel=channel, said="given",
            source=SOURCES[Agreed(word.agreed)], wording=asked,
            evidence=word.words.strip() or _("Referral %(id)s") % {"id": made.public_id},
            by=by, at=at,
        )  # fmt: skip
