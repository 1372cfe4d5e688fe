"""A manager decides about a message to one of their most valuable customers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import WORKER
from regulars.server.core.models import Person
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.actions import Draft
from regulars.server.outreach import queries
from regulars.server.outreach.actions.reaching import close_if_whole
from regulars.server.outreach.models import Confirmation, Reach

State = Confirmation.State


class Decided(Refused):
    """Somebody decided already, or its time is over."""


@transaction.atomic
def confirm(row: Confirmation, *, by: Person, at: datetime) -> None:
    """Let one message go; consent, hours and caps are asked when it does.

    :raises Decided: it is decided, or its mailing is over.
    """
    held = _held(row, at)
    mailing = held.reach.mailing
    if mailing.over or mailing.valid_until <= at:
        raise Decided(_("The time of this message is over. It is not sent any more."))
    sender = ""
    if mailing.line.channel == "wecom":
        sender = queries.senders([held.customer_id])[held.customer_id]
    draft = replace(_draft(held), sender=sender)
    delivery.lay(mailing, [draft], at=at)
    _decide(held, State.CONFIRMED, by=by, at=at)


@transaction.atomic
def decline(row: Confirmation, *, why: str, by: Person, at: datetime) -> None:
    """Keep one message back, with a reason.

    :raises Decided: it is decided.
    :raises BadInput: the reason is none of those offered.
    """
    if why not in Confirmation.Why.values:
        raise BadInput(_("Choose why it is not to be sent."))
    held = _held(row, at)
    held.why = why
    delivery.lay(held.reach.mailing, [_draft(held, "declined")], at=at)
    _decide(held, State.DECLINED, by=by, at=at)


@transaction.atomic
def by_person(row: Confirmation, *, by: Person, at: datetime) -> None:
    """Say it oneself instead: nothing is sent.

    :raises Decided: it is decided.
    """
    held = _held(row, at)
    delivery.lay(held.reach.mailing, [_draft(held, "by_person")], at=at)
    _decide(held, State.BY_PERSON, by=by, at=at)


def end_over(*, at: datetime) -> int:
    """Close what nobody confirmed before its time was over or its mailing was stopped."""
    left = Confirmation.objects.filter(state=State.WAITING)
    late = left.filter(reach__mailing__valid_until__lte=at)
    stopped = left.filter(reach__mailing__state__in=["stopped", "done"])
    found = Reach.objects.filter(
        pk__in=(late | stopped).order_by().values_list("reach", flat=True)
    )
    ended = sum(_end(each.pk, at) for each in found)
    for each in Reach.objects.filter(
        mailing__complete=False, mailing__state="running", mailing__valid_until__lte=at
    ).select_related("mailing"):
        delivery.complete(each.mailing, by=WORKER, at=at)
    return ended


@transaction.atomic
def _end(pk: int, at: datetime) -> int:
    reach = Reach.objects.select_for_update(of=("self",)).select_related("mailing").get(pk=pk)
    rows = list(Confirmation.objects.filter(reach=reach, state=State.WAITING))
    delivery.lay(reach.mailing, [_draft(row, "not_confirmed") for row in rows], at=at)
    Confirmation.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.OVER, decided_at=at
    )
    audit.record("outreach.over", reach.mailing, by=WORKER, at=at, customers=len(rows))
    return len(rows)


def _held(row: Confirmation, at: datetime) -> Confirmation:
    Reach.objects.select_for_update().get(pk=row.reach_id)
    held = Confirmation.objects.select_for_update(of=("self",))
    found = held.select_related("reach__mailing").get(pk=row.pk)
    if found.state != State.WAITING:
        raise Decided(_("This message is decided already. Reload the page."))
    return found


def _decide(held: Confirmation, state: str, *, by: Person, at: datetime) -> None:
    held.state, held.decided_by, held.decided_at = state, by, at
    held.save(update_fields=["state", "why", "decided_by", "decided_at"])
    audit.record(f"outreach.{state}", held.customer, by=by, at=at, why=held.why)
    close_if_whole(held.reach, by=by, at=at)


def _draft(row: Confirmation, refused: str = "") -> Draft:
    return Draft(
        row.customer_id, text=row.text, subject=row.subject, html=row.html,
        language=row.language, arm=row.arm, basis=row.basis, refused=refused,
    )  # fmt: skip
