"""Which files are kept, and whether one is what its name says."""

from __future__ import annotations

import re
from collections.abc import Mapping

LARGEST = 10 << 20  # bytes: a scanned contract of some ten pages
ZIPPED, OLD_OFFICE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0",)
# ending -> how its bytes begin; nothing that a browser or a spreadsheet would run.
ENDINGS: Mapping[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "docx": ZIPPED,
    "xlsx": ZIPPED,
    "doc": OLD_OFFICE,
    "xls": OLD_OFFICE,
    "txt": (),
}
TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
}
UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")
LONGEST_NAME = 120


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters; "" without one."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def looks_like(content: bytes, ending: str) -> bool:
    """Tell whether the first bytes are those of that kind of file."""
    begins = ENDINGS[ending]
    if begins:
        return content.startswith(begins)
    return b"\x00" not in content[:4096]


def file_name(name: str) -> str:
    """The name without paths, controls and marks that turn the reading direction."""
    stem, dot, ending = UNSAFE.sub("_", name).strip(" .").rpartition(".")
    return f"{stem[: LONGEST_NAME - len(ending) - 1] or 'file'}{dot}{ending}"


def type_of(ending: str) -> str:
    """What to call a file on its way out; nothing that is shown in place."""
    return TYPES.get(ending, "application/octet-stream")
