"""How many parts an SMS is paid as, where it is cut, and what it costs.

In China a message counts by characters: up to 70 are one part, longer ones 67 each. Elsewhere
3GPP 23.038 counts: the GSM alphabet has septets (160, or 153 each; ten characters take two),
everything else goes as UTF-16 (70, or 67 units each; an emoji takes two). What belongs together
is never cut.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from regulars.base.errors import BadInput

# 3GPP TS 23.038, 6.2.1 and 6.2.1.1; the escape itself is no character of a text.
GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
LONGEST_IN_CHINA = 500  # characters, signature and opt-out included


class TooLong(BadInput):
    """More than the operators take."""

    def __init__(self, units: int) -> None:
        self.units = units
        super().__init__(
            f"The message has {units} characters with signature and opt-out words; operators "
            f"take {LONGEST_IN_CHINA}. Shorten it."
        )


@dataclass(frozen=True)
class Sms:
    """A text as it is paid for."""

    parts: tuple[str, ...]
    units: int
    alphabet: str  # "characters", "gsm7" or "ucs2"

    def cost(self, price: Decimal) -> Decimal:
        """What it costs where one part costs `price`."""
        return len(self.parts) * price


def in_china(text: str) -> Sms:
    """Weigh a whole message (signature, text and opt-out words) as operators in China do.

    :raises TooLong: it has more than 500 characters.
    """
    if len(text) > LONGEST_IN_CHINA:
        raise TooLong(len(text))
    return _weighed(text, [1] * len(text), 70, 67, "characters")


def international(text: str) -> Sms:
    """Weigh a message as operators outside China do."""
    if set(text) <= GSM7 | EXTENSION:
        weights = [2 if character in EXTENSION else 1 for character in text]
        return _weighed(text, weights, 160, 153, "gsm7")
    weights = [2 if ord(character) > 0xFFFF else 1 for character in text]
    return _weighed(text, weights, 70, 67, "ucs2")


def _weighed(text: str, weights: list[int], alone: int, each: int, alphabet: str) -> Sms:
    units = sum(weights)
    parts = (text,) if units <= alone else tuple(_cut(text, weights, each))
    return Sms(parts, units, alphabet)


def _cut(text: str, weights: list[int], room: int) -> Iterable[str]:
    start = used = 0
    for at, weight in enumerate(weights):
        if used + weight > room:
            yield text[start:at]
            start, used = at, 0
        used += weight
    yield text[start:]
