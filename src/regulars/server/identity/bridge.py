"""Looks through all files for pairs that may be one customer (splink on DuckDB).

How much a clue weighs follows Fellegi & Sunter (1969), A Theory for Record Linkage: how
much likelier it is between two files of one customer than between two customers. The first
share is an assumption, written below; the second is counted in this company's own files, a
common name weighing less than a rare one.
"""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from regulars.server.customers import rules as names
from regulars.server.identity.rules import SHARED_BY, Clue, Likeness

BATCH = 50_000
LIKELY = 0.5  # from here on a pair is shown
DOUBLES = 0.02  # share of files that have a double, before anything is known
CROWD = 60  # so many files under one value say nothing, and would make a million pairs
# How often a detail agrees between two files of one customer: people move, change phones
# and names are misspelt. Of the order that registries report.
AGREES = {
    "id": 0.98, "phone": 0.75, "name": 0.90, "reading": 0.08, "birth_date": 0.97,
    "email": 0.70, "address": 0.50, "wecom": 0.90,
}  # fmt: skip
# What is given to one person is equal between two by mistake only, however few files a
# company has; everything else is counted in its files.
MISTAKEN = {"id": 1e-7, "own_phone": 1e-5, "email": 1e-6, "wecom": 1e-7}
RAREST = 1e-4  # doubles are never expected more often than this among pairs
COLUMNS = ("kind", "name", "reading", "birth_date", "phone", "email", "address", "id", "wecom")


def find() -> list[Likeness]:
    """Give the pairs that look like one customer. Call it where the system sees everybody.

    Pairs whose id numbers differ are two customers and are left out.
    """
    files = _files()
    if files.num_rows < 2:
        return []
    return list(_likely(files))


def _files() -> pa.Table:
    """The standing files, each value folded so that writing does not matter."""
    rows: dict[str, list[Any]] = {"unique_id": [], **{name: [] for name in COLUMNS}}
    with connection.cursor() as db:
        db.execute(
            "select id, kind, name, birth_date, phone, email, address, id_hash, wecom_id "
            "from customers_customer where state not in ('merged', 'erased') and name <> '' "
            "order by id"
        )
        while batch := db.fetchmany(BATCH):
            for key, kind, name, born, phone, email, address, number, wecom in batch:
                rows["unique_id"].append(key)
                rows["kind"].append(kind)
                rows["name"].append(_fold(name) or None)
                rows["reading"].append(_reading(name))
                rows["birth_date"].append(born.isoformat() if born else None)
                rows["phone"].append(_digits(phone))
                rows["email"].append(_fold(email) or None)
                rows["address"].append(_fold(address) or None)
                rows["id"].append(number or None)
                rows["wecom"].append(wecom or None)
    text = pa.string()
    table = pa.table({name: pa.array(rows[name], text) for name in COLUMNS})
    return table.append_column("unique_id", pa.array(rows["unique_id"], pa.int64()))


def _reading(name: str) -> str | None:
    """How a name sounds: its pinyin, or the letters of one that is written in Latin."""
    folded = _fold(name)
    letters = folded if folded.isascii() else "".join(names.pinyin(folded))
    return "".join(each for each in letters if each.isalpha()) or None


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digits(phone: str) -> str | None:
    digits = "".join(each for each in unicodedata.normalize("NFKC", phone) if each.isdigit())
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return digits if len(digits) >= 7 else None


def _likely(files: pa.Table) -> Iterator[Likeness]:
    from splink import DuckDBAPI, Linker  # here: importing it takes a second

    database = DuckDBAPI()
    files = _with_crowds(files)
    known = database.register(files, dataset_display_name="files")
    linker = Linker(known, _settings(files), log_level=logging.ERROR)
    found = linker.inference.predict(threshold_match_probability=LIKELY, warning_mode="never")
    pairs: Any = found  # the reader of its tables says no types
    table = pairs.as_pyarrow_table()
    for row in table.to_pylist():
        if _two_people(row):
            continue
        first, second = sorted((row["unique_id_l"], row["unique_id_r"]))
        yield Likeness(first, second, float(row["match_probability"]), tuple(_clues(row)))


def _two_people(row: dict[str, Any]) -> bool:
    """Tell whether one thing is enough to keep two apart, whatever else agrees.

    Two id numbers; or two names, unless a number or an account that is given once agrees:
    a couple shares phone and address.
    """
    if row["gamma_id"] == 0:
        return True
    once = ("id", "wecom", "email")
    return row["gamma_name"] == 0 and not any(row[f"gamma_{name}"] == 1 for name in once)


def _with_crowds(files: pa.Table) -> pa.Table:
    """Set phones apart that serve people of several names: a shop's, an agent's, a family's."""
    pairs = files.select(["phone", "name"]).group_by(["phone", "name"]).aggregate([])
    counts = pairs.group_by("phone").aggregate([("name", "count")]).to_pylist()
    shared = {row["phone"] for row in counts if row["name_count"] >= SHARED_BY}
    phones = files["phone"].to_pylist()
    own = [None if phone in shared else phone for phone in phones]
    common = [phone if phone in shared else None for phone in phones]
    text = pa.string()
    for name in ("email", "id", "wecom"):
        at = files.schema.get_field_index(name)
        files = files.set_column(at, name, _without_crowds(files[name]))
    files = files.append_column("own_phone", pa.array(own, text))
    return files.append_column("common_phone", pa.array(common, text))


def _without_crowds(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """Forget a value that a crowd carries: "none@example.com" is nobody's address."""
    counts = values.drop_null().value_counts()
    crowd = counts.filter(pc.greater(counts.field("counts"), CROWD)).field("values")
    return pc.if_else(pc.is_in(values, crowd), pa.scalar(None, pa.string()), values)


def _settings(files: pa.Table) -> Any:  # Any: splink's settings
    from splink import SettingsCreator, block_on
    from splink.comparison_level_library import (
        CustomLevel,
        ElseLevel,
        ExactMatchLevel,
        NullLevel,
    )
    from splink.comparison_library import CustomComparison

    def exact(column: str, agrees: float, *, by_value: bool = False) -> Any:
        level = ExactMatchLevel(column, term_frequency_adjustments=by_value)
        chance = MISTAKEN.get(column) or _by_chance(files, column)
        return level.configure(m_probability=agrees, u_probability=chance)

    def differs(share: float) -> Any:
        return ElseLevel().configure(m_probability=share, u_probability=1.0)

    def plain(name: str, column: str, *, by_value: bool = False) -> Any:
        levels = [NullLevel(column), exact(column, AGREES[name], by_value=by_value)]
        return CustomComparison([*levels, differs(1.0 - AGREES[name])], name)

    name = CustomComparison(
        [
            NullLevel("name"),
            exact("name", AGREES["name"], by_value=True),
            exact("reading", AGREES["reading"]),
            differs(1.0 - AGREES["name"] - AGREES["reading"]),
        ],
        "name",
    )
    both = '"phone_l" is null or "phone_r" is null'
    shared = CustomLevel(
        '"common_phone_l" = "common_phone_r"', "the same phone, that many use"
    ).configure(m_probability=AGREES["phone"], u_probability=AGREES["phone"] / 2.0)
    phone = CustomComparison(
        [
            CustomLevel(both, "no phone").configure(is_null_level=True),
            exact("own_phone", AGREES["phone"]),
            shared,
            differs(1.0 - AGREES["phone"]),
        ],
        "phone",
    )
    rules: list[Any] = [
        block_on("id", "kind"),
        block_on("own_phone", "kind"),
        block_on("email", "kind"),
        block_on("wecom", "kind"),
        block_on("name", "birth_date"),
        block_on("reading", "birth_date"),
        block_on("name", "address"),
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        probability_two_random_records_match=min(RAREST, DOUBLES / files.num_rows),
        comparisons=[
            plain("id", "id"),
            phone,
            name,
            plain("birth_date", "birth_date"),
            plain("email", "email"),
            plain("address", "address"),
            plain("wecom", "wecom"),
        ],
        blocking_rules_to_generate_predictions=rules,
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=["kind", "common_phone"],
    )


def _by_chance(files: pa.Table, column: str) -> float:
    """Count how often two files agree in a column by chance; half a pair where none does."""
    counts = files[column].drop_null().value_counts().field("counts").to_numpy()
    known = float(counts.sum())
    pairs = known * (known - 1.0) / 2.0
    if pairs < 1.0:
        return 1e-6
    alike = float((counts * (counts - 1.0)).sum()) / 2.0
    return min(0.5, max(alike, 0.5) / pairs)


def _clues(row: dict[str, Any]) -> Iterator[Clue]:
    """Read what splink weighed: `gamma_*` is the level, `mw_*` its weight in bits."""
    for about in ("id", "phone", "name", "birth_date", "email", "address", "wecom"):
        level = row[f"gamma_{about}"]
        if level < 0:
            continue
        weight = row[f"mw_{about}"] + row.get(f"mw_tf_adj_{about}", 0.0)
        yield Clue(about, _verdict(about, level), weight)


def _verdict(about: str, level: int) -> str:
    if level == 0:
        return "different"
    if about in ("name", "phone") and level == 1:
        return "alike" if about == "name" else "shared"
    return "same"
