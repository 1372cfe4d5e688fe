"""How a number or an address is written one way, hashed and hinted at."""

from __future__ import annotations

import hashlib
import hmac
import re

import phonenumbers

from regulars.base.errors import BadInput

EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
DIGITS = re.compile(r"^\+?\d{5,15}$")
# Which address a channel goes to.
ADDRESS_OF = {"call": "phone", "sms": "phone", "email": "email"}


class Unreadable(BadInput):
    """This is neither a phone number nor an e-mail address."""


def plainly(value: str, *, region: str = "CN") -> tuple[str, str]:
    """Return ("phone" | "email", the address written one way).

    :raises Unreadable: it is neither.
    """
    text = value.strip().strip("'\"").strip()
    if EMAIL.match(text):
        return "email", text.lower()
    digits = re.sub(r"[\s().-]", "", text).replace("＋", "+")
    if DIGITS.match(digits):
        return "phone", _one_way(digits, region)
    raise Unreadable(f"“{value}” is neither a phone number nor an e-mail address.")


def key(kind: str, plain: str, *, secret: str) -> str:
    """The keyed hash under which an address is listed."""
    return hmac.new(secret.encode(), f"{kind}:{plain}".encode(), hashlib.sha256).hexdigest()


def hint(kind: str, plain: str) -> str:
    """What people may see of it: four last digits, or the first letter and the domain."""
    if kind == "email":
        name, _at, domain = plain.partition("@")
        return f"{name[:1]}***@{domain}"[:40]
    return f"****{plain[-4:]}"


def _one_way(digits: str, region: str) -> str:
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return digits.lstrip("+")
    return f"{number.country_code}{number.national_number}"
