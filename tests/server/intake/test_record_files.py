"""Files of customers, products and people."""

from __future__ import annotations

from decimal import Decimal

import pytest

from regulars.server.core.models import Book, Person, Tenure
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.actions import bury
from regulars.server.customers.models import Customer
from regulars.server.intake import actions, queries
from regulars.server.intake.actions.records import NobodyYet, NotForYou
from regulars.server.products.models import Product
from regulars.testing.cast import NOON


def test_customers_come_with_book_birthday_and_consents(bring, as_system):
    found = bring(
        "客户号,姓名,性别,农历生日,手机,身份证号,管户经理,短信同意,电话同意,同意依据\n"
        "0101,孙国平,男,八月初五,13800000001,110101198001051234,K02,是,否,表单 7\n",
        kind="customers",
    )

    sun = Customer.objects.get(number="0101")
    assert found.added == 1
    assert (sun.gender, sun.lunar_birthday, sun.id_tail) == ("male", "8-5", "1234")
    assert sun.consents == {"sms": True, "call": False}
    assert sun.book == as_system.tao_book


def test_a_file_that_knows_one_channel_keeps_what_was_said_about_the_others(bring, as_system):
    bring("客户号,短信同意\n0001,否\n", kind="customers")

    bring("客户号,电话同意,同意依据\n0001,是,录音 12\n", kind="customers")

    as_system.li.refresh_from_db()
    assert as_system.li.consents == {"sms": False, "call": True}
    assert as_system.li.name == "李娜"


def test_an_unknown_manager_or_branch_refuses_the_row_with_its_reason(bring, as_system):
    found = bring(
        "客户号,姓名,客户经理,机构号\n0101,甲,nobody,B01\n0102,乙,,B99\n0103,丙,MEI,\n",
        kind="customers",
    )

    assert found.report["reasons"] == {"unknown_branch": 1, "unknown_book": 1}
    refused = {row.line: row for row in queries.refused(found)}
    assert (refused[2].column, refused[2].value) == ("客户经理", "nobody")
    assert (refused[3].column, refused[3].value) == ("机构号", "B99")
    assert Customer.objects.get(number="0103").book == as_system.mei_book


def test_a_customer_of_a_branch_without_a_manager_lies_in_its_pool(bring, as_system):
    bring("客户号,姓名,机构号\n0101,甲,B01\n0102,乙,B02\n", kind="customers")

    assert Customer.objects.get(number="0101").book == as_system.willow_pool
    made = Customer.objects.get(number="0102").book
    assert (made.org_unit, made.owner) == (as_system.lake, None)


def test_a_name_too_long_for_the_file_is_refused(bring):
    found = bring(f"客户号,姓名\n0101,{'长' * 201}\n0102,短\n", kind="customers")

    assert found.report["reasons"] == {"too_long": 1}
    assert (found.accepted, found.added) == (1, 1)


def test_products_are_added_and_changed(bring):
    bring(
        "产品代码,产品名称,产品类型,利率,风险等级\nCD1,一年定期,存款,1.55%,R1\n",
        kind="products",
    )

    again = bring("产品代码,产品名称,期限（天）\nCD1,一年期定期存款,365\n", kind="products")

    product = Product.objects.get(code="CD1")
    assert (product.name, product.kind, product.term_days) == ("一年期定期存款", "deposit", 365)
    assert (product.rate, product.risk_level) == (Decimal("0.01550"), 1)
    assert (again.added, again.known, again.report["changed"]) == (0, 1, 1)


def test_people_come_without_a_password_and_managers_get_a_book(bring, as_system):
    found = bring(
        "工号,姓名,岗位,机构号\nsun,孙悦,客户经理,B02\nmei,陆晓晴,客户经理,B01\n",
        kind="people",
    )

    sun = Person.objects.get(username="sun")
    assert (found.added, found.known) == (1, 1)
    assert (sun.role, sun.org_unit, sun.has_usable_password()) == ("rm", as_system.lake, False)
    assert Book.objects.get(owner=sun).org_unit == as_system.lake
    as_system.mei.refresh_from_db()
    assert as_system.mei.check_password("correct horse battery")


def test_who_may_not_administer_may_not_bring_people(bring, as_system):
    with pytest.raises(NotForYou):
        bring("工号,姓名,岗位\nme,我,管理员\n", kind="people", by=as_system.ana)

    assert not Person.objects.filter(username="me").exists()


def test_people_do_not_come_before_the_first_administrator(bring, as_system):
    Book.objects.update(owner=None, backup=None)
    by = actions.files.audit.COMMAND_LINE
    found = bring("工号,姓名\nsun,孙悦\n", kind="people", by=by, work=None)
    Tenure.objects.all().delete()
    Person.objects.all().delete()

    with pytest.raises(NobodyYet):
        actions.load(found, by=by, at=found.brought_at)


def test_a_dry_run_of_records_tells_new_from_known(bring):
    found = bring("客户号,姓名\n0001,李娜\n0500,新\n", kind="customers", work=actions.check)

    assert (found.added, found.known) == (1, 1)
    assert not Customer.objects.filter(number="0500").exists()


def test_an_id_number_is_kept_as_its_tail_and_a_keyed_hash(bring, as_system):
    bring("客户号,姓名,身份证号\n0101,孙国平,110101198001051234\n", kind="customers")
    bring(
        "客户号,姓名,身份证号\n0102,孙 国平,１１０１０１１９８００１０５１２３４\n",
        kind="customers",
    )

    one, other = (Customer.objects.get(number=n) for n in ("0101", "0102"))
    assert one.id_hash == other.id_hash == keyed_hash("110101198001051234", purpose="id")
    assert one.id_tail == "1234"


def test_who_was_erased_is_refused_with_the_reason_in_files_and_facts(bring, as_system):
    bury(as_system.li, by=as_system.ada, at=NOON)

    found = bring("客户号,姓名\n0001,李娜\n0101,孙国平\n", kind="customers")
    facts = bring("客户号,交易时间,金额\n0001,2026-10-01 10:00,120.50\n0101,2026-10-01,5\n")

    assert found.report["reasons"] == facts.report["reasons"] == {"erased_customer": 1}
    assert (found.added, facts.added) == (1, 1)
    assert not Customer.objects.filter(number="0001").exists()


def test_the_business_class_of_a_firm_comes_by_any_of_its_words(bring, as_system):
    found = bring(
        "客户号,姓名,客户类型,业务分类\n"
        "0201,甲厂,对公,结算\n0202,乙厂,对公,信贷类\n0203,丙行,对公,Channel\n0204,丁厂,对公,别的\n",
        kind="customers",
    )

    classes = Customer.objects.filter(number__startswith="020").order_by("number")
    assert list(classes.values_list("business_class", flat=True)) == [
        *("settlement", "credit", "channel"),
    ]
    (refused,) = queries.refused(found)
    assert (refused.line, refused.column, refused.value) == (5, "业务分类", "别的")

    bring("客户号,业务分类\n0202,关系\n", kind="customers")
    assert Customer.objects.get(number="0202").business_class == "relationship"
