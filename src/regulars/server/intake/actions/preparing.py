"""What a preset makes of a file before it is read: names joined, rows of one customer gathered.

The file itself stays as it came. The rows that are read lie beside it, with the columns of
the file and some more in square brackets.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from regulars.server.intake import queries, rules
from regulars.server.intake.models import Import
from regulars.server.intake.reader import Sniffed, sniff, source
from regulars.server.intake.reader.vocabulary import yes_or_no
from regulars.server.intake.rules import Preset

Row = dict[str, str]
BATCH = 50_000
WECOM_GENDER = {"0": "", "1": "男", "2": "女"}
_HAN = re.compile(r"[\u3400-\u9fff]")
_EPOCH = re.compile(r"\d{10}(\.0)?")
FOLLOW = {
    "who": "follow_user|userid|添加人账号|添加人",
    "remark": "remark|备注|备注名",
    "tags": "tags|标签|企业标签",
    "at": "add_time|createtime|添加时间",
}


def unprepared(found: Import) -> None:
    shutil.rmtree(queries.prepared(found).parent, ignore_errors=True)


def prepare(found: Import, preset: Preset, sniffed: Sniffed) -> None:
    """Write the rows as a preset has them."""
    header = list(sniffed.header)
    rows = _rows(queries.original(found), sniffed)
    if preset.gathered:
        rows = _gathered(rows, preset, header, queries.names_of_books())
        header += [rules.made(name) for name in ("note", "book", "since")]
    added = [*preset.joined, *preset.constant, *preset.opted_out]
    made = (_made(row, preset, list(sniffed.header)) for row in rows)
    _write(queries.prepared(found), [*header, *map(rules.made, added)], made)


def cut_up(found: Import, layout: str, encoding: str) -> None:
    """Write the rows of a fixed-width file, cut as its layout says.

    :raises LayoutWrong: the layout cannot be understood.
    """
    cuts = rules.layout(layout)
    path = queries.original(found)

    def lines() -> Iterator[Row]:
        with path.open("rb") as file:
            for line in file:
                text = line.rstrip(b"\r\n")
                if text.strip():
                    cells = rules.cut_line(text, cuts, encoding or "gb18030")
                    yield {cut.name: cell for cut, cell in zip(cuts, cells, strict=True)}

    _write(queries.prepared(found), [cut.name for cut in cuts], lines())


def look_at(found: Import) -> Sniffed:
    """Look at what is to be read: the prepared rows where there are some."""
    options = found.options
    return sniff(
        queries.table(found),
        options.get("encoding") or None,
        sheet=options.get("sheet") or None,
        limits=queries.limits(found),
    )


def _rows(path: Path, sniffed: Sniffed) -> Iterator[Row]:
    for batch in source(path, sniffed):
        columns = [column.to_pylist() for column in batch.columns]
        for cells in zip(*columns, strict=True):
            yield dict(zip(sniffed.header, cells, strict=True))
        for row in batch.broken:  # its cells do not fit the columns: let the reader refuse it
            padded = [*row.cells, *[""] * len(sniffed.header)]
            yield dict(zip(sniffed.header, padded, strict=False))


def _made(row: Row, preset: Preset, header: list[str]) -> Row:
    for name, (family, given) in preset.joined.items():
        row[rules.made(name)] = _name(_cell(row, family, header), _cell(row, given, header))
    for name, value in preset.constant.items():
        row[rules.made(name)] = value
    for name, names in preset.opted_out.items():
        said = _cell(row, names, header)
        row[rules.made(name)] = "no" if said and yes_or_no(said) else ""
    return row


def _name(family: str, given: str) -> str:
    """Write a name as its owner does: 李娜, but Anna Lee."""
    if _HAN.search(family + given):
        return family + given
    return f"{given} {family}".strip()


def _gathered(
    rows: Iterable[Row], preset: Preset, header: list[str], on_file: frozenset[str]
) -> Iterator[Row]:
    """Make one row of all rows of a customer; every employee who has them is kept."""
    by_customer: dict[str, list[Row]] = {}
    nameless = []
    for row in rows:
        number = _cell(row, preset.gathered, header)
        if number:
            by_customer.setdefault(number, []).append(row)
        else:
            nameless.append(row)
    for together in by_customer.values():
        together.sort(key=lambda row: _moment(_cell(row, FOLLOW["at"], header)) or "9999")
        one = {name: _first(together, name) for name in header}
        gender = rules.column("gender|性别", header)
        if gender:
            one[gender] = WECOM_GENDER.get(one[gender], one[gender])
        whose = [_cell(row, FOLLOW["who"], header) for row in together]
        one[rules.made("note")] = "\n".join(_follow(row, header) for row in together)
        one[rules.made("book")] = next((w for w in whose if w.casefold() in on_file), "")
        one[rules.made("since")] = _moment(_cell(together[0], FOLLOW["at"], header))[:10]
        yield one
    yield from nameless


def _follow(row: Row, header: list[str]) -> str:
    said = [_cell(row, FOLLOW["who"], header), _moment(_cell(row, FOLLOW["at"], header))]
    said += [_cell(row, FOLLOW[name], header) for name in ("remark", "tags")]
    return "企业微信：" + " · ".join(filter(None, said))


def _moment(text: str) -> str:
    """Write seconds since 1970 as a day and time; leave everything else as it is."""
    if _EPOCH.fullmatch(text):
        at = datetime.fromtimestamp(float(text), UTC)
        return at.isoformat(timespec="seconds")
    return text


def _first(rows: list[Row], name: str) -> str:
    return next((row[name] for row in rows if row.get(name)), "")


def _cell(row: Row, names: str, header: list[str]) -> str:
    found = rules.column(names, header)
    return (row.get(found) or "").strip() if found else ""


def _write(path: Path, header: list[str], rows: Iterable[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, pa.string()) for name in header])
    scratch = path.with_suffix(".part")
    with parquet.ParquetWriter(scratch, schema, compression="zstd") as writer:
        batch: list[Row] = []
        for row in rows:
            batch.append(row)
            if len(batch) >= BATCH:
                writer.write_table(_table(batch, schema))
                batch = []
        writer.write_table(_table(batch, schema))
    scratch.replace(path)


def _table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    return pa.table(
        [pa.array([row.get(name) or "" for row in rows], pa.string()) for name in schema.names],
        schema=schema,
    )
