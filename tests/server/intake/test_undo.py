"""Any import can be taken out again; what somebody touched since is listed and stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulars.server.channels import actions as channels
from regulars.server.core import actions as core
from regulars.server.core.models import Book, Person
from regulars.server.customers import actions as customers
from regulars.server.customers import queries as file
from regulars.server.customers.bricks import values
from regulars.server.customers.models import Customer, FactKey, SeenValue
from regulars.server.facts import actions as lake
from regulars.server.facts.models import FactFile
from regulars.server.intake import actions, queries
from regulars.server.intake.actions import records
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TESTS

from .conftest import ORDERS

LATER = NOON + timedelta(days=1)
CUSTOMERS = """客户号,姓名,手机,生日,职业,客户经理
0001,李娜娜,13811112222,1990-05-01,教师,mei
0100,新一,13900000001,1980-01-01,,mei
0101,新二,13900000002,1981-01-01,医生,tao
0102,新三,13900000003,1982-01-01,,
"""


def snapshot() -> list[dict[str, object]]:
    left = ("updated_at", "completeness", "confirmed_at")
    rows = Customer.objects.order_by("number").values()
    return [{k: v for k, v in row.items() if k not in left} for row in rows]


def undo(found):
    return actions.undo(found, by=TESTS, at=LATER)


def kept(found):
    return {(one["number"], one["field"], one["why"]) for one in found.undone["listed"]}


def test_customers_whom_nobody_touched_go_and_changed_values_stand_as_before(bring, as_system):
    before = snapshot()
    found = bring(CUSTOMERS, kind="customers")
    assert Customer.objects.get(number="0001").phone == "13811112222"

    undo(found)

    for now, then in zip(snapshot(), before, strict=True):
        assert {k: v for k, v in now.items() if then[k] != v} == {}
    assert (found.undone["removed"], found.undone["restored"], found.undone["kept"]) == (
        3,
        1,
        0,
    )
    assert FactKey.objects.count() == len(before)
    assert found.state == "withdrawn"


def test_what_was_changed_by_hand_since_is_listed_and_stays(bring, as_system):
    found = bring(CUSTOMERS, kind="customers")
    as_system.li.refresh_from_db()
    customers.change_customer(as_system.li, phone="13700000000", by=as_system.mei, at=LATER)
    new = Customer.objects.get(number="0100")
    customers.change_customer(new, occupation="律师", by=as_system.mei, at=LATER)

    undo(found)

    as_system.li.refresh_from_db()
    assert (as_system.li.phone, as_system.li.name) == ("13700000000", "李娜")
    assert as_system.li.birth_date is None
    assert as_system.li.provenance["phone"][0] == "hand"
    assert Customer.objects.get(number="0100").occupation == "律师"
    assert kept(found) == {("0001", "phone", "changed"), ("0100", "", "changed")}
    assert found.undone["removed"] == 2


def test_the_same_value_said_again_by_hand_stays_too(bring, as_system):
    found = bring(CUSTOMERS, kind="customers")
    as_system.li.refresh_from_db()
    customers.change_customer(as_system.li, name="李娜娜", by=as_system.mei, at=LATER)

    undo(found)

    as_system.li.refresh_from_db()
    assert as_system.li.name == "李娜娜"


def test_a_customer_with_a_contact_or_facts_of_another_file_stays(bring, as_system):
    found = bring(CUSTOMERS, kind="customers")
    bring("客户号,交易时间,金额\n0100,2026-10-01,5\n")
    one = Customer.objects.get(number="0101")
    channels.record_touch(
        one, channel="call", outcome="reached", two_way=True, by=as_system.mei, at=LATER
    )

    undo(found)

    assert {("0100", "", "facts"), ("0101", "", "used")} == kept(found)
    assert not Customer.objects.filter(number="0102").exists()


def test_a_restored_name_is_found_by_search_again(bring, as_system):
    found = bring(CUSTOMERS, kind="customers")

    undo(found)

    assert file.find(as_system.ada, "李娜娜") == []
    assert file.find(as_system.ada, "李娜") == [as_system.li.pk]


def test_facts_go_with_the_customers_and_products_that_only_they_opened(bring, as_system):
    before = snapshot()
    found = bring(ORDERS)
    assert Product.objects.count() == 2

    undo(found)

    for now, then in zip(snapshot(), before, strict=True):
        assert {k: v for k, v in now.items() if then[k] != v} == {}
    assert not Product.objects.exists()
    assert not FactFile.objects.filter(replaced_at__isnull=True).exists()
    assert found.undone["facts"] == 3


def test_facts_made_into_one_file_with_others_are_taken_out_of_it(bring, facts):
    bring(ORDERS.replace("SKU", "P"))
    later = "客户号,交易时间,金额\n0001,2026-11-01 09:00,7\n0001,2026-11-02 09:00,8\n"
    found = bring(later, at=NOON + timedelta(minutes=5))
    lake.compact("transactions", most=1, by=TESTS, at=LATER)

    undo(found)

    assert found.undone["facts"] == 2
    assert facts("select count(*), sum(amount) from facts") == [(3, 18000)]


def test_products_go_or_stand_as_before(bring, as_system):
    first = bring("产品代码,产品名称,利率\nCD1,一年定期,1.55%\n", kind="products")
    second = bring("产品代码,产品名称,利率\nCD1,一年存款,1.60%\nCD2,两年\n", kind="products")

    undo(second)

    assert [(one.code, one.name, str(one.rate)) for one in Product.objects.all()] == [
        ("CD1", "一年定期", "0.01550")
    ]
    undo(first)
    assert not Product.objects.exists()


PEOPLE = """工号,姓名,岗位,机构号
sun,孙悦,客户经理,B02
wu,吴越,分析员,B01
mei,梅梅,网点负责人,B02
"""


def test_people_whom_nobody_needs_go_with_their_books_and_changed_ones_stand_as_before(
    bring, as_system
):
    was = (as_system.mei.name, as_system.mei.role, as_system.mei.org_unit_id)
    books = set(Book.objects.values_list("code", flat=True))
    found = bring(PEOPLE, kind="people")
    assert Book.objects.filter(owner__username="sun").exists()

    undo(found)

    assert not Person.objects.filter(username__in=("sun", "wu")).exists()
    assert set(Book.objects.values_list("code", flat=True)) == books
    as_system.mei.refresh_from_db()
    assert (as_system.mei.name, as_system.mei.role, as_system.mei.org_unit_id) == was
    told = found.undone
    assert (told["people_removed"], told["people_restored"], told["books_removed"]) == (2, 1, 1)
    assert told["kept"] == 0


def test_people_with_a_password_in_use_or_changed_since_are_listed_and_stay(bring, as_system):
    found = bring(PEOPLE + "he,何安,客户经理,B01\n", kind="people")
    sun, wu, he = (Person.objects.get(username=name) for name in ("sun", "wu", "he"))
    core.set_password(wu, "a-long-enough-password-7", by=as_system.ada, at=LATER)
    core.change_person(as_system.mei, name="梅姐", by=as_system.ada, at=LATER)
    core.change_person(he, email="he@example.org", by=as_system.ada, at=LATER)
    as_system.li.book = Book.objects.get(owner=sun)
    as_system.li.save()

    undo(found)

    assert kept(found) == {
        ("he", "", "changed"),
        ("he", "", "used"),
        ("mei", "name", "changed"),
        ("sun", "", "used"),
        ("wu", "", "signs_in"),
    }
    assert Person.objects.get(username="mei").name == "梅姐"
    assert Person.objects.get(username="mei").role == "rm"
    assert Book.objects.filter(owner=sun).exists()


def test_a_value_that_a_hand_changed_and_changed_back_is_a_hands(bring, as_system):
    found = bring("工号,姓名,岗位\nmei,梅梅,分析员\nwu,吴越,分析员\n", kind="people")
    as_system.mei.refresh_from_db()
    for person in (as_system.mei, Person.objects.get(username="wu")):
        for role in ("manager", "analyst"):
            core.change_person(person, role=role, by=as_system.ada, at=LATER)

    actions.undo(found, by=TESTS, at=LATER + timedelta(hours=1))

    as_system.mei.refresh_from_db()
    assert as_system.mei.role == "analyst"
    assert kept(found) == {("mei", "role", "changed"), ("wu", "", "changed")}


def test_only_an_administrator_takes_people_out(bring, as_system):
    found = bring(PEOPLE, kind="people")

    with pytest.raises(records.NotForYou):
        actions.undo(found, by=as_system.wei, at=LATER)

    assert Person.objects.filter(username="sun").exists()


def test_the_only_administrator_keeps_the_role(bring, as_system):
    found = bring("工号,姓名,岗位\nmei,梅,管理员\n", kind="people")
    core.change_person(as_system.ada, role="analyst", by=as_system.ada, at=LATER)

    undo(found)

    as_system.mei.refresh_from_db()
    assert as_system.mei.role == "administrator"
    assert kept(found) == {("mei", "role", "administrator")}


def test_nothing_of_the_file_stands_beside_a_value_afterwards(bring, as_system):
    strong = actions.add_source(name="主数据", kind="customers", priority=2, by=TESTS, at=NOON)
    weak = actions.add_source(name="名单", kind="customers", priority=8, by=TESTS, at=NOON)
    bring("客户号,职业,地址\n0001,医生,甲路\n", kind="customers", source=weak)
    before, words = snapshot(), list(SeenValue.objects.values("field", "rank", "value"))

    found = bring(
        "客户号,职业,地址\n0001,司机,甲路\n", kind="customers", source=strong, at=LATER
    )
    assert SeenValue.objects.filter(field="occupation", value="医生").exists()
    undo(found)

    assert list(SeenValue.objects.values("field", "rank", "value")) == words
    assert snapshot() == before


def test_the_customers_page_names_the_file_that_brought_a_value(bring, cast, look, as_system):
    bring("客户号,职业\n0001,医生\n", kind="customers", name="客户.csv")

    look(cast.mei)
    told = values.file(cast.mei, Customer.objects.get(number="0001"), LATER)

    line = next(one for one in told["lines"] if one.field == "occupation")
    assert "客户.csv" in line.source
    assert "import" not in line.source.lower()


def test_what_would_be_undone_is_told_and_nothing_is_done(bring, as_system):
    found = bring(CUSTOMERS, kind="customers")
    before = snapshot()

    told = actions.foresee_undo(found, at=LATER)

    assert (told.removed, told.restored, told.values) == (3, 1, 4)
    for now, then in zip(snapshot(), before, strict=True):
        assert {k: v for k, v in now.items() if then[k] != v} == {}
    assert queries.can_withdraw(found)
    assert not queries.kept_path(found).exists()


def test_a_source_that_is_believed_less_does_not_write_over_one_believed_more(bring, as_system):
    strong = actions.add_source(name="主数据", kind="customers", priority=2, by=TESTS, at=NOON)
    weak = actions.add_source(name="名单", kind="customers", priority=8, by=TESTS, at=NOON)
    bring("客户号,职业\n0001,医生\n", kind="customers", source=strong)

    found = bring("客户号,职业\n0001,司机\n", kind="customers", source=weak, at=LATER)

    as_system.li.refresh_from_db()
    assert as_system.li.occupation == "医生"
    undo(found)
    as_system.li.refresh_from_db()
    assert as_system.li.occupation == "医生"


def test_consents_of_the_file_go_with_those_it_opened_but_a_no_is_not_lifted(bring, as_system):
    text = "客户号,姓名,短信同意,同意依据\n0001,李娜,否,\n0500,新,是,表单 7\n"
    found = bring(text, kind="customers")

    undo(found)

    assert not Customer.objects.filter(number="0500").exists()
    as_system.li.refresh_from_db()
    assert as_system.li.consents == {"sms": False}
    assert kept(found) == {("0001", "consents", "refusal")}
