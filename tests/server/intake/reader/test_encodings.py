import pytest

from regulars.base.errors import BadInput

TABLE = (
    "客户编号,交易时间,金额,品类\n"
    '00012,2026/1/31 8:05,"¥1,234.50元",茶叶\n'
    "00013,2026-02-01,20,龍井㐂\n"
)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_chinese_file_reads_the_same_in_every_encoding(load, encoding):
    verdict = load(TABLE.encode(encoding))

    assert [row["customer_id"] for row in verdict.rows] == ["00012", "00013"]
    assert [row["amount"] for row in verdict.rows] == [123450, 2000]
    assert [row["category"] for row in verdict.rows] == ["茶叶", "龍井㐂"]
    assert not verdict.refused


def test_gbk_as_spreadsheets_in_china_save_it_is_told_from_utf8(load):
    verdict = load("会员号,日期,消费金额,门店\r\nA1,2026-01-01,9.9,西湖店\r\n".encode("gbk"))

    assert verdict.rows[0]["branch"] == "西湖店"


def test_the_encoding_can_be_said(load):
    verdict = load(TABLE.encode("gbk", "ignore"), encoding="GBK")

    assert verdict.rows[0]["category"] == "茶叶"


def test_a_mark_at_the_start_is_no_part_of_the_first_name_even_when_the_encoding_is_said(load):
    for said, written in (("utf-8", "utf-8-sig"), ("UTF-16LE", "utf-16"), ("utf-16", "utf-16")):
        assert load(TABLE.encode(written), encoding=said).rows[0]["customer_id"] == "00012"


def test_an_encoding_that_does_not_exist_is_refused_in_a_sentence(load):
    for name in ("klingon", "base64", "utf-8\0"):
        with pytest.raises(BadInput, match="no encoding"):
            load(TABLE, encoding=name)


def test_one_broken_byte_refuses_one_row_and_not_the_file(load):
    rows = [f"C{n},2026-01-01,{n},茶叶与瓷器" for n in range(1, 60)]
    data = ("客户编号,日期,金额,品类\n" + "\n".join(rows) + "\n").encode()
    broken = data.replace("C30,2026-01-01,30,茶".encode(), b"C30,2026-01-01,30,\xe8\x8c")

    verdict = load(broken)

    assert len(verdict.rows) == 58
    assert verdict.codes == [(31, "undecodable")]


def test_a_zero_byte_refuses_its_row(load):
    verdict = load(
        b"customer_id,date,amount\nA,2026-01-01,1\nB\0,2026-01-01,2\nC,2026-01-01,3\n"
    )

    assert [row["customer_id"] for row in verdict.rows] == ["A", "C"]
    assert verdict.codes == [(3, "nul_byte")]
