"""The same person brought twice at once is one file."""

from __future__ import annotations

import pytest
from tests.server.overlap import overlapping

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.reception import actions
from regulars.server.reception.models import Arrival
from regulars.testing.cast import NOON, TESTS, assemble


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_at_once_opens_one_file() -> None:
    with scope.everything():
        cast = assemble()
        fair = actions.make_form(
            name="Fair",
            title="展会",
            fields=["phone"],
            book=cast.willow_pool,
            by=TESTS,
            at=NOON,
        )
    given = {"name": "冯小满", "phone": "13812345678"}

    def fill_in() -> None:
        actions.fill_in(fair, given, agreed=[], address="10.0.0.1", at=NOON)

    told = overlapping(fill_in, fill_in)

    assert told == ["", ""]
    with scope.everything():
        assert Customer.objects.filter(name="冯小满").count() == 1
        assert Arrival.objects.count() == 2
