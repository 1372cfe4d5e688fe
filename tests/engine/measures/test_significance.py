"""Tail probabilities against scipy."""

from __future__ import annotations

import ibis
import numpy as np
import pyarrow as pa
import pytest
from scipy import stats

from regulars import engine
from regulars.engine.measures.significance import chi_square_tail, two_sided


def test_the_normal_tail_is_that_of_scipy(connection: engine.Connection) -> None:
    z = np.linspace(-5, 5, 201)
    table = connection.create_table(ibis.util.gen_name("z"), pa.table({"z": z}))

    found = table.select("z", p=two_sided(table.z)).order_by("z").to_pyarrow()["p"].to_numpy()

    assert np.abs(found - 2 * stats.norm.sf(np.abs(z))).max() < 3e-7


@pytest.mark.parametrize("degrees", [1, 2, 3, 5, 30])
def test_the_chi_square_tail_is_close(connection: engine.Connection, degrees: int) -> None:
    x = np.linspace(0.05, 6 + degrees * 4, 300)
    table = connection.create_table(ibis.util.gen_name("x"), pa.table({"x": x}))

    table = table.select("x", p=chi_square_tail(table.x, table.x * 0 + degrees)).order_by("x")

    found = table.to_pyarrow()["p"].to_numpy()
    right = stats.chi2.sf(x, degrees)
    assert np.abs(found - right).max() < 0.006
    assert np.abs(found - right)[right < 0.02].max() < 0.0005
