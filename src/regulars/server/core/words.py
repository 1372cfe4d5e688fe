"""Whether a file or a text says one of some words: how an erased person is found in files.

Text is looked through in the encodings that files come in, packed files in their parts,
Parquet in its columns. What cannot be read counts as holding them: better a file too many
goes than that one stays.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow.parquet as parquet

BLOCK, OVERLAP = 4 << 20, 1_024  # bytes read at once; longer than any word with its edges
LONG = 6  # a shorter number stands in files as an amount or a day too
PHONE = re.compile(r"\+?\d{8,15}")
OLE = b"\xd0\xcf\x11\xe0"
UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
LEFT, RIGHT = "(?:^|[^0-9A-Za-z])", "(?:$|[^0-9A-Za-z])"


class Stream(Protocol):
    """What bytes are read from, packed or not."""

    def read(self, size: int = -1, /) -> bytes: ...


class Words:
    """Some words, sought whole and in any case; digits of a phone number with blanks too."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(sorted({word.strip() for word in words if word.strip()}))

    def __bool__(self) -> bool:
        return bool(self.words)

    @property
    def telling(self) -> Words:
        """Those that say whom they mean wherever they stand: no short numbers."""
        return Words(w for w in self.words if not w.isascii() or len(w) >= LONG)

    @cached_property
    def pattern(self) -> str:
        """For Python and for DuckDB alike, so without looking behind."""
        return "(?i)(?:" + "|".join(map(_sought, self.words)) + ")"

    def in_text(self, text: str) -> bool:
        return bool(self.words) and bool(re.search(self.pattern, text))

    def in_file(self, path: Path) -> bool:
        """Tell whether a file, or a part of a packed one, holds a word."""
        if not self.words or not path.is_file():
            return False
        with path.open("rb") as file:
            head = file.read(4)
        try:
            if head == b"PAR1":
                return self._in_parquet(path)
            if head[:2] == b"PK":
                return any(map(self._in_stream, _members(path)))
            if head[:2] == b"\x1f\x8b":
                with gzip.open(path) as unpacked:
                    return self._in_stream(unpacked)
            with path.open("rb") as file:
                return self._in_stream(file)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, duckdb.Error):
            return True

    def condition(self, path: Path) -> str:
        """SQL that holds for the rows of a Parquet file in which a word stands."""
        said = " || chr(31) || ".join(
            f"coalesce(\"{name}\"::varchar, '')" for name in _texts(path)
        )
        if not said or not self.words:
            return "false"
        pattern = self.pattern.replace("'", "''")
        return f"regexp_matches({said}, '{pattern}')"

    def _in_parquet(self, path: Path) -> bool:
        with duckdb.connect(":memory:") as db:
            found = db.execute(
                f"select 1 from read_parquet('{_quoted(path)}') "
                f"where {self.condition(path)} limit 1"
            )
            return found.fetchone() is not None

    def _in_stream(self, stream: Stream) -> bool:
        head = stream.read(BLOCK)
        encoding = UTF_16.get(head[:2]) or ("utf-16-le" if head[:4] == OLE else "")
        sought = self._bytes(encoding)
        before = b""
        while head:
            if sought.search(before + head):
                return True
            before, head = head[-OVERLAP:], stream.read(BLOCK)
        return False

    def _bytes(self, encoding: str) -> re.Pattern[bytes]:
        """The pattern over bytes: in UTF-8 and GB18030, or in two bytes a character."""
        if encoding:
            wide = {re.escape(form.encode(encoding)) for w in self.words for form in _cased(w)}
            if encoding == "utf-16-le":  # old Excel keeps plain texts in one byte each
                wide |= {re.escape(w.encode("latin-1", "ignore")) for w in self.words} - {b""}
            return re.compile(b"|".join(sorted(wide)))
        narrow = {
            _sought(word).encode() if word.isascii() else re.escape(word.encode(each))
            for word in self.words
            for each in ("utf-8", "gb18030")
        }
        return re.compile(b"(?i)(?:" + b"|".join(sorted(narrow)) + b")")


def _sought(word: str) -> str:
    if PHONE.fullmatch(word):
        return r"[ \-]?".join(word.lstrip("+")) + RIGHT
    # Beside Han an edge is everywhere, and in GB18030 a letter may be half of a character.
    return f"{LEFT}{re.escape(word)}{RIGHT}" if word.isascii() else re.escape(word)


def _cased(word: str) -> set[str]:
    return {word, word.lower(), word.upper()}


def _members(path: Path) -> Iterator[Stream]:
    with zipfile.ZipFile(path) as packed:
        for name in packed.namelist():
            with packed.open(name) as member:
                yield member


def _texts(path: Path) -> list[str]:
    schema = parquet.read_schema(path)
    return [field.name for field in schema if "string" in str(field.type)]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
