"""Files of other systems are recognised by their columns, and read as those systems mean."""

from __future__ import annotations

import csv
import io

import pytest

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.intake import actions, rules
from regulars.server.intake.rules import PRESETS
from regulars.testing.cast import NOON, TESTS

VALUES = {
    "customer_id": "0001", "number": "9001", "name": "柳湖商贸", "phone": "13800000001",
    "email": "a@example.com", "birth_date": "1988-05-06", "address": "柳溪路 1 号",
    "occupation": "教师", "since": "2019-03-01", "source": "Web", "note": "老客户",
    "occurred_at": "2026-10-01 10:00", "amount": "120.50", "order_id": "D1",
    "external_id": "T1", "on": "2026-10-01", "account_id": "6222000000000001",
    "holding_id": "6222000000000001", "product_id": "CD1", "balance": "1000.00",
    "opened_on": "2026-01-01", "matures_on": "2027-01-01", "code": "CD1", "kind": "",
    "term_days": "365", "rate": "1.55", "risk_level": "R1", "org_unit": "B01", "book": "mei",
    "gender": "女", "id_number": "", "channel": "pos", "branch": "B01",
    "known_at": "2026-10-01",
    "closed_on": "",
}  # fmt: skip
TAKEN = [one for one in PRESETS if one.kind]
LEFT = [one for one in PRESETS if not one.kind]
LANGUAGES = (0, -1)  # the first of the alternative names, and the last


def header(preset, choice: int) -> dict[str, str]:
    """Column to field, with one of the names that the system uses."""
    named: dict[str, str] = {}
    for field, names in preset.columns.items():
        if names:
            named.setdefault(names.split("|")[choice], field)
    for mark in preset.marks:
        if rules.column(mark, list(named)) is None:
            named[mark.split("|")[choice]] = ""
    for family, given in preset.joined.values():
        named |= {family.split("|")[choice]: "family", given.split("|")[choice]: "given"}
    for names in preset.opted_out.values():
        named[names.split("|")[choice]] = "opted_out"
    return named


def written(columns: dict[str, str], **values: str) -> str:
    known = VALUES | {"family": "李", "given": "娜", "opted_out": "1", "": ""} | values
    out = io.StringIO()
    csv.writer(out).writerows([list(columns), [known.get(f, "") for f in columns.values()]])
    return out.getvalue()


@pytest.mark.parametrize("choice", LANGUAGES)
@pytest.mark.parametrize("preset", TAKEN, ids=lambda one: one.key)
def test_a_file_of_a_known_system_is_recognised_and_loaded(bring, as_system, preset, choice):
    columns = header(preset, choice)

    found = bring(written(columns), kind=preset.kind)

    assert found.reading["preset"] == preset.key
    assert (found.refused, found.added) == (0, 1), found.report["examples"]


@pytest.mark.parametrize("choice", LANGUAGES)
@pytest.mark.parametrize("preset", LEFT, ids=lambda one: one.key)
def test_rows_without_a_place_here_are_recognised_and_the_reason_is_said(preset, choice):
    found = rules.whose([mark.split("|")[choice] for mark in preset.marks])

    assert found is not None
    assert found.system == preset.system
    assert not found.kind
    assert found.why_left_out("zh")
    assert found.why_left_out("en") != found.why_left_out("zh")


def test_salesforce_contacts_are_people_with_joined_names_and_no_consent_they_did_not_give(
    bring, as_system
):
    bring(
        "Id,LastName,FirstName,MailingStreet,HasOptedOutOfEmail,DoNotCall,OwnerId\n"
        "003A,李,娜,柳溪路,1,0,005X\n003B,Lee,Anna,Willow,0,,005X\n",
        kind="customers",
    )

    li, lee = Customer.objects.filter(number__startswith="003").order_by("number")
    assert (li.name, li.kind, li.consents) == ("李娜", "person", {"email": False})
    assert (lee.name, lee.consents) == ("Anna Lee", {})


def test_a_customer_of_several_employees_in_wecom_keeps_all_of_them(bring, as_system):
    bring(
        "external_userid,name,remark,tags,follow_user,add_time,gender\n"
        "wmA,Lina,李姐,VIP,tao,1767225600,2\n"
        "wmA,Lina,李娜 理财,,mei,1764547200,2\n"
        "wmA,Lina,,,nobody,1761955200,2\n"
        "wmB,老周,,,nobody,1764547200,0\n",
        kind="customers",
    )

    one = Customer.objects.get(number="wmA")
    assert one.note.splitlines() == [
        "企业微信：nobody · 2025-11-01T00:00:00+00:00",
        "企业微信：mei · 2025-12-01T00:00:00+00:00 · 李娜 理财",
        "企业微信：tao · 2026-01-01T00:00:00+00:00 · 李姐 · VIP",
    ]
    assert (one.book, one.gender, str(one.since)) == (
        as_system.mei_book,
        "female",
        "2025-11-01",
    )
    assert one.consents == {}
    assert Customer.objects.get(number="wmB").gender == ""


def test_a_source_of_fixed_width_lines_is_cut_by_bytes_as_its_layout_says(
    bring, as_system, facts
):
    layout = "CUST_NO,1,8\nACCT_NO,9,12\nDATA_DATE,21,8\nBAL,29,15,2\nMEMO,44,10"
    source = actions.add_source(
        name="核心余额", kind="balances", options={"layout": layout}, by=TESTS, at=NOON
    )
    lines = [
        ("0001    ", "622200000001", "20261001", "000000000012345", "活期"),
        ("0003    ", "622200000003", "20261001", "00000000000500-", "透支户"),
    ]
    text = b"".join(
        b"".join(
            cell.encode("gb18030").ljust(width)
            for cell, width in zip(line, (8, 12, 8, 15, 10), strict=True)
        )
        + b"\r\n"
        for line in lines
    )

    found = bring(text, kind="balances", name="BAL20261001.txt", source=source)

    assert found.reading["preset"] == "bank-balance"
    assert facts("select balance from facts order by balance", "balances") == [
        (-500,),
        (12345,),
    ]


@pytest.mark.parametrize("text", ["CUST_NO,one,8", "A,1,8\nB,5,4", "A,0,8", "", "A,1"])
def test_a_layout_that_cannot_be_meant_is_refused(text):
    with pytest.raises(rules.LayoutWrong):
        rules.layout(text)


def test_the_managers_of_a_bank_come_as_books(bring, as_system):
    assert Person.objects.filter(username="tao").exists()

    bring("客户号,客户经理工号\n0002,tao\n", kind="customers")

    as_system.zhou.refresh_from_db()
    assert as_system.zhou.book == as_system.tao_book
