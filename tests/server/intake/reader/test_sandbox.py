"""A file may kill the process that reads it, and nothing else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from datetime import date
from pathlib import Path

import psutil
import pyarrow.parquet as parquet
import pytest
import xlsxwriter

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader import onepass, sniffing, sources
from regulars.server.intake.reader.sandbox import child, client
from regulars.server.intake.reader.sandbox.limits import MB, Limits

TABLE = "客户号,日期,金额\nA,2026-01-01,5\nB,13/4/2026,6\n,2026-01-01,7\n"
TODAY = date(2026, 11, 22)
SMALL = Limits(memory=480 * MB)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "表.csv"
    path.write_text(TABLE)
    return path


def read(path: Path, **more):
    sniffed = reader.sniff(path)
    mapping = reader.propose(sniffed.header, "transactions")
    return reader.read(
        path,
        sniffed,
        mapping,
        kind="transactions",
        time_zone="UTC",
        today=TODAY,
        out=path.parent,
        **more,
    )


def children() -> list[psutil.Process]:
    """Who works for this process now: the nursery and its children."""
    return [one for one in psutil.Process().children(recursive=True) if "nursery" in _line(one)]


def _line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_the_sandbox_sees_what_this_process_would_see(table, workbook):
    for path in (table, workbook):
        assert reader.sniff(path) == sniffing.sniff(path)


def test_the_sandbox_reads_what_this_process_would_read(table, tmp_path):
    sniffed = reader.sniff(table)
    mapping = reader.propose(sniffed.header, "transactions")
    how = {"kind": "transactions", "time_zone": "Asia/Shanghai", "today": TODAY}
    seen: list[tuple[int, int]] = []

    there = reader.read(
        table,
        sniffed,
        mapping,
        out=tmp_path / "there",
        progress=lambda *a: seen.append(a),
        **how,
    )
    here = onepass.read(table, sniffed, mapping, out=tmp_path / "here", **how)

    assert parquet.read_table(there.path) == parquet.read_table(here.path)
    assert list(there.refused()) == list(here.refused())
    assert (there.rows, there.accepted, there.refused_by) == (3, 2, {"no_customer": 1})
    assert there.notices == here.notices
    assert there.totals == here.totals
    assert seen[-1] == (3, 3)


def test_rows_come_out_of_the_sandbox_as_they_are(table):
    table.write_text(TABLE + 'C,"2026\n",1,2\nD\0,2026-01-01,3\n')
    sniffed = reader.sniff(table)

    there = list(reader.source(table, sniffed))
    here = list(sources.batches(table, sniffed))

    assert [told(one) for one in there] == [told(one) for one in here]
    assert sum(len(one.broken) for one in there) == 3


def told(batch):
    return batch.lines.tolist(), batch.cells(range(len(batch.lines))), batch.broken


def test_what_the_reader_refuses_arrives_as_what_it_was(tmp_path):
    path = tmp_path / "f.csv"
    path.write_text("日期,金额\n2026-01-01,5\n")
    sniffed = reader.sniff(path)
    mapping = reader.propose(sniffed.header, "transactions")
    with pytest.raises(reader.MappingIncomplete, match="customer number"):
        reader.read(
            path,
            sniffed,
            mapping,
            kind="transactions",
            time_zone="UTC",
            today=TODAY,
            out=tmp_path,
        )
    path.write_text("")
    with pytest.raises(sniffing.EmptyFile) as refused:
        reader.sniff(path)

    assert refused.value.sentence("zh") == "“f.csv”是空文件。请另选文件。"
    with pytest.raises(BadInput, match="no time zone"):
        reader.read(
            path,
            sniffed,
            reader.propose(["客户号", "日期", "金额"], "transactions"),
            kind="transactions",
            time_zone="Asia/Atlantis",
            today=TODAY,
            out=tmp_path,
        )


def test_a_sheet_of_far_cells_kills_its_child_and_is_explained(tmp_path):
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "customer_id")
        sheet.write(1048575, 16383, "x")

    with pytest.raises(reader.Unreadable) as refused:
        reader.sniff(path)

    assert path.stat().st_size < 8_000
    assert "Delete the empty rows and columns" in str(refused.value)
    assert "请删除表格周围的空行和空列" in refused.value.sentence("zh")


def test_a_bomb_of_shared_strings_is_stopped_at_the_limit(tmp_path, workbook):
    path = bomb(tmp_path, workbook, "xl/sharedStrings.xml", _strings())

    with pytest.raises(reader.Unreadable, match="needs more memory than reading") as refused:
        reader.sniff(path, limits=SMALL)

    assert path.stat().st_size < 3 * MB
    assert "另存为 CSV" in refused.value.sentence("zh")


def test_an_entity_bomb_stays_as_small_as_it_is(tmp_path, workbook):
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    strings = (
        f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a0 "lol">{entities}]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        + "<si><t>&a11;</t></si>" * 9
        + "</sst>"
    )
    path = bomb(tmp_path, workbook, "xl/sharedStrings.xml", [strings.encode()])

    try:
        found = reader.sniff(path, limits=SMALL)
    except reader.Unreadable:
        return
    assert sum(len(cell) for row in found.sample for cell in row) < 10_000


def test_a_file_that_is_never_done_is_stopped(table, monkeypatch):
    with pytest.raises(reader.Unreadable, match="took longer than") as refused:
        # The worker's own clock: no file we know hangs the reader, so it gets no time at all.
        reader.sniff(table, limits=Limits(silence=0.0, silence_per_mb=0.0))

    assert "已停止" in refused.value.sentence("zh")
    assert reader.sniff(table).width == 3


def test_a_pipe_is_no_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(reader.Unreadable, match="not a file"):
        reader.sniff(tmp_path / "pipe")


def test_a_killed_child_is_told_and_the_next_file_is_read(tmp_path, table):
    path = tmp_path / "long.csv"
    path.write_text("客户号,日期,金额\n" + "A,2026-01-01,5\n" * 400_000)
    sniffed = reader.sniff(path)
    batches = reader.source(path, sniffed)
    next(batches)

    (working,) = [one for one in children() if one.ppid() != os.getpid()]
    working.send_signal(signal.SIGSEGV)

    with pytest.raises(reader.Unreadable, match="SIGSEGV"):
        list(batches)
    assert reader.sniff(table).width == 3


def test_who_stops_listening_leaves_no_child(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("客户号,日期,金额\n" + "A,2026-01-01,5\n" * 400_000)
    batches = reader.source(path, reader.sniff(path))
    next(batches)

    batches.close()

    assert [one for one in children() if one.ppid() != os.getpid()] == []


def test_a_nursery_that_is_gone_is_replaced(table):
    reader.sniff(table)
    (nursery,) = children()
    nursery.kill()
    nursery.wait(5)

    assert reader.sniff(table).width == 3


STARTER = """
import sys, pathlib
from regulars.server.intake import reader
path = pathlib.Path(sys.argv[1])
rows = reader.source(path, reader.sniff(path))
next(rows)
print("reading", flush=True)
sys.stdin.read()
"""


def test_when_the_parent_dies_nobody_stays(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("客户号,日期,金额\n" + "A,2026-01-01,5\n" * 400_000)
    command = [sys.executable, "-c", STARTER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        family = psutil.Process(parent.pid).children(recursive=True)
        parent.kill()

    gone, left = psutil.wait_procs(family, timeout=10)

    assert len(gone) == 2
    assert not left


def test_the_child_is_given_no_secrets_and_leaves_no_picture_of_its_memory(table, monkeypatch):
    monkeypatch.setenv("DATABASE_PASSWORD", "open sesame")
    client._nursery.end()
    sniffed = reader.sniff(table)
    (nursery,) = children()

    assert "DATABASE_PASSWORD" not in nursery.environ()
    assert sniffed.width == 3


def test_several_threads_read_at_once(table):
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda: found.append(reader.sniff(table).width))
        for _ in range(12)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)

    assert found == [3] * 12


def test_a_fault_of_our_own_is_a_sentence_and_tells_no_data(monkeypatch, table, caplog):
    def broken(*_):
        raise KeyError("李梅 13800000000")

    ours, theirs = client.socket.socketpair()
    monkeypatch.setitem(child.WORK, "sniff", broken)
    monkeypatch.setattr(child, "obey", lambda limits: None)
    request = {"work": "sniff", "path": str(table), "limits": {}}
    client.frames.send_json(ours, b"q", request)
    child.serve(theirs)
    kind, payload = client.frames.receive(ours)

    assert kind == client.frames.FAILED
    assert json.loads(payload)["kind"] == "KeyError"
    assert "李梅" not in payload.decode()


def test_a_small_file_is_looked_at_within_a_blink(table):
    reader.sniff(table)  # the nursery is up
    start = time.perf_counter()
    for _ in range(10):
        reader.sniff(table)

    assert (time.perf_counter() - start) / 10 < 0.5  # 8 ms; an interpreter alone takes 400


def bomb(folder: Path, workbook: Path, part: str, pieces) -> Path:
    """The workbook with one of its parts replaced."""
    path = folder / "bomb.xlsx"
    with (
        zipfile.ZipFile(workbook) as whole,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in whole.namelist():
            if name != part:
                made.writestr(name, whole.read(name))
        with made.open(part, "w") as out:
            for piece in pieces:
                out.write(piece)
    return path


def _strings():
    """120 MB of shared strings."""
    yield (
        b'<?xml version="1.0"?>'
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    )
    for _ in range(120):
        yield b"<si><t>" + b"x" * MB + b"</t></si>"
    yield b"</sst>"
