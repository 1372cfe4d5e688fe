"""Messages as a table, one a row, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.server.content.rules.messages import PARTS
from regulars.server.content.rules.shape import Message

ABOUT = ("channel", "purpose", "product", "valid_until", "fallback")
LANGUAGES, WORDINGS = ("zh", "en"), ("a", "b")
WORDS = tuple(
    f"{n}_{part}_{spoken}" for n in WORDINGS for part in PARTS for spoken in LANGUAGES
)
MESSAGE_HEAD = ("code", "title_zh", "title_en", *ABOUT, "tags", *WORDS)


def message_row(code: str, message: Message) -> list[str]:
    """A message as a row under `MESSAGE_HEAD`; `message_body` takes it back."""
    words = {
        f"{name}_{part}_{spoken}": str(getattr(getattr(wording, part), spoken))
        for name, wording in zip(WORDINGS, message.wordings, strict=False)
        for part in PARTS
        for spoken in LANGUAGES
    }
    return [
        code, message.title.zh, message.title.en,
        *(str(getattr(message, name)) for name in ABOUT), ", ".join(message.tags),
        *(words.get(name, "") for name in WORDS),
    ]  # fmt: skip


def places(header: Sequence[str]) -> dict[str, int]:
    """Where each known column of a file stands."""
    heads = [head.strip().lower() for head in header]
    return {name: heads.index(name) for name in MESSAGE_HEAD if name in heads}


def message_body(cells: Mapping[str, str]) -> dict[str, Any]:
    """The body of a row, as it would be kept; what it lacks is found where it is read."""
    cells = {name: _unquoted(cell) for name, cell in cells.items()}
    wordings = [
        {
            part: {spoken: cells.get(f"{name}_{part}_{spoken}", "") for spoken in LANGUAGES}
            for part in PARTS
        }
        for name in WORDINGS
    ]
    tags = cells.get("tags", "").replace("，", ",").split(",")
    return {
        "title": {spoken: cells.get(f"title_{spoken}", "") for spoken in LANGUAGES},
        "tags": [tag.strip() for tag in tags],
        "wordings": wordings,
        **{name: cells.get(name, "").strip().lower() for name in ("channel", "purpose")},
        **{name: cells.get(name, "").strip() for name in ("product", "valid_until")},
        "fallback": cells.get("fallback", "").strip().lower() or "zh",
    }


def _unquoted(cell: str) -> str:
    """Take the quote off again that keeps a spreadsheet from running a cell."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell
