"""Ideas of what customers can take part in, as they are shipped."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from regulars.server.core.models import local_name

FILE = Path(__file__).resolve().parents[1] / "packs" / "ideas.toml"


@dataclass(frozen=True)
class Idea:
    """Something to take part in: what happens, and what it needs."""

    code: str
    festivals: tuple[str, ...]  # empty: it fits any
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str

    @property
    def title(self) -> str:
        return local_name(self.title_zh, self.title_en)

    @property
    def text(self) -> str:
        return local_name(self.text_zh, self.text_en)


@lru_cache(maxsize=1)
def ideas() -> dict[str, Idea]:
    """The whole library, by code."""
    read = tomllib.loads(FILE.read_text("utf-8"))["ideas"]
    return {
        str(each["code"]): Idea(
            str(each["code"]), tuple(each.get("festivals", ())), each["title"]["zh"],
            each["title"]["en"], each["text"]["zh"], each["text"]["en"],
        )
        for each in read
    }  # fmt: skip


def idea(code: str) -> Idea | None:
    return ideas().get(code)


def ideas_for(festival: str) -> list[Idea]:
    """Those made for a festival first, then those that fit any."""
    own = [each for each in ideas().values() if festival in each.festivals]
    return own + [each for each in ideas().values() if not each.festivals]
