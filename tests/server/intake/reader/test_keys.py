import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from regulars.server.intake.reader.keys import Hasher, Occurrences, key

HASHER = Hasher()
HEAD = "customer_id,date,amount,external_id,note\n"
ROWS = "A,2026-01-01,1,,x\nA,2026-01-01,1,,x\nA,2026-01-01,1,,y\nB,2026-01-01,2,T1,\n"


def keys(verdict) -> list[int]:
    return [row["row_key"] for row in verdict.rows]


def test_the_same_file_twice_has_the_same_keys(load):
    assert keys(load(HEAD + ROWS)) == keys(load(HEAD + ROWS, out="again"))


def test_equal_lines_of_one_file_keep_keys_of_their_own(load):
    assert len(set(keys(load(HEAD + ROWS)))) == 4


def test_the_third_equal_line_adds_one_key_to_the_first_two(load):
    two = keys(load(HEAD + "A,2026-01-01,1,,x\n" * 2))
    three = keys(load(HEAD + "A,2026-01-01,1,,x\n" * 3, out="again"))

    assert three[:2] == two
    assert len(set(three)) == 3


def test_the_encoding_and_the_mapping_of_a_file_do_not_change_its_keys(load):
    table = "客户号,日期,金额,备注\n甲,2026-01-01,1,茶\n"

    assert keys(load(table)) == keys(load(table.encode("gbk"), out="again"))
    assert keys(load(table)) == keys(load(table, given={"category": "备注"}, out="again"))


def test_a_number_of_its_own_makes_a_row_the_same_whatever_else_changed(load):
    one = load(HEAD + "B,2026-01-01,2,T1,\n")
    other = load(HEAD + "B,2026-01-02,3,T1,corrected\n", out="again")

    assert keys(one) == keys(other)


def test_a_sale_and_its_refund_may_share_a_number_but_two_sales_may_not(load):
    verdict = load(HEAD + "B,2026-01-01,2,T1,\nB,2026-01-02,-2,T1,\nB,2026-01-03,2,T1,\n")

    assert len(set(keys(verdict))) == 2
    assert verdict.codes == [(4, "repeated")]


def test_the_column_of_reasons_in_a_mended_file_does_not_change_the_keys(load):
    plain = load("customer_id,date,amount\nA,2026-01-01,1\n")
    mended = load("customer_id,date,amount,错误原因\nA,2026-01-01,1,金额有误\n", out="again")

    assert keys(plain) == keys(mended)


def test_a_record_may_stand_in_a_file_once(load):
    verdict = load("客户号,姓名\n1,李梅\n2,王涛\n1,李梅梅\n", "customers")

    assert [row["name"] for row in verdict.rows] == ["李梅", "王涛"]
    assert verdict.codes == [(4, "repeated")]


def test_a_repeated_record_is_found_across_batches(load, monkeypatch):
    monkeypatch.setattr("regulars.server.intake.reader.encodings.CHUNK", 64)
    rows = "".join(f"{n},李梅\n" for n in [*range(200), 7, 7, 150])

    assert load("客户号,姓名\n" + rows, "customers").result.refused_by == {"repeated": 3}


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), min_size=1, max_size=20))
def test_the_keys_of_a_column_are_the_keys_of_its_rows(rows):
    rows = [[cell.encode("utf-8", "ignore").decode() for cell in row] for row in rows]
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]

    assert HASHER.keys("t", *columns).tolist() == [key("t", *row) for row in rows]


@given(st.lists(st.lists(st.integers(0, 9), max_size=12), max_size=12))
def test_occurrences_are_counted_as_a_dictionary_would(batches):
    counter = Occurrences()
    seen: dict[int, int] = {}
    for batch in batches:
        expected = []
        for number in batch:
            seen[number] = seen.get(number, 0) + 1
            expected.append(seen[number])

        assert counter.count(np.array(batch, np.int64)).tolist() == expected
