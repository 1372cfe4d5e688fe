"""A sample by hash: anybody can say from the id alone who is in it."""

from hashlib import md5

import ibis
import pytest

from regulars.engine.sampling import hash_limit, hash_sample

IDS = [f"客户-{number}" for number in range(3_000)]


def test_the_id_alone_decides_who_is_in_the_sample() -> None:
    few, share = hash_sample(ibis.memtable({"customer_id": IDS}), 0.2)

    found = set(few.to_pyarrow()["customer_id"].to_pylist())

    assert found == {
        each for each in IDS if int(md5(each.encode()).hexdigest()[:6], 16) < share * 16**6
    }


def test_a_number_is_sampled_as_its_digits() -> None:
    numbers, words = (
        hash_sample(ibis.memtable({"key": ids}), 0.3, key="key")[0].to_pyarrow()["key"]
        for ids in (list(range(500)), [str(number) for number in range(500)])
    )

    assert sorted(map(str, numbers.to_pylist())) == sorted(words.to_pylist())


@pytest.mark.parametrize("part", [1e-12, 0.001, 1 / 3, 0.999])
def test_the_share_is_what_the_limit_keeps(part: float) -> None:
    limit, share = hash_limit(part)

    assert len(limit) == 6
    assert share == int(limit, 16) / 16**6
    assert share == pytest.approx(part, abs=1e-7)
