"""One approved message is filled in for many customers and laid down to be sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.content import queries as content
from regulars.server.content.queries import InForce, Rendered, Sendable
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.audit import Actor
from regulars.server.delivery import actions as delivery
from regulars.server.delivery import queries as lines
from regulars.server.delivery.actions import Draft
from regulars.server.delivery.models import Mailing
from regulars.server.outreach import queries
from regulars.server.outreach.models import Confirmation, Reach

AT_ONCE = 1_000
SERVICE = "service"
Values = Mapping[int, Mapping[str, Any]]


class NotReady(Refused):
    """No approved version of the message is in force, or its last day is over."""


class NoWay(Refused):
    """No line of the message's channel is in use."""


@dataclass(frozen=True)
class Reached:
    """What became of the customers of one call.

    Attributes
    ----------
    waiting
        Laid down: they go out as soon as their line, the hour and the caps allow.
    kept
        Laid down with a reason why nothing goes: no address, or somebody else's.
    unsaid
        No words for them: a value is missing, they refused profiling.
    confirm
        On their manager's page first.
    known
        In it before, and as they were.
    """

    mailing: Mailing
    waiting: int = 0
    kept: int = 0
    unsaid: int = 0
    confirm: int = 0
    known: int = 0

    def __add__(self, other: Reached) -> Reached:
        return replace(
            self,
            waiting=self.waiting + other.waiting,
            kept=self.kept + other.kept,
            unsaid=self.unsaid + other.unsaid,
            confirm=self.confirm + other.confirm,
            known=self.known + other.known,
        )


@dataclass(frozen=True)
class _Sending:
    """What is the same for all customers of a call."""

    made: Reach
    message: Sendable
    day: date
    at: datetime
    arms: Mapping[int, str]
    wordings: Mapping[int, str]
    basis: Mapping[str, Any]
    values: Values


def reach(
    key: str,
    *,
    message: str,
    customers: Sequence[int],
    name: str,
    not_before: datetime,
    valid_until: datetime,
    by: Actor,
    at: datetime,
    arms: Mapping[int, str] | None = None,
    wordings: Mapping[int, str] | None = None,
    basis: Mapping[str, Any] | None = None,
    values: Values | None = None,
    personal: bool = False,
    last: bool = True,
) -> Reached:
    """Send an approved message to customers; asked again with its key, only who is new gets it.

    Consent, caps, quiet hours and the programme holdout are asked when each message goes out.
    Customers of the top tier get nothing before their manager has confirmed it, unless it is
    a service message. Who gets no words stands in the outbox with the reason.

    Parameters
    ----------
    key
        Of whoever sends, such as "campaign:7hq2k9xw4mzt:1"; at most 80 characters.
    arms, wordings
        By customer: the part of an experiment, and who gets wording "B".
    values
        By customer and path: what the sender knows and fields of the message ask for.
    personal
        The customers were chosen by scores: who refused profiling gets nothing.
    last
        Nobody else is added under this key; left open it ends with its time.

    :raises NotReady: the message is not approved, or its last day is over.
    :raises NoWay: it is for managers, or no line of its channel is in use.
    :raises BadMailing: its time is over, or ends before it begins.
    """
    text = _in_force(message, core.local_date(at))
    sendable = content.sendable(text)
    made = _made(
        key, text, sendable, name=name, not_before=not_before, valid_until=valid_until,
        personal=personal, by=by, at=at,
    )  # fmt: skip
    if made.version != sendable.number:
        sendable = _as_begun(made, sendable)
    sending = _Sending(
        made, sendable, core.local_date(max(at, not_before)), at, arms or {}, wordings or {},
        basis or {}, values or {},
    )  # fmt: skip
    told = Reached(made.mailing)
    for start in range(0, len(customers), AT_ONCE):
        told += _some(sending, customers[start : start + AT_ONCE])
    if last:
        no_more(made.mailing.key, by=by, at=at)
    return told


@transaction.atomic
def no_more(key: str, *, by: Actor, at: datetime) -> None:
    """Say that nobody else is added; it is whole as soon as no manager has it any more."""
    found = Reach.objects.select_for_update(of=("self",)).filter(mailing__key=key)
    made = found.select_related("mailing").first()
    if made is None:
        return
    made.all_in = True
    made.save(update_fields=["all_in"])
    close_if_whole(made, by=by, at=at)


@transaction.atomic
def call_off(key: str, *, why: str, by: Actor, at: datetime) -> int:
    """Keep back what did not go out yet, and say that nobody else is added; how many.

    What waits for a manager is closed by the clock, as the mailing has ended.
    """
    no_more(key, by=by, at=at)
    found = Mailing.objects.filter(key=key).first()
    if found is None or found.over:
        return 0
    asked = Confirmation.objects.filter(
        reach__mailing=found, state=Confirmation.State.WAITING
    ).count()
    return asked + delivery.stop(found, why=why, by=by, at=at)


def close_if_whole(made: Reach, *, by: Actor, at: datetime) -> None:
    """Say to delivery that everybody is laid down, once that is so."""
    waits = Confirmation.objects.filter(reach=made, state=Confirmation.State.WAITING)
    if made.all_in and not made.mailing.complete and not waits.exists():
        delivery.complete(made.mailing, by=by, at=at)


def _in_force(code: str, day: date) -> InForce:
    found = content.message_in_force(code)
    if found is None:
        raise NotReady(
            _("The message “%(code)s” is not approved. Ask for its approval first.")
            % {"code": code}
        )
    last = found.body.valid_until  # type: ignore[union-attr]
    if last and date.fromisoformat(last) < day:
        raise NotReady(_("The last day of the message, %(day)s, is over.") % {"day": last})
    return found


@transaction.atomic
def _made(
    key: str, text: InForce, sendable: Sendable, *, personal: bool, at: datetime, **more: Any
) -> Reach:
    message = sendable.message
    line = lines.line_for(message.channel)
    if line is None:
        raise NoWay(_("No line of this channel is in use. An administrator adds one."))
    nature = content.nature(message)
    mailing = delivery.make_mailing(
        key, line=line, purpose=message.purpose, personal=personal or nature.is_personal,
        product_risk=nature.risk, approved=True, at=at, **more,
    )  # fmt: skip
    made, _fresh = Reach.objects.get_or_create(
        mailing=mailing, defaults={"code": text.code, "version": text.version, "made_at": at}
    )
    return made


def _as_begun(made: Reach, now: Sendable) -> Sendable:
    """The version it began with, whatever was approved since."""
    version = content.message_version(made.code, made.version)
    return content.sendable(version) if version else now


@transaction.atomic
def _some(sending: _Sending, customers: Sequence[int]) -> Reached:
    """A thousand customers: those who are new get their words."""
    made = Reach.objects.select_for_update(of=("self",)).get(pk=sending.made.pk)
    known = set(queries.reached(made.mailing.key, customers))
    fresh = [pk for pk in dict.fromkeys(customers) if pk not in known]
    house = scope.house()
    purpose, message = made.mailing.purpose, sending.message.message
    top = set() if purpose == SERVICE else content.awaiting_confirmation(house, fresh)
    enough = content.nature(message).personal_enough
    senders = queries.senders(fresh) if message.channel == "wecom" else {}
    told = content.rendered(
        house, sending.message, fresh, on=sending.day, wordings=sending.wordings,
        given=sending.values,
    )  # fmt: skip
    drafts, asked = [], []
    for words in told:
        if message.channel == "wecom" and not words.reason and not senders[words.customer]:
            words = replace(words, reason="no_sender")
        if words.customer in top and not words.reason and not enough:
            words = replace(words, reason="not_personal")
        if words.customer in top and not words.reason:
            asked.append(_confirmation(sending, words))
        else:
            drafts.append(_draft(sending, words, senders.get(words.customer, "")))
    Confirmation.objects.bulk_create(sorted(asked, key=lambda row: row.customer_id))
    laid = delivery.lay(made.mailing, drafts, at=sending.at)
    unsaid = sum(bool(draft.refused) for draft in drafts)
    return Reached(
        made.mailing, laid.waiting, laid.kept - unsaid, unsaid, len(asked), len(known)
    )


def _draft(sending: _Sending, words: Rendered, sender: str) -> Draft:
    return Draft(
        words.customer, text=words.text, subject=words.subject, html=words.html,
        language=words.language or "zh", arm=sending.arms.get(words.customer, ""),
        basis=_basis(sending, words), refused=words.reason, said=words.field,
        sender=sender,
    )  # fmt: skip


def _confirmation(sending: _Sending, words: Rendered) -> Confirmation:
    return Confirmation(
        reach=sending.made, customer_id=words.customer, subject=words.subject,
        text=words.text, html=words.html, language=words.language,
        arm=sending.arms.get(words.customer, ""), basis=_basis(sending, words),
        made_at=sending.at,
    )  # fmt: skip


def _basis(sending: _Sending, words: Rendered) -> dict[str, Any]:
    own = {"message": words.code, "version": words.version, "wording": words.wording}
    return {**sending.basis, **own}
