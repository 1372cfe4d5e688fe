"""What a file says of consents: each yes with its proof, and no no is lifted by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulars.server.channels.models import Consent
from regulars.server.customers.models import Customer
from regulars.server.intake import actions, forms, queries
from regulars.testing.cast import NOON, TESTS


def test_each_yes_stands_in_the_ledger_with_its_proof_and_its_day(bring, as_system):
    found = bring(
        "客户号,短信同意,电话同意,同意依据,同意时间\n0001,是,否,表单 7,2026-10-01 09:30\n",
        kind="customers",
    )

    sms = Consent.objects.get(customer=as_system.li, channel="sms")
    assert (sms.said, sms.evidence, sms.source) == ("given", "表单 7", "import")
    assert sms.at.isoformat() == "2026-10-01T01:30:00+00:00"
    as_system.li.refresh_from_db()
    assert as_system.li.consents == {"sms": True, "call": False}
    assert found.report["consents"]["added"] == 2


def test_a_yes_without_proof_refuses_its_row_unless_the_file_names_one(bring, as_system):
    text = "客户号,短信同意,同意依据\n0601,是,\n0602,否,\n0603,是,表单 8\n"
    found = bring(text, kind="customers")

    assert found.report["reasons"] == {"no_evidence": 1}
    assert not Customer.objects.filter(number="0601").exists()

    again = bring(text, kind="customers", work=None)
    again.options["evidence"] = "2026 秋季活动"
    actions.load(again, by=as_system.ada, at=NOON)

    proofs = Consent.objects.filter(said="given").values_list("customer__number", "evidence")
    assert set(proofs) == {("0601", "2026 秋季活动"), ("0603", "表单 8")}


def test_a_yes_without_a_day_is_held_back_where_a_no_is_on_file(bring, as_system):
    bring("客户号,短信同意\n0001,否\n", kind="customers")

    later = NOON + timedelta(days=1)
    found = bring("客户号,短信同意,同意依据\n0001,是,表单 9\n", kind="customers", at=later)

    as_system.li.refresh_from_db()
    assert as_system.li.consents == {"sms": False}
    assert found.report["consents"]["held"] == 1


def test_what_a_file_said_goes_with_those_it_opened(bring, as_system):
    found = bring("客户号,短信同意,同意依据\n0604,是,表单 7\n", kind="customers")

    actions.undo(found, by=TESTS, at=NOON + timedelta(days=1))

    assert not Customer.objects.filter(number="0604").exists()
    assert not Consent.objects.filter(evidence="表单 7").exists()


AMBIGUOUS = "客户号,交易时间,金额\n0001,3/4/2026,10\n0001,5/6/2026,20\n"


def test_ambiguous_dates_are_refused_until_somebody_says_what_comes_first(bring, facts):
    refused = bring(AMBIGUOUS)
    assert refused.report["reasons"] == {"ambiguous_date": 2}
    assert forms.asks_order(refused)

    found = bring(AMBIGUOUS, work=None)
    found.options["date_order"] = "month_first"
    actions.load(found, by=TESTS, at=NOON)

    assert facts("select local_date::varchar from facts order by 1") == [
        ("2026-03-04",),
        ("2026-05-06",),
    ]


def test_the_order_of_day_and_month_is_remembered_with_the_source(bring, facts):
    source = actions.add_source(name="收银", kind="transactions", by=TESTS, at=NOON)
    first = bring(AMBIGUOUS, source=source, work=None)
    first.options["date_order"] = "day_first"
    actions.load(first, by=TESTS, at=NOON)

    second = bring("客户号,交易时间,金额\n0001,7/8/2026,30\n")

    assert second.source == source
    assert second.refused == 0
    assert ("2026-08-07",) in facts("select local_date::varchar from facts")


@pytest.fixture
def secret() -> str:
    rows = "".join(f"{n:04},名{n},\n" for n in range(300))
    return f"客户号,姓名,密码\n{rows}9999,末,hunter2\n"


def test_a_file_with_passwords_further_down_is_deleted_and_its_page_says_so(
    bring, secret, as_system
):
    found = bring(secret, kind="customers", work=None)

    with pytest.raises(Exception, match="further down"):
        actions.load(found, by=as_system.ada, at=NOON)

    found.refresh_from_db()
    kept = [path for path in queries.folder(found).rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["lock"]
    assert "删除" in forms.why_failed(found)
    assert "hunter2" not in str(found.reading)
    with pytest.raises(actions.Destroyed):
        actions.load(found, by=as_system.ada, at=NOON)
