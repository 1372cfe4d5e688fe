"""A contact that a phone takes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.customers.rules.vcard import Contact, vcard

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def contact(**given: Any) -> Contact:
    known: dict[str, Any] = {
        "uid": "abc", "number": "K-7", "name": "李娜", "is_organization": False,
        "phone": "13800000001",
        "email": "", "address": "", "birth_date": None, "lunar_birthday": "", "title": "",
        "categories": (), "changed_at": AT,
    }  # fmt: skip
    return Contact(**known | given)


def test_a_card_says_who_it_is_and_how_to_call() -> None:
    text = vcard(contact(birth_date=date(1980, 5, 2), lunar_birthday="8-15"))

    assert text.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n")
    assert "\r\nFN:李娜\r\nN:李娜;;;;\r\n" in text
    assert "\r\nTEL;TYPE=cell:13800000001\r\n" in text
    assert "\r\nBDAY:19800502\r\nX-LUNAR-BDAY:8-15\r\n" in text
    assert text.endswith("REV:20261122T093000Z\r\nEND:VCARD\r\n")


def test_an_old_phone_gets_an_old_card() -> None:
    text = vcard(contact(birth_date=date(1980, 5, 2)), version="3.0")

    assert "VERSION:3.0" in text
    assert "BDAY:1980-05-02" in text


def test_an_organisation_is_one() -> None:
    text = vcard(contact(name="临江机械", is_organization=True))

    assert "\r\nORG:临江机械\r\nKIND:org\r\n" in text


@pytest.mark.parametrize("given", ["a;b", "a,b", "a\\b", "a\nb", "BEGIN:VCARD\r\nEND:VCARD"])
def test_what_somebody_typed_never_ends_a_line(given: str) -> None:
    text = vcard(contact(name=given))

    assert text.count("BEGIN:VCARD\r\n") == 1
    assert text.count("\r\nEND:VCARD\r\n") == 1


@given(st.text(max_size=200))
def test_no_line_is_longer_than_75_octets_and_unfolding_gives_it_back(name: str) -> None:
    text = vcard(contact(name=name))

    lines = text.split("\r\n")
    assert all(len(line.encode("utf-8", "surrogatepass")) <= 75 for line in lines)
