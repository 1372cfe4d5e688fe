import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.server.intake.reader.blocks import Block, Layout
from regulars.server.intake.reader.delimited import _parse, _SlowRows
from regulars.server.intake.reader.encodings import Encoding

HEAD = "customer_id,date,amount,category\n"


def test_a_record_with_line_breaks_counts_as_one_and_keeps_the_line_numbers_right(load):
    verdict = load(
        HEAD + 'A,2026-01-01,1,"tea\nand ""good"" cups"\n\nB,2026-01-02,2,x\nC,bad,3,x\n'
    )

    assert [(row["line"], row["category"]) for row in verdict.rows] == [
        (2, 'tea\nand "good" cups'),
        (5, "x"),
    ]
    assert verdict.codes == [(6, "not_a_date")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_lines_alike(load, end):
    verdict = load((HEAD + "A,2026-01-01,1,x\n\nB,2026-01-02,2,x\n").replace("\n", end))

    assert [row["line"] for row in verdict.rows] == [2, 4]


def test_rows_of_the_wrong_width_are_refused_with_their_line(load):
    verdict = load(
        HEAD + "A,2026-01-01,1\nB,2026-01-02,2,x,y\nC,2026-01-03,3,x,,\nD,2026-01-04,4,x\n"
    )

    assert verdict.codes == [(2, "row_too_short"), (3, "row_too_long")]
    assert verdict.refused[0].cells == ("A", "2026-01-01", "1")
    assert [row["customer_id"] for row in verdict.rows] == ["C", "D"]


def test_blank_rows_are_neither_accepted_nor_refused(load):
    row = "A,2026-01-01,1,x\n"
    verdict = load(HEAD + "\n" + row + ',,,\n  \n"","","",""\n , , , \n\n' + row + "\n")

    assert (verdict.result.rows, verdict.result.accepted) == (2, 2)


def test_a_last_line_that_was_cut_off_is_refused_and_one_without_a_line_end_is_not(load):
    cut = load(HEAD + "A,2026-01-01,1,x\nB,2026-0")
    whole = load(HEAD + "A,2026-01-01,1,x\nB,2026-01-02,2,y")

    assert cut.codes == [(3, "cut_off")]
    assert whole.result.accepted == 2


def test_a_quotation_mark_that_never_closes_costs_one_row(load):
    rows = "".join(f"C{n},2026-01-01,{n},x\n" for n in range(1000))

    verdict = load(HEAD + 'A,2026-01-01,1,"x\n' + rows)

    assert verdict.codes == [(2, "open_quote")]
    assert verdict.result.accepted == 1000


def test_two_stray_marks_do_not_swallow_what_stands_between_them(load):
    rows = "".join(f"C{n},2026-01-01,{n},x\n" for n in range(20))
    stray = 'A,2026-01-01,1,"x\n'

    verdict = load(HEAD + stray + rows + stray + rows)

    assert verdict.codes == [(2, "open_quote"), (23, "open_quote")]
    assert verdict.result.accepted == 40


def test_a_mark_inside_a_cell_is_a_letter(load):
    verdict = load(HEAD + 'A,2026-01-01,1,6" NAIL\nB,2026-01-01,2,y\n')

    assert [row["category"] for row in verdict.rows] == ['6" NAIL', "y"]


def test_a_quoted_cell_may_reach_over_the_edge_of_a_block(load, monkeypatch):
    monkeypatch.setattr("regulars.server.intake.reader.encodings.CHUNK", 7)
    rows = "".join(f'C{n},2026-01-01,{n},"茶,\n{n}"\nD{n},2026-01-01,1,y\n' for n in range(50))

    verdict = load(HEAD + rows)

    assert verdict.result.accepted == 100
    assert [row["line"] for row in verdict.rows] == [
        2 + 3 * n + more for n in range(50) for more in (0, 2)
    ]
    assert verdict.rows[98]["category"] == "茶,\n49"


def test_an_escaped_formula_of_our_own_error_file_is_read_as_it_was(load):
    verdict = load("客户号,姓名,手机\nA,'=1+1,'+8613800000000\n", "customers")

    assert verdict.rows[0]["name"] == "=1+1"
    assert verdict.rows[0]["phone"] == "+8613800000000"


PIECES = [
    ",", '"', '""', "x", "茶", "\n", '",', ',"', '"x"', "A,B,1,x\n", '"A","B","1","x"\n'
]  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_the_swift_way_and_the_slow_way_read_the_same_cells(text):
    layout = Layout(Encoding("utf-8"), ",", 4, 1)

    assert cells_of(text, layout) == cells_of(text, layout, slowly=True)


def cells_of(text: str, layout: Layout, *, slowly: bool = False):
    block = Block(text.encode(), 1, True, layout)
    if slowly:
        batch = _SlowRows(block, np.zeros(block.count, np.bool_)).read()
    else:
        batch, _ = _parse(block)
    cells = batch.cells(range(len(batch.lines)))
    rows = [
        row
        for row in zip(batch.lines.tolist(), cells, strict=True)
        if any(map(str.strip, row[1]))
    ]
    return rows, sorted((row.line, row.code) for row in batch.broken)
