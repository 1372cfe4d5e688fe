"""Which encoding a text file is in, and its text as UTF-8.

The rule: a byte order mark decides; else strict UTF-8; else GB18030, the superset of GBK and
GB2312 in which spreadsheets in China save. UTF-8 so seldom fits by chance that a file of
which at most one non-ASCII character in twenty is broken is still taken for UTF-8, and only
its broken rows are refused.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regulars.server.intake.reader.unreadable import Unreadable

CHUNK = 4 * 1024 * 1024
BROKEN = "\ufffd"
BROKEN_SHARE = 0.05

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Names people give; the superset reads everything its subsets wrote.
KNOWN_AS = {"gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030", "ansi": "gb18030"}


class UnknownEncoding(Unreadable):
    """The encoding that was asked for does not exist."""


@dataclass(frozen=True)
class Encoding:
    """A codec's name, and whether the file has bytes that the codec cannot read."""

    name: str
    damaged: bool = False


def detect(path: Path, asked: str | None = None) -> Encoding:
    """Find the encoding of a text file by reading all of it once."""
    name = _codec(asked) if asked is not None else None
    head = _head(path)
    for mark, marked in MARKS:
        if head.startswith(mark) and (name is None or marked.startswith(name[:6])):
            return Encoding(marked, damaged=_broken(path, marked)[0] > 0)
    if name is not None:
        return Encoding(name, damaged=_broken(path, name)[0] > 0)
    if wide := _wide_without_mark(head):
        return Encoding(wide, damaged=_broken(path, wide)[0] > 0)
    return _utf8_or_chinese(path)


def utf8_chunks(path: Path, encoding: Encoding) -> Iterator[bytes]:
    """Yield the file as UTF-8 in pieces of a few megabytes; unreadable bytes become U+FFFD."""
    as_it_is = encoding.name == "utf-8" and not encoding.damaged
    with path.open("rb") as file:
        if as_it_is:
            while chunk := file.read(CHUNK):
                yield chunk
            return
        decoder = codecs.getincrementaldecoder(encoding.name)(errors="replace")
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk).encode("utf-8", "replace")
        yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4096)


def _codec(asked: str) -> str:
    wanted = asked.strip().lower()
    wanted = KNOWN_AS.get(wanted, wanted)
    try:
        name = codecs.lookup(wanted).name
        "".encode(name)  # codecs such as base64 are no text encodings
    except (LookupError, ValueError) as error:
        raise UnknownEncoding("no_encoding", encoding=asked) from error
    return name


def _wide_without_mark(head: bytes) -> str | None:
    # Digits, separators and line ends are below 256, so every other byte of them is zero.
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) < len(head) / 10 or max(even, odd) < 4 * min(even, odd) + 1:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _utf8_or_chinese(path: Path) -> Encoding:
    broken, foreign = _broken(path, "utf-8")
    if not broken:
        return Encoding("utf-8")
    share = broken / foreign
    if share <= BROKEN_SHARE:
        return Encoding("utf-8", damaged=True)
    broken_gb, foreign_gb = _broken(path, "gb18030")
    if broken_gb / max(foreign_gb, 1) <= share:
        return Encoding("gb18030", damaged=broken_gb > 0)
    return Encoding("utf-8", damaged=True)


def _broken(path: Path, name: str) -> tuple[int, int]:
    """Count the unreadable characters and all characters outside ASCII."""
    decoder = codecs.getincrementaldecoder(name)(errors="replace")
    broken = foreign = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            if not text.isascii():
                broken += text.count(BROKEN)
                foreign += len(text) - len(text.encode("ascii", "ignore"))
            if not chunk:
                return broken, foreign
