"""Lines of vCard files: unfolded, cut into name, parameters and value, decoded.

vCard 2.1, as old phones write it, has bare parameters (TEL;CELL:), quoted-printable values
that go on after a "=" and a charset per line, often GBK; 3.0 and 4.0 fold long lines before a
blank and escape commas. A file is read as bytes, because a fold may cut a character in two.
"""

from __future__ import annotations

import codecs
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regulars.server.intake.reader.blocks import LONGEST_LINE, NotATable
from regulars.server.intake.reader.encodings import KNOWN_AS, Encoding, utf8_chunks

NOT_READ = frozenset({b"PHOTO", b"LOGO", b"SOUND", b"KEY"})  # pictures and the like
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_QUOTED = re.compile(rb'"[^"]*"')


@dataclass(frozen=True)
class Property:
    """One line of a card: TEL, its parameters in capitals, its value as text."""

    line: int
    name: str
    params: frozenset[str]
    value: str
    broken: bool  # characters that the charset does not have

    def parts(self, separator: str = ";") -> list[str]:
        """Cut a value of several parts, and undo the escapes in each."""
        cut = re.split(rf"(?<!\\){separator}", self.value)
        return [unescaped(part) for part in cut]

    @property
    def text(self) -> str:
        return unescaped(self.value)


def unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text).strip()


def properties(path: Path, encoding: Encoding) -> Iterator[Property]:
    """Yield every property of a file, in order, but for pictures."""
    for number, line in _unfolded(_lines(path, encoding)):
        head, value = _cut(line)
        name, *params = head.split(b";")
        name = name.rpartition(b".")[2].strip().upper()  # a group's name stands before a dot
        if name and name not in NOT_READ:
            yield _property(number, name, params, value, encoding)


def _property(
    line: int, name: bytes, params: list[bytes], value: bytes, encoding: Encoding
) -> Property:
    told = [one.decode("ascii", "replace").strip() for one in params]
    words = frozenset(
        word.strip('" ').upper()
        for one in told
        for word in [*one.partition("=")[2].split(","), one]
        if word
    )
    if "QUOTED-PRINTABLE" in words:
        value = quopri.decodestring(value)
    charset = next((one[8:] for one in told if one.upper().startswith("CHARSET=")), "")
    text = value.decode(_codec(charset) or _plain(encoding), "replace")
    return Property(line, name.decode("ascii", "replace"), words, text, "\ufffd" in text)


def _codec(named: str) -> str:
    wanted = named.strip('" ').lower()
    wanted = KNOWN_AS.get(wanted, wanted)
    try:
        codecs.lookup(wanted)
        b"".decode(wanted)
    except (LookupError, ValueError):
        return ""
    return wanted


def _plain(encoding: Encoding) -> str:
    return "utf-8" if encoding.name.startswith("utf") else encoding.name


def _lines(path: Path, encoding: Encoding) -> Iterator[bytes]:
    """Yield physical lines; wide characters are made UTF-8 first."""
    rest = b""
    for chunk in _chunks(path, encoding):
        *lines, rest = re.split(rb"\r\n|\r|\n", rest + chunk)
        if len(rest) > LONGEST_LINE:
            raise NotATable("endless_line", most=LONGEST_LINE // 1024**2)
        yield from lines
    yield rest


def _chunks(path: Path, encoding: Encoding) -> Iterator[bytes]:
    if encoding.name.startswith("utf-16"):
        yield from utf8_chunks(path, encoding)
        return
    with path.open("rb") as file:
        first = file.read(1 << 20)
        yield first.removeprefix(codecs.BOM_UTF8)
        while chunk := file.read(1 << 20):
            # A line end may be cut in two; the next piece then begins with its second half.
            yield chunk[1:] if first.endswith(b"\r") and chunk.startswith(b"\n") else chunk
            first = chunk


def _unfolded(lines: Iterator[bytes]) -> Iterator[tuple[int, bytes]]:
    """Join what was folded; give each with the number of its first line."""
    number, start, whole = 0, 1, b""
    for number, line in enumerate(lines, start=1):
        if line[:1] in (b" ", b"\t") and whole:
            whole += line[1:]
        elif whole.endswith(b"=") and b"QUOTED-PRINTABLE" in whole[:200].upper():
            whole = whole[:-1] + line
        else:
            if whole:
                yield start, whole
            start, whole = number, line
        if len(whole) > LONGEST_LINE:
            raise NotATable("endless_line", most=LONGEST_LINE // 1024**2)
    if whole:
        yield start, whole


def _cut(line: bytes) -> tuple[bytes, bytes]:
    """Cut at the first colon that is not inside quotation marks."""
    masked = _QUOTED.sub(lambda found: b"_" * len(found[0]), line)
    head, _colon, _value = masked.partition(b":")
    return line[: len(head)], line[len(head) + 1 :]
