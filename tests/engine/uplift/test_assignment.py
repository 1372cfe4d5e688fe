"""The same customer has the same arm everywhere, and two experiments know nothing of each
other."""

from __future__ import annotations

import hashlib

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars import engine
from regulars.base.errors import BadInput
from regulars.engine.uplift import (
    Split,
    arm_expression,
    arm_of,
    arms_of,
    place_of,
    sample_ratio,
    shares_of,
    stratified_arms,
)

THREE = Split("autumn", (("call", 0.3), ("letter", 0.25), ("control", 0.45)))


def _table(connection: engine.Connection, columns: dict[str, object]) -> ibis.expr.types.Table:
    return connection.create_table(ibis.util.gen_name("people"), pa.table(columns), temp=True)


def test_a_place_can_be_checked_by_anybody_with_md5() -> None:
    digest = hashlib.md5(b"spring-2026:7").hexdigest()

    assert place_of("spring-2026", 7) == int(digest[:12], 16) / 16**12


@pytest.mark.parametrize("kind", [int, str])
def test_python_numpy_and_the_database_agree(
    connection: engine.Connection, kind: type[int] | type[str]
) -> None:
    ids = [kind(each) for each in range(20_000)]
    table = _table(connection, {"customer_id": ids})

    rows = table.mutate(arm=arm_expression(THREE, table.customer_id)).to_pyarrow()
    in_database = dict(
        zip(rows["customer_id"].to_pylist(), rows["arm"].to_pylist(), strict=True)
    )
    in_numpy = arms_of(THREE, np.array(ids) if kind is int else ids)

    assert [in_database[each] for each in ids] == in_numpy.tolist()
    assert [arm_of(THREE, each) for each in ids[:500]] == in_numpy[:500].tolist()


def test_arms_have_their_shares() -> None:
    arms, counts = np.unique(arms_of(THREE, range(100_000)), return_counts=True)

    found = sample_ratio(
        dict(zip(arms.tolist(), counts.tolist(), strict=True)), shares_of(THREE)
    )

    assert found.p_value > 0.01


def test_a_holdout_is_about_its_share_however_small() -> None:
    arms = arms_of(Split.holdout("tiny", 0.001), range(200_000))

    assert (arms == "control").sum() == pytest.approx(200, abs=45)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Split.programme(2026, 0.1), Split.holdout("campaign-12", 0.1)),
        (Split.programme(2026, 0.1), Split.programme(2027, 0.1)),
        (Split.holdout("campaign-1", 0.3), Split.holdout("campaign-11", 0.3)),
    ],
)
def test_two_experiments_know_nothing_of_each_other(one: Split, other: Split) -> None:
    people = range(60_000)
    first, second = arms_of(one, people) == "control", arms_of(other, people) == "control"

    both = (first & second).mean()

    assert both == pytest.approx(first.mean() * second.mean(), abs=0.004)


def test_strata_are_split_as_exactly_as_whole_people_allow(
    connection: engine.Connection,
) -> None:
    tiers = np.array(["gold"] * 30 + ["high"] * 333 + ["mid"] * 2_001)
    table = _table(connection, {"customer_id": np.arange(len(tiers)), "tier": tiers})
    split = Split.holdout("by-tier", 0.1)

    rows = stratified_arms(split, table, stratum="tier").to_pyarrow()
    held = np.array(rows["arm"].to_pylist()) == "control"
    placed = np.array(rows["tier"].to_pylist())

    assert rows.column_names == ["customer_id", "tier", "arm"]
    for tier, size in (("gold", 30), ("high", 333), ("mid", 2_001)):
        assert abs(held[placed == tier].sum() - size / 10) < 1


def test_everybody_in_a_tiny_stratum_has_the_same_chance(
    connection: engine.Connection,
) -> None:
    strata = np.repeat(np.arange(4_000), 3)
    table = _table(connection, {"customer_id": np.arange(12_000), "branch": strata})

    rows = stratified_arms(Split.holdout("x", 0.1), table, stratum="branch").to_pyarrow()
    held = [arm == "control" for arm in rows.sort_by("customer_id")["arm"].to_pylist()]

    assert np.mean(held) == pytest.approx(0.1, abs=0.012)
    assert [np.mean(held[place::3]) for place in range(3)] == pytest.approx([0.1] * 3, abs=0.02)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.001, 0.999), st.text(min_size=1, max_size=8), st.integers(0, 10**9))
def test_a_larger_holdout_keeps_whom_the_smaller_held_out(
    share: float, salt: str, customer: int
) -> None:
    small, large = Split.holdout(salt, share / 2), Split.holdout(salt, share)

    if arm_of(small, customer) == "control":
        assert arm_of(large, customer) == "control"


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ((("a", 0.5), ("b", 0.4)), "make 0.9"),
        ((("a", 0.5), ("a", 0.5)), "each once"),
        ((("a", 1.0),), "two or more"),
        ((("a", 1.2), ("b", -0.2)), "above 0"),
    ],
)
def test_shares_that_make_no_split_are_refused(
    shares: tuple[tuple[str, float], ...], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        Split("x", shares)
