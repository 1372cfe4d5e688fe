"""Address books (vCard 2.1, 3.0, 4.0) as a table with one row per card.

The columns are called as the properties are, so that whoever maps them recognises them. A
card without UID gets a number made from its name, phone and e-mail: the same card brought
again is the same customer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from regulars.server.intake.reader.batches import Batch, Refused, from_rows
from regulars.server.intake.reader.contentlines import Property, properties
from regulars.server.intake.reader.encodings import Encoding, detect
from regulars.server.intake.reader.reasons import Problem

HEADER = (
    "UID", "FN", "KIND", "GENDER", "BDAY", "X-LUNAR-BDAY", "BDAY without year", "TEL", "TEL 2",
    "EMAIL", "EMAIL 2", "Works at (ORG)", "TITLE", "ADR", "CATEGORIES", "NOTE",
)  # fmt: skip
ROWS_A_BATCH = 20_000
LONGEST_CARD = 2000  # properties; more is no card
MARK = "BEGIN:VCARD"
_HAN = re.compile(r"[\u3400-\u9fff]")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")
_YEARLESS = re.compile(
    r"(?:--\d{2}-?\d{2}|1604-\d{2}-\d{2})(?:T.*)?"
)  # 1604: as Apple writes it


def is_card(head: bytes) -> bool:
    """Say whether a file begins as an address book does."""
    for codec in ("utf-8-sig", "utf-16"):
        start = head[:200].decode(codec, "ignore").lstrip("\ufeff \t\r\n").upper()
        if start.replace(" ", "").startswith(MARK):
            return True
    return False


def encoding_of(path: Path, asked: str | None) -> Encoding:
    """Find the encoding; a fold that cuts a character in two does not make the file damaged."""
    found = detect(path, asked)
    if asked is not None or found == Encoding("utf-8") or found.name.startswith("utf-16"):
        return found
    whole = Encoding("utf-8")
    return found if any(one.broken for one in properties(path, whole)) else whole


def count(path: Path) -> int:
    """Roughly how many cards a file holds."""
    with path.open("rb") as file:
        data, found = b"", 0
        while chunk := file.read(1 << 20):
            data = data[-20:] + chunk.upper().replace(b"\0", b"")
            found += data.count(b"BEGIN:VCARD")
        return found


def batches(path: Path, encoding: Encoding, *, size: int = ROWS_A_BATCH) -> Iterator[Batch]:
    """Yield the cards; a card's line is where it begins."""
    lines: list[int] = []
    rows: list[list[str]] = []
    broken: list[Refused] = []
    for line, card, whole in _cards(path, encoding):
        cells = _row(card)
        if not any(cells[1:]):
            continue
        if problem := _problem(card, whole=whole):
            broken.append(Refused(line, tuple(cells), (problem,)))
        else:
            lines.append(line)
            rows.append(cells)
        if len(rows) + len(broken) >= size:
            yield from_rows(lines, rows, len(HEADER), broken)
            lines, rows, broken = [], [], []
    yield from_rows(lines, rows, len(HEADER), broken)


def _cards(path: Path, encoding: Encoding) -> Iterator[tuple[int, list[Property], bool]]:
    """Yield each card's line and properties, and whether its end is there."""
    card: list[Property] | None = None
    start = 1
    for one in properties(path, encoding):
        mark = f"{one.name}:{one.value.strip().upper()}"
        if mark == MARK:
            if card:
                yield start, card, False
            start, card = one.line, []
        elif mark == "END:VCARD":
            if card:
                yield start, card, True
            card = None
        elif card is not None and len(card) < LONGEST_CARD:
            card.append(one)
    if card:
        yield start, card, False


def _problem(card: list[Property], *, whole: bool) -> Problem | None:
    if not whole:
        return Problem("card_cut_off")
    for one in card:
        if "\0" in one.value:
            return Problem("nul_byte", one.name)
        if one.broken:
            return Problem("undecodable_card", one.name, one.value[:200])
    return None


def _row(card: list[Property]) -> list[str]:
    first: dict[str, Property] = {}
    for one in card:
        if one.value.strip():
            first.setdefault(one.name, one)
    said = {name: one.text for name, one in first.items()}
    tel, tel_2 = _preferred(card, "TEL", ("CELL", "MOBILE", "IPHONE"))
    email, email_2 = _preferred(card, "EMAIL", ())
    organization = ", ".join(filter(None, first["ORG"].parts())) if "ORG" in first else ""
    name = said.get("FN") or (_name(first["N"].parts()) if "N" in first else "")
    day, yearless = _birthday(said.get("BDAY", ""))
    cells = {
        "UID": _uid(said.get("UID", "")),
        "FN": name or organization,
        "KIND": _kind(card, name=name, organization=organization),
        "GENDER": (said.get("GENDER") or said.get("X-GENDER", "")).partition(";")[0],
        "BDAY": day,
        "X-LUNAR-BDAY": said.get("X-LUNAR-BDAY", ""),
        "BDAY without year": yearless,
        "TEL": tel,
        "TEL 2": tel_2,
        "EMAIL": email,
        "EMAIL 2": email_2,
        "Works at (ORG)": organization,  # ORG alone would be taken for our own branch
        "TITLE": said.get("TITLE") or said.get("ROLE", ""),
        "ADR": _address(first["ADR"].parts()) if "ADR" in first else "",
        "CATEGORIES": ", ".join(first["CATEGORIES"].parts(","))
        if "CATEGORIES" in first
        else "",
        "NOTE": said.get("NOTE", ""),
    }
    # A card that this system gave out says whose it is; another's own number is its UID.
    cells["UID"] = said.get("X-CUSTOMER-NUMBER", "") or cells["UID"] or _number(cells)
    return [cells[name] for name in HEADER]


def _preferred(card: list[Property], name: str, kinds: tuple[str, ...]) -> tuple[str, str]:
    """The value to use first, and the next: what is preferred, then a mobile, then the rest."""

    def rank(one: Property) -> int:
        if "PREF" in one.params or "PREF=1" in one.params:
            return 0
        return 1 if one.params & set(kinds) else 3 if "FAX" in one.params else 2

    found = [one for one in card if one.name == name and one.value.strip()]
    first, second, *_more = [*(_bare(one.text) for one in sorted(found, key=rank)), "", ""]
    return first, second


def _bare(value: str) -> str:
    """Take away the scheme of an address: tel:+86-1380000;ext=8, mailto:a@b.cn."""
    scheme, colon, rest = value.partition(":")
    told = rest if colon and scheme.lower() in ("tel", "mailto") else value
    return told.replace(";ext=", "x")


def _name(parts: list[str]) -> str:
    family, given, middle, *_more = [*parts, "", "", ""]
    if _HAN.search(family + given):
        return family + middle + given
    return " ".join(filter(None, (given, middle, family)))


def _address(parts: list[str]) -> str:
    box, extended, street, city, region, code, country = [*parts, *[""] * 7][:7]
    if _HAN.search(street + city + region):
        return "".join((country, region, city, street, extended))
    return ", ".join(filter(None, (box, extended, street, city, region, code, country)))


def _birthday(value: str) -> tuple[str, str]:
    """The day, and beside it what has no year and therefore is none."""
    if _YEARLESS.fullmatch(value):
        return "", value.replace("1604-", "--")
    found = _DAY.fullmatch(value)
    return ("-".join(found.groups()), "") if found else (value, "")


def _kind(card: list[Property], *, name: str, organization: str) -> str:
    said = {one.name: one.text.lower() for one in card}
    if kind := said.get("KIND") or said.get("X-ADDRESSBOOKSERVER-KIND"):
        return "organization" if kind in ("org", "organization") else kind
    company = said.get("X-ABSHOWAS") == "company" or (organization and not name)
    return "organization" if company else ""


def _uid(value: str) -> str:
    return value.strip().removeprefix("urn:uuid:")


def _number(cells: dict[str, str]) -> str:
    told = "\x1f".join(cells[name] for name in ("FN", "TEL", "EMAIL", "Works at (ORG)"))
    return "VC-" + hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:12].upper()
