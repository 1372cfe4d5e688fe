"""What is in force, and which of it fits: the door for the features above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.content.models import Text, Version
from regulars.server.content.queries.shipped import COMMON, TRADES, shipped
from regulars.server.content.rules import fitting
from regulars.server.content.rules.reading import read
from regulars.server.content.rules.shape import (
    Asked,
    Body,
    Card,
    Checklist,
    Kind,
    Playbook,
    Step,
)
from regulars.server.core import queries as core
from regulars.server.web.rules import day


@dataclass(frozen=True)
class InForce:
    """A text as it is used today, and on whose word; version 0 is the shipped one."""

    kind: str
    code: str
    body: Body
    version: int = 0
    approved_by: str = ""
    approved_on: date | None = None
    trade: str = ""

    @property
    def card(self) -> Card:
        assert isinstance(self.body, Card)
        return self.body

    @property
    def list(self) -> Checklist:
        assert isinstance(self.body, Checklist)
        return self.body

    @property
    def standing(self) -> str:
        """On whose word: “Version 3, approved by Ada on 20 Nov 2026”, or that it is shipped."""
        if not self.version or self.approved_on is None:
            return _("Shipped with the system")
        return _("Version %(n)s, approved by %(who)s on %(day)s") % {
            "n": self.version,
            "who": self.approved_by,
            "day": day(self.approved_on, "full", language=get_language()),
        }


@dataclass(frozen=True)
class PlaybookRow:
    """A step of a playbook in force, for a product or a kind of product.

    `script` and `questions` are the reference that `step` takes; both empty where the step
    has none.
    """

    product: str
    product_kind: str
    begins: str
    playbook: str
    version: int
    step: Step
    script: str
    questions: str

    @property
    def day(self) -> int:
        return self.step.day


@dataclass(frozen=True)
class Library:
    """Everything in force, asked without further reads of the database."""

    texts: tuple[InForce, ...]

    def of(self, kind: str) -> Iterator[InForce]:
        return (text for text in self.texts if text.kind == kind)

    def script_for(self, asked: Asked) -> InForce | None:
        """The closest script; None where the default words stand.

        With triggers asked for only scripts of those count, else only those without any.
        """
        scripts = [
            text
            for text in self.of(Kind.SCRIPT)
            if bool(text.card.fits.triggers) == bool(asked.triggers)
        ]
        return _best(scripts, asked)

    def objections_for(self, asked: Asked, *, most: int = 4) -> list[InForce]:
        """Cards for any of the reasons and products of a contact, the closest first."""
        found = [
            (weight, text)
            for text in self.of(Kind.OBJECTION)
            if (weight := fitting.relevance(text.card.fits, asked)) is not None
        ]
        found.sort(key=lambda pair: (-pair[0], pair[1].code))
        return [text for _weight, text in found[:most]]

    def checklist(self, asked: Asked) -> InForce | None:
        """The checklist of a kind of contact; None where there is none."""
        return _best(list(self.of(Kind.CHECKLIST)), asked)

    @cached_property
    def playbook_steps(self) -> tuple[PlaybookRow, ...]:
        """Each step once per product and kind of product that its playbook is tied to.

        A shipped playbook gives way where one of the company has the same ties.
        """
        books = [t for t in self.of(Kind.PLAYBOOK) if isinstance(t.body, Playbook)]
        books.sort(key=lambda text: text.version == 0)
        owner: dict[tuple[str, str, str], str] = {}
        found = []
        for text in books:
            for row in _rows(text):
                if owner.setdefault(_ground(row), text.code) == text.code:
                    found.append(row)
        return tuple(sorted(found, key=lambda row: (*_ground(row), row.day, row.step.key)))

    def step_of(self, playbook: str, key: str) -> tuple[InForce, Step] | None:
        """A step by its playbook and key, in whichever version is in force."""
        for text in self.of(Kind.PLAYBOOK):
            if text.code == playbook and isinstance(text.body, Playbook):
                return next(((text, one) for one in text.body.steps if one.key == key), None)
        return None

    def step(self, reference: str) -> Step | None:
        """The step behind `PlaybookRow.script`, words and questions with it."""
        rows = self.playbook_steps
        return next((row.step for row in rows if _reference(row) == reference), None)


def _ground(row: PlaybookRow) -> tuple[str, str, str]:
    return row.product, row.product_kind, row.begins


def _rows(text: InForce) -> Iterator[PlaybookRow]:
    book = text.body
    assert isinstance(book, Playbook)
    ties = [*((code, "") for code in book.fits.products), *(("", k) for k in book.fits.kinds)]
    for product, kind in ties:
        for one in book.steps:
            name = f"{text.code}@{text.version}/{one.key}"
            yield PlaybookRow(
                product, kind, book.begins, text.code, text.version, one,
                script=name if one.say else "", questions=name if one.questions else "",
            )  # fmt: skip


def _reference(row: PlaybookRow) -> str:
    return f"{row.playbook}@{row.version}/{row.step.key}"


def _best(texts: Iterable[InForce], asked: Asked) -> InForce | None:
    weighed = [
        (weight, text)
        for text in texts
        if (weight := fitting.weight(text.body.fits, asked)) is not None
    ]
    # Of two that fit alike the company's own goes before the shipped one.
    weighed.sort(key=lambda pair: (-pair[0], pair[1].version == 0, pair[1].code))
    return weighed[0][1] if weighed else None


def in_force() -> Library:
    """The approved version of each text, else what is shipped for the company's trades."""
    known = dict(Text.objects.values_list("code", "put_away_at"))
    own = {text.code: text for text in _approved()}
    trades = in_use()
    shipped_now = [
        InForce(text.kind, text.code, text.body, trade=text.trade)
        for text in shipped().values()
        if text.trade in trades and text.code not in own and known.get(text.code) is None
    ]
    kept = [text for code, text in own.items() if known.get(code) is None]
    return Library(tuple(sorted([*kept, *shipped_now], key=lambda t: (t.kind, t.code))))


def in_use() -> tuple[str, ...]:
    """The trades whose shipped texts are in use, with those for every trade.

    Until somebody chose them they are those of the company's triggers, else its kind.
    """
    company = core.company()
    if company is None:
        return (COMMON,)
    usual = company.settings.get("packs") or [company.kind]
    chosen = company.settings.get("content_trades", usual)
    return (*(trade for trade in chosen if trade in TRADES), COMMON)


def _approved() -> Iterator[InForce]:
    found = Version.objects.filter(state=Version.State.APPROVED).order_by("text__code")
    for one in found.select_related("text", "decided_by"):
        decided: datetime | None = one.decided_at
        yield InForce(
            kind=one.text.kind,
            code=one.text.code,
            body=read(one.text.kind, one.body),
            version=one.number,
            approved_by=str(one.decided_by),
            approved_on=core.local_date(decided) if decided else None,
        )


def script_for(
    *,
    trigger: str = "",
    channel: str = "",
    product: str = "",
    kind: str = "",
    stage: str = "",
    level: int | None = None,
    business_class: str = "",
) -> InForce | None:
    """The script in force for one situation; None: the default words of the trigger stand."""
    return in_force().script_for(
        Asked(
            triggers=_one(trigger),
            channels=_one(channel),
            products=_one(product),
            kinds=_one(kind),
            stages=_one(stage),
            levels=(level,) if level is not None else (),
            classes=_one(business_class),
        )
    )


def objections_for(
    *,
    triggers: Iterable[str] = (),
    products: Iterable[str] = (),
    kinds: Iterable[str] = (),
    level: int | None = None,
    most: int = 4,
) -> list[InForce]:
    """Objection cards for the reasons and products of one contact, the closest first."""
    asked = Asked(
        triggers=tuple(triggers),
        products=tuple(products),
        kinds=tuple(kinds),
        levels=(level,) if level is not None else (),
    )
    return in_force().objections_for(asked, most=most)


def checklist(*, channel: str = "", purpose: str = "") -> InForce | None:
    """The checklist of a kind of contact."""
    return in_force().checklist(Asked(channels=_one(channel), purposes=_one(purpose)))


def playbook_steps() -> tuple[PlaybookRow, ...]:
    """Every step of every playbook in force, for the engine that makes the cards."""
    return in_force().playbook_steps


def step(reference: str) -> Step | None:
    """The words and questions of a step, by the reference that a row gave."""
    return in_force().step(reference)


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()
