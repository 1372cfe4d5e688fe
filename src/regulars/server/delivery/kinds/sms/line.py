"""What every SMS line owes, whoever carries it: signature, opt-out words, weight, limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.base.errors import BadInput
from regulars.server.core.webhooks.rules import BadAddress, address
from regulars.server.core.webhooks.sending import Outcome
from regulars.server.delivery.kinds import wire
from regulars.server.delivery.kinds.base import Carrier, Field, Kind, Message, Receipt, Size
from regulars.server.delivery.rules import sizes

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
IN_CHINA = re.compile(r"\+861[3-9][0-9]{9}")
MARKET = Field(
    "market",
    gettext_lazy("Country of the customers"),
    gettext_lazy("How operators count and what the law asks for."),
    default="china",
    choices=(
        ("china", gettext_lazy("Mainland China")),
        ("international", gettext_lazy("Elsewhere")),
    ),
)
PURPOSE = Field(
    "purpose",
    gettext_lazy("Registered for"),
    gettext_lazy(
        "Operators refuse advertising that goes out as a notice. One line per purpose."
    ),
    default="marketing",
    choices=(
        ("marketing", gettext_lazy("Marketing")),
        ("notice", gettext_lazy("Service notices")),
    ),
)
SIGNATURE = Field(
    "signature",
    gettext_lazy("Signature of messages"),
    gettext_lazy("Without brackets, as it is registered with the operators."),
    required=False,
)
STATUS = Field(
    "signature_status",
    gettext_lazy("State of the signature"),
    gettext_lazy("Operators block what is not registered under the company's name."),
    default="waiting",
    choices=(
        ("registered", gettext_lazy("Registered")),
        ("waiting", gettext_lazy("Applied for")),
        ("refused", gettext_lazy("Not approved")),
    ),
)
OPT_OUT = Field(
    "opt_out",
    gettext_lazy("Opt-out words"),
    gettext_lazy("Stand at the end of every marketing message."),
    default="拒收请回复R",
)
TOKEN = Field(
    "token",
    gettext_lazy("Token of receipts and replies"),
    gettext_lazy("Ends the address that is entered at the provider (?token=...)."),
    required=False,
    secret=True,
)
OWED = (SIGNATURE, STATUS, PURPOSE, OPT_OUT)


class SmsKind(Kind):
    """A kind that carries SMS."""

    channel = "sms"

    @property
    def in_china(self) -> bool:
        return self.settings.get("market", "china") == "china"

    def check(self) -> None:
        demand(self)
        if self.in_china and not self.settings.get("signature"):
            raise BadInput(_("In mainland China a message needs the company's signature."))
        if self.in_china and self.settings.get("signature_status") != "registered":
            raise BadInput(
                _("The signature is not registered yet. Operators block what goes out.")
            )

    def words(self, message: Message) -> Message:
        signature = f"【{self.settings.get('signature', '')}】" if self.in_china else ""
        opt_out = self.settings.get("opt_out", "") if message.marketing else ""
        text = message.text.strip()
        head = "" if text.startswith(signature) else signature
        tail = "" if text.endswith(opt_out) else self._gap + opt_out
        return replace(message, text=f"{head}{text}{tail}")

    @property
    def _gap(self) -> str:
        return "" if self.in_china else " "

    def plain(self, message: Message) -> str:
        """The text alone where providers add signature and opt-out words, as in China."""
        text = self.words(message).text
        if not self.in_china:
            return text
        opt_out = self.settings.get("opt_out", "") if message.marketing else ""
        return text.removeprefix(f"【{self.settings.get('signature', '')}】").removesuffix(
            opt_out
        )

    def size(self, message: Message) -> Size:
        text = self.words(message).text
        weighed = sizes.in_china(text) if self.in_china else sizes.international(text)
        return Size(len(weighed.parts), weighed.units, weighed.alphabet)

    def refusal(self, message: Message) -> str:
        pattern = IN_CHINA if self.in_china else E164
        if not pattern.fullmatch(message.to):
            return str(_("The number is not one that this line reaches."))
        if not message.text.strip():
            return str(_("The message is empty."))
        if message.marketing != (self.settings.get("purpose", "marketing") == "marketing"):
            return str(
                _("The line is registered for the other purpose (marketing or notices).")
            )
        return self._too_long(message)

    def _too_long(self, message: Message) -> str:
        try:
            size = self.size(message)
        except sizes.TooLong as error:
            return _is_too_long(error.units, sizes.LONGEST_IN_CHINA)
        longest = self.can.longest
        if longest is not None and size.units > longest:
            return _is_too_long(size.units, longest)
        return ""


def _is_too_long(units: int, longest: int) -> str:
    return str(
        _("The message has %(units)s units; the provider takes %(longest)s.")
        % {"units": units, "longest": longest}
    )


class HttpCarrier(Carrier):
    """One call a message: `ask` makes it, `read` says what the answer means."""

    def __init__(
        self,
        ask: Callable[[Message, wire.Mark], Outcome],
        read: Callable[[Outcome], Receipt],
    ) -> None:
        self.ask, self.read = ask, read

    def send(self, message: Message, mark: Callable[[], bool]) -> Receipt:
        outcome = self.ask(message, mark)
        return wire.lost(outcome) or self.read(outcome)


def demand(kind: Kind) -> None:
    """Refuse settings with a gap, or an address that is none.

    :raises BadInput: names the setting.
    """
    for field in kind.fields:
        value = kind.settings.get(field.name, "")
        if field.required and not value:
            raise BadInput(_("“%(setting)s” is empty.") % {"setting": field.label})
        if value and field.choices and value not in dict(field.choices):
            raise BadInput(_("“%(setting)s” is no known choice.") % {"setting": field.label})
        if value and field.name == "url":
            demand_address(value)


def demand_address(url: str) -> None:
    """Refuse an address of another shape.

    :raises BadInput: it is none.
    """
    try:
        address(url, numbers=True)
    except BadAddress as error:
        raise BadInput(
            _("“%(url)s” is no address. Write https:// and a host.") % {"url": url[:100]}
        ) from error
