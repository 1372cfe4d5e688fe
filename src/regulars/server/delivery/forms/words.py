"""States, steps and reasons of messages, as people read them."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.forms.words import REASONS
from regulars.server.delivery.kinds import End
from regulars.server.delivery.models import Delivery, Line, Mailing

Words = Mapping[str, str | Promise]
State = Delivery.State

CHANNELS: Words = {"email": _("E-mail"), "sms": _("SMS"), "wecom": _("WeCom")}
STEPS: Words = {
    "waiting": pgettext_lazy("messages", "Waiting"),
    "confirm": pgettext_lazy("messages", "To be confirmed"),
    "sent": pgettext_lazy("messages", "Sent"),
    "unknown": pgettext_lazy("messages", "End unknown"),
    "failed": pgettext_lazy("messages", "Not arrived"),
    "unsent": pgettext_lazy("messages", "Not sent"),
}
# Colour and icon; the word always stands beside them.
MARKS: Mapping[str, tuple[str, str]] = {
    State.WAITING: ("", "hourglass"),
    State.LEASED: ("", "hourglass"),
    State.BEGUN: ("", "send"),
    State.CREATED: ("w", "user-check"),
    State.SENT: ("a", "send"),
    State.DELIVERED: ("a", "check"),
    State.UNKNOWN: ("w", "help-circle"),
    State.FAILED: ("d", "alert-circle"),
    State.BOUNCED: ("d", "mail-off"),
    State.LIMITED: ("w", "hand-stop"),
    State.KEPT: ("", "shield-check"),
    State.EXPIRED: ("", "clock"),
    State.STOPPED: ("", "ban"),
}
MAILINGS: Mapping[str, tuple[str, str]] = {
    Mailing.State.RUNNING: ("a", "player-play"),
    Mailing.State.PAUSED: ("w", "hand-stop"),
    Mailing.State.STOPPED: ("d", "ban"),
    Mailing.State.DONE: ("", "check"),
}
LINES: Mapping[str, tuple[str, str]] = {
    Line.State.ON: ("a", "check"),
    Line.State.OFF: ("", "ban"),
    Line.State.FAULTY: ("d", "alert-circle"),
}
# The policy's reasons stand in `channels`; these are of sending itself.
OWN: Words = {
    "same_address": _("Somebody with the same address got it: one address, one message."),
    "same_person": _("The person got it under the file that was merged into this one."),
    "cannot": _("This line cannot carry the message."),
    "allowance": _("The customer had all that the provider allows for now."),
    # Of the words themselves.
    "missing": _("Something that the words need is not known of this customer."),
    "value": _("A value does not fit the way it is to be written."),
    "limit": _("The words would be longer than a message may be."),
    "source": _("The words were changed past the check."),
    "no_words": _("Nothing is left of the words for this customer."),
    "not_seen": _("The customer is not on file any more."),
    "no_sender": _("Whoever looks after the customer has no WeCom account on file."),
    "not_personal": _("The words address nobody by name; to this customer they must."),
    "not_confirmed": _("Their manager did not confirm it in time."),
    "declined": _("Their manager decided against it."),
    "by_person": _("Their manager says it in person."),
}
NEWS: Words = {
    "sent": pgettext_lazy("news", "Confirmed and sent"),
    "delivered": pgettext_lazy("news", "Arrived"),
    "failed": pgettext_lazy("news", "Did not arrive"),
    "bounced": pgettext_lazy("news", "Came back: the address does not exist"),
    "complained": pgettext_lazy("news", "Was called spam"),
    "limited": pgettext_lazy("news", "Over the provider's limit for this customer"),
    "stopped": pgettext_lazy("news", "The provider keeps a refusal of this customer"),
    "replied": pgettext_lazy("news", "Answered"),
    "clicked": pgettext_lazy("news", "Opened a link"),
}
ENDS: Words = {
    End.SENT: _("The provider took the test message. Look whether it arrives."),
    End.CREATED: _("The provider has the test; a person of yours must confirm it there."),
    End.LATER: _("The provider does not take it now. Try again in a while."),
    End.REFUSED: _("The test was refused."),
    End.UNKNOWN: _("The test may have gone out: the connection broke before the answer."),
    End.TAKEN: _("Nothing was sent."),
}


def why_not(row: Delivery) -> str:
    """Why a message was not sent, waits, or did not arrive; empty where nothing is to say."""
    parts = [str(OWN.get(row.reason) or REASONS.get(row.reason, row.reason))]
    if row.state == State.STOPPED:
        parts.append(row.mailing.why)
    if row.state == State.EXPIRED and not row.reason:
        parts.append(str(_("Its time was over before it could go out.")))
    return " ".join(part for part in parts if part)


def provider_said(row: Delivery) -> str:
    """The provider's own code and words."""
    return " ".join(part for part in (row.code, row.said) if part)
