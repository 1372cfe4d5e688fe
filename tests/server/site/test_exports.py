"""What the command line writes of customers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from regulars.server.site import exports
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


def test_customers_leave_with_their_industry_and_class(as_system: Cast, tmp_path: Path) -> None:
    stage.customer(
        "0009", "湖东机械", as_system.mei_book, kind="organization", industry="machines",
        business_class="credit",
    )  # fmt: skip

    count = exports.write("customers", tmp_path / "all.csv", by=TESTS, at=NOON)

    with (tmp_path / "all.csv").open(encoding="utf-8-sig") as file:
        rows = {row["number"]: row for row in csv.DictReader(file)}
    assert len(rows) == count
    assert (rows["0009"]["industry"], rows["0009"]["business_class"]) == ("machines", "credit")
    assert rows["0009"]["book"] == as_system.mei_book.code
    assert rows["0001"]["business_class"] == ""
