"""What the pages of texts show: each with its version in force and the one in the making."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from regulars.server.content.models import OwnWord, Text, Version
from regulars.server.content.queries.library import InForce, in_force, in_use
from regulars.server.content.queries.shipped import TRADES, shipped, trade_names
from regulars.server.content.queries.words import all_words
from regulars.server.content.rules.lint import Sensitive, lint
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import Body, Card, Checklist, Kind, Playbook, Words
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.products import queries as products


@dataclass(frozen=True)
class Entry:
    """A text on the page: what is in force, what is in the making, whether it is away."""

    kind: str
    code: str
    text: Text | None
    current: InForce | None
    making: Version | None
    shipped: bool

    @property
    def body(self) -> Body | None:
        if self.current is not None:
            return self.current.body
        if self.making is not None:
            return read(self.kind, self.making.body)
        known = shipped().get(self.code)
        return known.body if known else None

    @property
    def away(self) -> bool:
        return self.text is not None and self.text.put_away_at is not None

    @property
    def replaced(self) -> bool:
        """Whether a version of the company stands in the place of a shipped text."""
        return self.shipped and self.current is not None and self.current.version > 0


def entries(
    viewer: Person, kind: str, *, search: str = "", trigger: str = "", product_kind: str = ""
) -> list[Entry]:
    """The texts of a kind: those in force, in the making, and for editors those put away."""
    found = _all(kind, edits=viewer.may(Permission.EDIT_CONTENT))
    return [e for e in found if _matches(e, search.strip().lower(), trigger, product_kind)]


def _all(kind: str, *, edits: bool) -> list[Entry]:
    now = {text.code: text for text in in_force().of(kind)}
    texts = {text.code: text for text in Text.objects.filter(kind=kind)}
    making = _in_the_making(kind)
    trades = in_use()
    codes = {*now, *texts}
    if edits:
        codes |= {c for c, t in shipped().items() if t.kind == kind and t.trade in trades}
    found = [
        Entry(kind, code, texts.get(code), now.get(code), making.get(code), code in shipped())
        for code in sorted(codes)
    ]
    if not edits:
        found = [one for one in found if one.current is not None]
    return [one for one in found if one.body is not None]


def _in_the_making(kind: str) -> dict[str, Version]:
    found = Version.objects.filter(text__kind=kind, state__in=["draft", "submitted"])
    return {one.text.code: one for one in found.select_related("text", "written_by")}


def _matches(entry: Entry, search: str, trigger: str, product_kind: str) -> bool:
    body = entry.body
    assert body is not None
    if trigger and trigger not in body.fits.triggers:
        return False
    if product_kind and product_kind not in body.fits.kinds:
        return False
    return not search or search in _searched(body)


def _searched(body: Body) -> str:
    parts: list[Words] = [body.title]
    if isinstance(body, Card):
        parts += [body.say, body.hint]
    elif isinstance(body, Playbook):
        parts += [words for step in body.steps for words in (step.purpose, step.say)]
    elif isinstance(body, Checklist):
        parts += [line.text for line in body.items]
    else:
        parts += [words for one in body.wordings for words in (one.subject, one.text)]
    tags = () if isinstance(body, Playbook | Checklist) else body.tags
    return " ".join([*(f"{part.zh} {part.en}" for part in parts), *tags]).lower()


def entry(viewer: Person, kind: str, code: str) -> Entry | None:
    """One text by its code, in force or not."""
    edits = viewer.may(Permission.EDIT_CONTENT) or viewer.may(Permission.APPROVE_CONTENT)
    found = next((one for one in _all(kind, edits=True) if one.code == code), None)
    if found is not None and not edits:
        return replace(found, making=None) if found.current is not None else None
    return found


def kind_of(code: str) -> str:
    """The kind of a text; empty for a code that nothing has."""
    text = Text.objects.filter(code=code).first()
    known = shipped().get(code)
    return text.kind if text else (str(known.kind) if known else "")


def versions(text: Text | None) -> QuerySet[Version]:
    """All versions of a text, newest first."""
    found = Version.objects.filter(text=text) if text else Version.objects.none()
    return found.select_related("written_by", "submitted_by", "decided_by").order_by("-number")


def version(viewer: Person, code: str, number: int) -> Version | None:
    """One version, for those who write or decide; else only what was in force."""
    found = Version.objects.filter(text__code=code, number=number)
    if not (viewer.may(Permission.EDIT_CONTENT) or viewer.may(Permission.APPROVE_CONTENT)):
        found = found.filter(state__in=["approved", "retired"])
    return found.select_related("text", "written_by", "submitted_by", "decided_by").first()


def to_decide(viewer: Person) -> list[Version]:
    """What waits for somebody's approval, oldest first, with what the viewer wrote himself."""
    if not viewer.may(Permission.APPROVE_CONTENT):
        return []
    found = Version.objects.filter(state=Version.State.SUBMITTED).order_by("submitted_at")
    return list(found.select_related("text", "submitted_by", "written_by"))


def waiting(viewer: Any) -> int:
    """How many versions this person can decide on."""
    return sum(viewer.pk not in one.authors for one in to_decide(viewer))


def same_ground(version: Version) -> dict[str, str] | None:
    """Another playbook of the company in force for the same beginning and product.

    Shipped ones give way by themselves. Returns its title and what both are tied to.
    """
    mine = read(version.text.kind, version.body)
    if not isinstance(mine, Playbook):
        return None
    for text in in_force().of(Kind.PLAYBOOK):
        other = text.body
        mine_or_shipped = text.code == version.text.code or not text.version
        if mine_or_shipped or not isinstance(other, Playbook):
            continue
        codes = set(other.fits.products) & set(mine.fits.products)
        kinds = set(other.fits.kinds) & set(mine.fits.kinds)
        if other.begins == mine.begins and (codes or kinds):
            names = products.names()
            told = [*(names.get(c, c) for c in sorted(codes)), *_kind_names(kinds)]
            return {"title": other.title.zh or other.title.en, "products": "、".join(told)}
    return None


def _kind_names(kinds: set[str]) -> list[str]:
    names = dict(products.kinds())
    return [str(names.get(kind, kind)) for kind in sorted(kinds)]


# ---- words ----------------------------------------------------------------------------


def own_words() -> QuerySet[OwnWord]:
    """The company's own words, with who added them."""
    found = OwnWord.objects.filter(removed_at__isnull=True)
    return found.select_related("added_by").order_by("word")


def word(pk: int) -> OwnWord | None:
    return OwnWord.objects.filter(pk=pk, removed_at__isnull=True).first()


@dataclass(frozen=True)
class WordGroup:
    """Words with one reason, each with the number of texts in force that say it."""

    first: Sensitive
    words: tuple[tuple[str, int], ...]


def word_groups() -> list[WordGroup]:
    """The list by reason, what is refused first, the company's own words at the top."""
    words = all_words()
    counts = Counter(_said(words))
    groups: dict[tuple[bool, bool, Words, tuple[str, ...]], list[Sensitive]] = {}
    for one in words:
        key = (not one.own, one.severity != "refused", one.reason, one.only)
        groups.setdefault(key, []).append(one)
    order = sorted(groups.items(), key=lambda pair: pair[0][:2])
    return [
        WordGroup(found[0], tuple((one.word, counts[one.word]) for one in found))
        for _key, found in order
    ]


def _said(words: tuple[Sensitive, ...]) -> Iterator[str]:
    for text in in_force().texts:
        yield from {hit.word for hit in lint(text.kind, text.body, words)}


def trades() -> list[tuple[str, Words, bool, int]]:
    """Every trade: its name, whether it is in use, how many texts it ships."""
    used, names = in_use(), trade_names()
    counts = {t: sum(s.trade == t for s in shipped().values()) for t in TRADES}
    return [(trade, names[trade], trade in used, counts[trade]) for trade in TRADES]
