"""Promise 22: Chinese files come in as they were meant, or are refused with a reason."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest
from tests.server.intake.drills.tables import Made, Meant, make

from regulars.server.intake import reader
from regulars.server.intake.reader import onepass, sniffing

# What may be refused though it was meant: Excel's damage, and dates that mean two days.
REASONS = {"damaged_number", "ambiguous_date"}


def test_what_was_written_is_what_is_read(tmp_path):
    wrong = [
        told for seed in range(33) if (told := mistakes(tmp_path, seed, sniffing, onepass))
    ]

    assert not wrong, "\n".join(wrong[:10])


@pytest.mark.drill
def test_200_files_of_all_kinds_are_equal_or_refused_with_a_reason(tmp_path):
    counts: Counter[str] = Counter()
    wrong = []
    for seed in range(1000, 1200):
        told = mistakes(tmp_path, seed, reader, reader, counts)
        wrong += [told] if told else []

    print(  # noqa: T201
        f"\nPromise 22: {200 - len(wrong)} of 200 files equal or refused with a reason; "
        f"{counts['equal']} rows equal, {counts['refused']} refused with a reason, "
        f"{counts['wrong']} wrong."
    )
    assert not wrong, "\n".join(wrong)


def mistakes(
    folder: Path, seed: int, sniffer: Any, passer: Any, counts: Counter[str] | None = None
) -> str:
    """Read a made file; say what came of it that was not meant."""
    made = make(folder, seed)
    sniffed = sniffer.sniff(made.path)
    mapping = reader.propose(sniffed.header, "customers")
    result = passer.read(
        made.path,
        sniffed,
        mapping,
        kind="customers",
        time_zone="Asia/Shanghai",
        today=date(2026, 11, 22),
        out=folder,
    )
    rows = {row["number"]: row for row in parquet.read_table(result.path).to_pylist()}
    refused = {row.cells[0].strip("='\""): row for row in result.refused()}
    counts = Counter() if counts is None else counts
    wrong = [told for one in made.rows if (told := _wrong(made, one, rows, refused, counts))]
    if len(rows) + len(refused) != len(made.rows):
        wrong.append(f"{len(rows)} + {len(refused)} rows of {len(made.rows)}")
    return f"{seed} {made.how}: {wrong[0]}" if wrong else ""


def _wrong(
    made: Made, one: Meant, rows: dict[str, Any], refused: dict[str, Any], counts: Counter[str]
) -> str:
    row = rows.get(one.number)
    if row is None:
        codes = {p.code for r in refused.values() for p in r.problems if _is(r.cells, one)}
        good = bool(codes) and codes <= REASONS
        good = good and ("damaged_number" in codes) == (one.number in made.damaged)
        counts["refused" if good else "wrong"] += 1
        return "" if good else f"{one.number} refused: {codes}"
    found = tuple(
        row[name] for name in ("name", "birth_date", "phone", "id_number", "since", "note")
    )
    note = None if one.note in ("", "NULL") else one.note.replace("\t", " ")
    meant = (one.name, one.birth, one.phone, one.id_number, one.since, note)
    right = found == meant and one.number not in made.damaged
    counts["equal" if right else "wrong"] += 1
    return "" if right else f"{found} instead of {meant}"


def _is(cells: tuple[str, ...], one: Meant) -> bool:
    return unicodedata.normalize("NFKC", cells[0]).strip("='\"") == one.number
