"""One contact as a vCard, so that a phone's address book takes it.

RFC 6350 (version 4.0), or 2426 (3.0) for old phones. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

WIDTH = 75  # octets in a line, after which it is folded


@dataclass(frozen=True)
class Contact:
    """What a vCard says of somebody."""

    uid: str
    number: str  # by which an import knows whose card it is
    name: str
    is_organization: bool
    phone: str
    email: str
    address: str
    birth_date: date | None
    lunar_birthday: str  # "8-15": kept apart, because the solar day differs every year
    title: str
    categories: Sequence[str]
    changed_at: datetime


def vcard(contact: Contact, *, version: str = "4.0") -> str:
    """Write a contact as text with CRLF line ends, folded at 75 octets.

    :param version: "4.0" or "3.0".
    """
    lines = ["BEGIN:VCARD", f"VERSION:{version}", *_lines(contact, version), "END:VCARD"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _lines(contact: Contact, version: str) -> Iterator[str]:
    name = _escaped(contact.name)
    yield f"UID:{'urn:regulars:' if version == '4.0' else ''}{contact.uid}"
    if contact.number:
        yield f"X-CUSTOMER-NUMBER:{_escaped(contact.number)}"
    yield f"FN:{name}"
    if contact.is_organization:
        yield "N:;;;;"
        yield f"ORG:{name}"
        if version == "4.0":
            yield "KIND:org"
    else:
        yield f"N:{name};;;;"
    if contact.title:
        yield f"TITLE:{_escaped(contact.title)}"
    if contact.phone:
        yield f"TEL;TYPE={'cell' if version == '4.0' else 'CELL'}:{_escaped(contact.phone)}"
    if contact.email:
        yield f"EMAIL:{_escaped(contact.email)}"
    if contact.address:
        yield f"ADR:;;{_escaped(contact.address)};;;;"
    if contact.birth_date:
        compact = "%Y%m%d" if version == "4.0" else "%Y-%m-%d"
        yield f"BDAY:{contact.birth_date.strftime(compact)}"
    if contact.lunar_birthday:
        yield f"X-LUNAR-BDAY:{contact.lunar_birthday}"
    if contact.categories:
        yield f"CATEGORIES:{','.join(_escaped(each) for each in contact.categories)}"
    yield f"REV:{contact.changed_at.strftime('%Y%m%dT%H%M%SZ')}"


def _escaped(text: str) -> str:
    for plain, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n")):
        text = text.replace(plain, safe)
    return text.replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> str:
    """Break a line after 75 octets, never inside a character."""
    found, octets = [], 0
    for letter in line:
        size = len(letter.encode())
        if octets + size > WIDTH:
            found.append("\r\n ")
            octets = 1
        found.append(letter)
        octets += size
    return "".join(found)
