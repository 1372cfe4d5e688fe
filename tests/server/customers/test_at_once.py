"""A load and a person at one file: what the person writes stands, none waits in a ring."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.overlap import overlapping

from regulars.server.core import scope
from regulars.server.customers import actions, loading
from regulars.server.customers.models import Customer, Relation, SeenValue
from regulars.testing.cast import NOON, TESTS, assemble


@pytest.mark.django_db(transaction=True)
def test_a_load_does_not_write_over_what_somebody_is_just_typing() -> None:
    with scope.everything():
        cast = assemble()
        li = cast.li
        actions.change_customer(cast.zhou, note="as it was", by=TESTS, at=NOON)
    at = NOON + timedelta(days=3)
    rows = [{"number": number, "phone": "13800000001"} for number in ("0001", "0002")]

    told = overlapping(
        lambda: actions.change_customer(li, phone="13900000009", by=cast.mei, at=at),
        lambda: loading.load(
            rows, ["number", "phone"], default_book=cast.willow_pool, origin="import:x",
            by=TESTS, at=at,
        ),
    )  # fmt: skip

    assert told == ["", ""]
    with scope.everything():
        phones = dict(Customer.objects.values_list("number", "phone"))
        assert phones["0001"] == "13900000009"
        assert phones["0002"] == "13800000001", "the rest of the file is loaded"
        assert Customer.objects.get(pk=li.pk).provenance["phone"][0] == "hand"
        seen = SeenValue.objects.filter(customer=li, field="phone")
        assert list(seen.values_list("value", flat=True)) == ["13800000001"]


@pytest.mark.django_db(transaction=True)
def test_a_load_and_a_merge_hold_files_in_the_same_order() -> None:
    with scope.everything():
        cast = assemble()
        low, high = sorted((cast.li, cast.zhou), key=lambda one: one.pk)
        Customer.objects.filter(pk=low.pk).update(number="9999")  # whose number comes last
    rows = [{"number": number, "phone": "13800000001"} for number in (high.number, "9999")]

    told = overlapping(
        lambda: actions.lock(low.pk),
        lambda: loading.load(
            rows, ["number", "phone"], default_book=cast.willow_pool, origin="import:x",
            by=TESTS, at=NOON + timedelta(days=3),
        ),
        then=lambda: actions.lock(high.pk),
    )  # fmt: skip

    assert told == ["", ""]
    with scope.everything():
        assert set(Customer.objects.filter(pk__in=[low.pk, high.pk]).values_list("phone")) == {
            ("13800000001",)
        }


@pytest.mark.django_db(transaction=True)
def test_a_tie_and_a_merge_hold_files_in_the_same_order() -> None:
    with scope.everything():
        cast = assemble()
        low, high = sorted((cast.li, cast.zhou), key=lambda one: one.pk)

    told = overlapping(
        lambda: actions.lock(low.pk),
        lambda: Relation.objects.create(
            customer=high, other=low, kind="referred", noted_on=NOON.date()
        ),
        then=lambda: actions.lock(high.pk),
    )

    assert told == ["", ""]
    with scope.everything():
        assert Relation.objects.filter(customer=high, other=low).exists()
