"""Numbers of identity papers: whose check digit is right, and what is kept of them.

A resident identity card has 18 characters, the last of them a check digit (GB 11643); cards
made before 2000 have 15 digits, the same without century and check digit. An organization's
unified social credit code has 18 with a check character (GB 32100). Anything else (passport,
permit, card of another country) is taken as it is. Only the last four characters and a
hash under the home's key are kept, so that equal numbers are found and none is read back.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata

from regulars.server.intake.reader.cells import Fault, clean_id

PURPOSE = "id"  # the hashes of one purpose cannot be laid over those of another
_RESIDENT = re.compile(r"[1-9]\d{16}[\dX]")
_OLD = re.compile(r"[1-9]\d{14}")
_CREDIT = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_OTHER = re.compile(r"[0-9A-Z()\-./·]{5,30}")
_MASKED = re.compile(r"[0-9A-Z]{0,10}\*{3,}[0-9A-Z]{0,10}")
_WEIGHTS = [2**place % 11 for place in range(17, 0, -1)]
_CHECKS = "10X98765432"
_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_POWERS = [3**place % 31 for place in range(17)]


def clean_identity(cell: str) -> str | Fault | None:
    """Write a number the one way it is written; an old card as the new one of its holder."""
    found = clean_id(cell)
    if found is None or isinstance(found, Fault):
        return found
    number = re.sub(r"[\s\-—–]", "", unicodedata.normalize("NFKC", found)).upper()
    if _RESIDENT.fullmatch(number) and _is_day(number[6:14]):
        return number if number[17] == resident_check(number) else Fault("id_check_digit")
    if _OLD.fullmatch(number) and _is_day("19" + number[6:12]):
        whole = number[:6] + "19" + number[6:]
        return whole + resident_check(whole)
    if len(number) == 18 and _CREDIT.fullmatch(number):
        return number if number[17] == credit_check(number) else Fault("id_check_digit")
    if len(number) == 18 and number[:17].isdecimal():
        return Fault("id_check_digit")
    known = _OTHER.fullmatch(number) or _MASKED.fullmatch(number)
    return number if known else Fault("not_an_id")


def resident_check(number: str) -> str:
    """The check digit of a resident identity card, from its first 17 digits."""
    pairs = zip(number[:17], _WEIGHTS, strict=True)
    return _CHECKS[sum(int(digit) * weight for digit, weight in pairs) % 11]


def credit_check(number: str) -> str:
    """The check character of a unified social credit code, from its first 17 characters."""
    pairs = zip(number[:17], _POWERS, strict=True)
    return _SIGNS[-sum(_SIGNS.index(sign) * power for sign, power in pairs) % 31]


def tail(number: str) -> str:
    """The last four characters, without what masks them."""
    return number[-4:].lstrip("*")


def keyed(number: str, key: bytes) -> str | None:
    """Hash a number under a key; None where it is masked. Case and width do not matter."""
    if "*" in number:
        return None
    return hmac.new(key, f"{PURPOSE}:{number.casefold()}".encode(), hashlib.sha256).hexdigest()


def _is_day(digits: str) -> bool:
    month, day = int(digits[4:6]), int(digits[6:8])
    return 1800 < int(digits[:4]) < 2200 and 1 <= month <= 12 and 1 <= day <= 31
