"""A load and a person at one file: what the person writes stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.overlap import overlapping

from regulars.server.core import scope
from regulars.server.customers import actions, loading
from regulars.server.customers.models import Customer
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
