"""What changed between two wordings, piece by piece: by the character in Chinese, else by
the word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECES = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|[A-Za-z0-9'’]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """Some words that are `same`, `new` or `gone`."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """Tell `after` with what was taken out of `before` in its place."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    found: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Piece("same", "".join(new[k:m])))
            continue
        if j > i:
            found.append(Piece("gone", "".join(old[i:j])))
        if m > k:
            found.append(Piece("new", "".join(new[k:m])))
    return found
