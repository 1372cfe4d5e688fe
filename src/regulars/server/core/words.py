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
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from regulars.server.core.leftovers import quoted

BLOCK, OVERLAP = 4 << 20, 1_024  # bytes read at once; longer than any word with its edges
GROUP = 100  # words looked for in one pass
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
    def patterns(self) -> list[str]:
        """For RE2, some words each: beyond a few hundred it would look one by one."""
        return [_either(map(_sought, some)) for some in _groups(self.words)]

    def holding(self, texts: Sequence[str]) -> list[bool]:
        """Tell of each text whether a word stands in it."""
        column, found = pa.array(texts, pa.large_string()), [False] * len(texts)
        for pattern in self.patterns:
            said = compute.match_substring_regex(column, pattern).to_pylist()
            found = [one or other for one, other in zip(found, said, strict=True)]
        return found

    def in_text(self, text: str) -> bool:
        return any(self.holding([text]))

    def among(self, paths: Iterable[Path]) -> list[Path]:
        """The files that hold a word."""
        return [path for path in paths if self.in_file(path)]

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
        quoted = (pattern.replace("'", "''") for pattern in self.patterns)
        return "(" + " or ".join(f"regexp_matches({said}, '{one}')" for one in quoted) + ")"

    def _in_parquet(self, path: Path) -> bool:
        with duckdb.connect(":memory:") as db:
            found = db.execute(
                f"select 1 from read_parquet({quoted(path)}) "
                f"where {self.condition(path)} limit 1"
            )
            return found.fetchone() is not None

    def _in_stream(self, stream: Stream) -> bool:
        head = stream.read(BLOCK)
        encoding = UTF_16.get(head[:2]) or ("utf-16-le" if head[:4] == OLE else "")
        patterns = [_either(_spelled(some, encoding)) for some in _groups(self.words)]
        before = b""
        while head:
            block = pa.array([before + head], pa.large_binary())
            if any(compute.match_substring_regex(block, one)[0].as_py() for one in patterns):
                return True
            before, head = head[-OVERLAP:], stream.read(BLOCK)
        return False


def _groups(words: Sequence[str]) -> list[Sequence[str]]:
    return [words[place : place + GROUP] for place in range(0, len(words), GROUP)]


def _either(forms: Iterable[str]) -> str:
    return "(?i)(?:" + "|".join(sorted(set(forms))) + ")"


def _spelled(words: Sequence[str], encoding: str) -> Iterator[str]:
    """How words stand in bytes: in UTF-8 and GB18030, or in two bytes a character."""
    for word in words:
        if encoding:
            yield from (_bytes(form.encode(encoding)) for form in _cased(word))
            if encoding == "utf-16-le" and word.isascii():  # old Excel: one byte each
                yield _bytes(word.encode())
        elif word.isascii():
            yield _sought(word)
        else:
            yield from (_bytes(word.encode(each)) for each in ("utf-8", "gb18030"))


def _bytes(content: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in content)


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
