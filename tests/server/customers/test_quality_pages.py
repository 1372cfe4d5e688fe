"""What people see and do about a file's trust: the marks, one click, the rules' page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Company, Person
from regulars.server.customers import loading
from regulars.server.customers.models import Customer, SeenValue
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


def enter(client: Client, person: Person) -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = "en"
    return client


def conflict(cast: Cast) -> SeenValue:
    """Two sources disagree on Li's district and phone."""
    with scope.everything():
        for rank, district, phone in ((2, "柳溪", "10100000031"), (8, "湖东", "10100000032")):
            loading.load(
                [{"number": "0001", "district": district, "phone": phone}],
                ["number", "district", "phone"],
                default_book=cast.willow_pool,
                origin=f"list:{rank}",
                rank=rank,
                by=TESTS,
                at=NOON + timedelta(hours=rank),
            )
        return SeenValue.objects.get(field="district")


def shown(client: Client, customer: Customer) -> str:
    answer = client.get(f"/customers/{customer.public_id}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_names_what_is_missing_and_how_much_is_there(
    cast: Cast, client: Client
) -> None:
    page = shown(enter(client, cast.mei), cast.li)

    assert "% complete" in page
    assert "Never confirmed" in page
    assert "Birthday" in page


def test_one_click_says_that_the_file_is_still_true(cast: Cast, client: Client) -> None:
    enter(client, cast.mei)
    answer = client.post(
        f"/customers/{cast.li.public_id}/confirm", headers={"HX-Request": "true"}
    )

    assert "Confirmed on" in answer.content.decode()
    with scope.everything():
        assert Customer.objects.get(pk=cast.li.pk).confirmed_at is not None
        assert AuditEntry.objects.filter(action="customers.file.confirmed").exists()


def test_another_value_stands_beside_the_field_and_is_taken_in_one_click(
    cast: Cast, client: Client
) -> None:
    other = conflict(cast)
    enter(client, cast.mei)
    before = shown(client, cast.li)
    assert "湖东" in before
    assert "Take this one" in before

    after = client.post(
        f"/customers/{cast.li.public_id}/seen/{other.pk}/take", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Take back" in after
    with scope.everything():
        assert Customer.objects.get(pk=cast.li.pk).district == "湖东"

    client.post(f"/customers/{cast.li.public_id}/fields/district/take-back")
    with scope.everything():
        assert Customer.objects.get(pk=cast.li.pk).district == "柳溪"


def test_another_personal_value_is_masked_too(cast: Cast, client: Client) -> None:
    conflict(cast)
    page = shown(enter(client, cast.mei), cast.li)

    assert "10100000032" not in page
    assert "101****0032" in page


def test_nobody_takes_a_value_of_a_strange_customer(cast: Cast, client: Client) -> None:
    other = conflict(cast)
    enter(client, cast.tao)

    for public in (cast.li.public_id, cast.qian.public_id):
        answer = client.post(f"/customers/{public}/seen/{other.pk}/take")
        assert answer.status_code == 404
    with scope.everything():
        assert Customer.objects.get(pk=cast.li.pk).district == "柳溪"


def test_the_administrator_changes_the_rules_and_files_are_measured_anew(
    cast: Cast, client: Client
) -> None:
    enter(client, cast.ada)
    page = client.get("/settings/files/")
    form = page.context["form"]
    given = {name: form[name].initial for name in form.fields if form[name].initial is not None}
    given |= {"weight_person_phone": 20, "rank_api": 2, "days_5": 14}
    with scope.everything():
        before = Customer.objects.get(pk=cast.li.pk).completeness

    answer = client.post("/settings/files/", given)

    assert answer.status_code == 302
    settings = Company.objects.get().settings
    assert settings["file_parts"]["person"]["phone"] == [20, 0]
    assert settings["source_ranks"]["api"] == 2
    assert settings["stale_after"] == {"usual": 30, "5": 14}
    with scope.everything():
        after = Customer.objects.get(pk=cast.li.pk).completeness
    assert before is not None
    assert after is not None
    assert after > before


def test_a_rank_outside_the_scale_is_refused_with_a_word(cast: Cast, client: Client) -> None:
    answer = enter(client, cast.ada).post("/settings/files/", {"rank_api": 12})

    assert answer.status_code == 422
