"""Promise 21: whatever the bytes, a verdict; never a traceback, and within memory and time."""

from __future__ import annotations

import datetime as dt
import io
import logging
import random
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlsxwriter
from tests.server.intake.drills.biff import write_xls
from tests.server.intake.drills.opendocument import DAY, write_ods

from regulars.base.errors import BadInput
from regulars.server.intake import reader
from regulars.server.intake.reader.sandbox import client
from regulars.server.intake.reader.sandbox.limits import MB, Limits
from regulars.server.intake.reader.unreadable import ReaderStopped, TooBig, TooSlow

LIMITS = Limits(memory=1024 * MB, silence=60.0, patience=120.0)
MOST_MEMORY = 700 * MB  # resident, of a child; the limit is on its address space
BITS = (
    b"", b"\0", b"\xff", b'"', b",", b"\n", b"\r", b"<", b">", b"&a;", b"1E308", b"NaN", b"-1",
    b"XFD1048576", b"A1", b"99999999999999999999", "“茶".encode(), "茶".encode("gbk"),
    b"\xef\xbb\xbf", b"\xff\xfe", b"=", b"%", b"t=\"s\"", b"PK\x03\x04", b"2147483648",
)  # fmt: skip
ROWS = [["客户号", "日期", "金额", "备注"]] + [
    [f"C{n:04}", f"2026-01-{n % 28 + 1:02}", f"{n}.50", ("茶, 好", "a", "", '说"好"')[n % 4]]
    for n in range(40)
]
CARD = "BEGIN:VCARD\nUID:{n}\nFN:李{n}\nTEL;CELL:1380000{n:04}\nBDAY:1990-01-02\nEND:VCARD\n"


@dataclass
class Tally:
    """What became of the files."""

    verdicts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    highest: int = 0  # bytes that a child held at most
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def tally(monkeypatch) -> Tally:
    """Counts, and hears from every child how much memory it took."""
    found = Tally()
    ended = client._Talk._ended

    def heard(talk):
        told = ended(talk)
        found.highest = max(found.highest, (told or {}).get("peak", 0) * 1024)
        return told

    monkeypatch.setattr(client._Talk, "_ended", heard)
    return found


def test_mutated_files_get_a_verdict_each(tmp_path, tally, caplog):
    run(tmp_path, tally, caplog, count=72, seed=7)

    assert sum(tally.verdicts.values()) == 72
    assert not tally.faults


@pytest.mark.drill
def test_5000_mutated_files_get_a_verdict_each(tmp_path, tally, caplog):
    start = time.monotonic()
    run(tmp_path, tally, caplog, count=5000, seed=2026)

    told = ", ".join(f"{count} {name}" for name, count in tally.verdicts.most_common())
    print(  # noqa: T201
        f"\nPromise 21: {sum(tally.verdicts.values())} of 5000 mutated files with a verdict in "
        f"{time.monotonic() - start:.0f} s ({told}); {len(tally.faults)} tracebacks; slowest "
        f"{tally.slowest:.2f} s, highest memory of a child {tally.highest / MB:.0f} MB."
    )
    assert sum(tally.verdicts.values()) == 5000
    assert not tally.faults, "\n".join(tally.faults[:5])
    assert tally.highest < MOST_MEMORY


def run(folder: Path, tally: Tally, caplog, *, count: int, seed: int) -> None:
    caplog.set_level(logging.WARNING, client.__name__)
    seeds = _seeds(folder)
    for number in range(count):
        chance = random.Random(seed * 1_000_000 + number)
        name = sorted(seeds)[number % len(seeds)]
        path = folder / f"mutated{Path(name).suffix}"
        path.write_bytes(_mutated(chance, seeds[name], seeds))
        start = time.monotonic()
        tally.verdicts[judge(path, folder)] += 1
        tally.slowest = max(tally.slowest, time.monotonic() - start)
        if any(one.levelno >= logging.ERROR for one in caplog.records):
            tally.faults.append(f"{name} {number}: {caplog.records[-1].getMessage()[-900:]}")
        caplog.clear()


def judge(path: Path, folder: Path) -> str:
    """Read a file as the pages do; what is not a verdict is raised."""
    kind = "customers" if path.suffix == ".vcf" else "transactions"
    try:
        sniffed = reader.sniff(path, limits=LIMITS)
        mapping = reader.propose(sniffed.header, kind, _given(sniffed, kind))
        result = reader.read(
            path,
            sniffed,
            mapping,
            kind=kind,
            time_zone="Asia/Shanghai",
            today=dt.date(2026, 11, 22),
            out=folder,
            limits=LIMITS,
        )
    except (TooBig, TooSlow, ReaderStopped) as error:
        return type(error).__name__
    except BadInput:
        return "refused as a whole"
    refused = list(result.refused())
    assert result.rows == result.accepted + len(refused)
    assert all(row.line > 0 and row.sentence("zh") and row.sentence("en") for row in refused)
    return "read with refused rows" if refused else "read"


def _given(sniffed: reader.Sniffed, kind: str) -> dict[str, str] | None:
    if kind == "customers" or sniffed.width < 3:
        return None
    return {"customer_id": "1", "occurred_at": "2", "amount": "3"}


def _seeds(folder: Path) -> dict[str, bytes]:
    """One file of every kind, unharmed."""
    text = "\n".join(",".join(_quoted(cell) for cell in row) for row in ROWS) + "\n"
    seeds = {
        "utf8.csv": text.encode(),
        "gbk.csv": text.encode("gbk"),
        "gb18030.csv": text.replace("茶", "㐂").encode("gb18030"),
        "utf16.csv": text.encode("utf-16"),
        "wide.csv": text.encode("utf-16-be"),
        "tab.csv": text.replace(",", "\t").replace("\n", "\r\n").encode("utf-8-sig"),
        "cards.vcf": "".join(CARD.format(n=n) for n in range(20)).encode(),
    }
    numbered = [[*row[:2], float(row[2]), row[3]] for row in ROWS[1:]]
    for name, write in (("book.xls", write_xls), ("book.ods", write_ods), ("book.xlsx", _xlsx)):
        write(folder / name, [ROWS[0], *numbered])
        seeds[name] = (folder / name).read_bytes()
    seeds["also.xlsx"], seeds["again.xls"] = seeds["book.xlsx"], seeds["book.xls"]
    return seeds


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"') else cell


def _xlsx(path: Path, rows) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties(
            {"created": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)}
        )  # the same bytes every day
        sheet = book.add_worksheet("数据")
        for y, row in enumerate(rows):
            sheet.write_row(y, 0, row)


def _mutated(chance: random.Random, data: bytes, seeds: dict[str, bytes]) -> bytes:
    """Harm a file; a workbook mostly in what it packs, for else its checksums catch it."""
    if data.startswith(b"PK") and chance.random() < 0.8:
        return _repacked(chance, data)
    if chance.random() < 0.05:
        other = seeds[chance.choice(sorted(seeds))]
        return data[: chance.randrange(len(data))] + other[chance.randrange(len(other)) :]
    return _harmed(chance, data)


def _repacked(chance: random.Random, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(out, "w") as made:
        names = whole.namelist()
        hit = chance.choice([name for name in names if name.endswith(("xml", "rels"))])
        for name in names:
            part = whole.read(name)
            dated = zipfile.ZipInfo(name, DAY)
            made.writestr(dated, _harmed(chance, part) if name == hit else part)
    return out.getvalue()


def _harmed(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data) + 1)
        wide = chance.choice((1, 1, 2, 8, 64, 512))
        match chance.randrange(6):
            case 0:  # overwrite
                data = data[:at] + chance.randbytes(wide) + data[at + wide :]
            case 1:  # take away
                data = data[:at] + data[at + wide :]
            case 2:  # put in
                data = data[:at] + chance.choice(BITS) * chance.choice((1, 1, 3)) + data[at:]
            case 3:  # double
                data = data[: at + wide] + data[at:]
            case 4:  # cut off
                data = data[:at] if chance.random() < 0.3 else data
            case _:  # another figure
                data = data[:at] + bytes([chance.choice(b"0123456789-")]) + data[at + 1 :]
    return data
