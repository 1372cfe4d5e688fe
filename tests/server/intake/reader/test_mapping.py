from fractions import Fraction

import pytest

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader.mapping import bare

ONLINE_RETAIL = (
    "InvoiceNo StockCode Description Quantity InvoiceDate UnitPrice CustomerID Country"
)


def test_the_names_of_online_retail_are_known():
    mapping = reader.propose(ONLINE_RETAIL.split(), "transactions")

    assert mapping.columns == {
        "customer_id": "CustomerID",
        "occurred_at": "InvoiceDate",
        "quantity": "Quantity",
        "unit_price": "UnitPrice",
        "order_id": "InvoiceNo",
        "product_id": "StockCode",
    }
    assert mapping.unknown == ("Description", "Country")
    assert mapping.complete


def test_case_blanks_underscores_width_and_brackets_do_not_matter():
    mapping = reader.propose(["CUSTOMER id", "ＤＡＴＥ", "实付 金额（必填）"], "transactions")

    assert mapping.columns == {
        "customer_id": "CUSTOMER id",
        "occurred_at": "ＤＡＴＥ",
        "amount": "实付 金额（必填）",
    }


@pytest.mark.parametrize("kind", reader.KINDS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_field_is_found_by_its_own_label(kind, language):
    fields = reader.KINDS[kind].fields
    for header in ([f.name for f in fields], [f.label(language) for f in fields]):
        mapping = reader.propose(header, kind)

        assert list(mapping.columns) == [f.name for f in fields]
        assert not mapping.unknown


@pytest.mark.parametrize("kind", reader.KINDS)
def test_no_two_fields_of_a_kind_share_a_name(kind):
    names = [bare(n) for f in reader.KINDS[kind].fields for n in {f.name, f.en, f.zh}]
    distinct = {
        (bare(n), f.name) for f in reader.KINDS[kind].fields for n in (f.name, f.en, f.zh)
    }

    assert len({name for name, _ in distinct}) == len(distinct), sorted(names)


def test_what_was_given_comes_first_and_an_empty_column_unmaps():
    mapping = reader.propose(
        ["customer_id", "other", "date", "amount", "type"],
        "transactions",
        {"customer_id": "OTHER", "occurred_at": "3", "kind": ""},
    )

    assert mapping.columns["customer_id"] == "other"
    assert mapping.columns["occurred_at"] == "date"
    assert mapping.how == {"customer_id": "given", "occurred_at": "given", "amount": "name"}
    assert mapping.unknown == ("customer_id", "type")


def test_a_field_or_column_that_does_not_exist_is_named():
    with pytest.raises(BadInput, match="no field “colour”"):
        reader.propose(["a"], "transactions", {"colour": "a"})
    with pytest.raises(BadInput, match="no column “b”"):
        reader.propose(["a"], "transactions", {"amount": "b"})


def test_a_missing_customer_column_is_said_so():
    mapping = reader.propose(["date", "amount"], "transactions")

    assert mapping.missing == ("customer_id",)
    with pytest.raises(reader.MappingIncomplete, match="no column with the customer number"):
        mapping.demand_complete()


def test_amount_or_quantity_and_unit_price_will_do():
    assert reader.propose(["客户号", "日期", "数量", "单价"], "transactions").complete
    incomplete = reader.propose(["客户号", "日期", "数量"], "transactions")
    assert incomplete.missing == ("amount", "quantity+unit_price")


def test_a_unit_in_the_name_of_a_column_is_a_declared_rule():
    mapping = reader.propose(["客户号", "日期", "余额（万元）"], "balances")

    assert mapping.units == {"balance": Fraction(10_000)}
