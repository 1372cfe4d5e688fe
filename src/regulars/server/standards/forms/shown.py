"""What the templates show of the standard: words and addresses, ready to be set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from regulars.server.core.models import local_name
from regulars.server.products.models import Product
from regulars.server.standards import queries
from regulars.server.standards.forms import words
from regulars.server.standards.forms.places import CLASSES, address_of
from regulars.server.standards.models import Treatment as TreatmentRow
from regulars.server.standards.queries import Place, Simulation
from regulars.server.standards.rules import (
    NEGATIVE,
    ClassPlan,
    Line,
    Load,
    Matrix,
    Treatment,
)
from regulars.server.tiers.forms import LEADS

STAGE: Mapping[str, Any] = dict(TreatmentRow.Stage.choices)
MOST_PLACES = 12
PURPOSES_SHOWN = ("contact", "visit", "review", "greeting", "complaint")


@dataclass(frozen=True)
class CellShown:
    """One cell in words."""

    purpose: str
    head: str
    lines: tuple[tuple[str, str], ...]  # (what, who)
    is_own: bool
    is_changed: bool
    address: str  # query of the cell's own page


@dataclass(frozen=True)
class RowShown:
    """One tier in words, with its cells."""

    level: int
    name: str
    lead: str
    cells: tuple[CellShown, ...]


@dataclass(frozen=True)
class LoadShown:
    """One role in one place: hours asked and there, and which purposes take them."""

    who: str
    place: str
    sentence: str
    asked: int
    there: int
    people: int
    share: float | None
    change: int
    is_over: bool
    parts: tuple[tuple[str, int], ...]

    @property
    def signed(self) -> str:
        """The change with its sign."""
        return f"{self.change:+,d}".replace("-", "−")


@dataclass(frozen=True)
class SimulationShown:
    """Roles of the whole, and the tightest places."""

    roles: tuple[LoadShown, ...]
    places: tuple[LoadShown, ...]
    more: int
    tight: int
    tightest: str  # the sentence of the only place that is asked too much
    customers: int
    workdays: float


def matrix(of: Matrix, place: Place, *, before: Matrix | None = None) -> dict[str, Any]:
    """Heads and rows of the matrix for one group of customers."""
    heads = [str(words.PURPOSE[purpose]) for purpose in queries.columns(place.kind)]
    rows = [
        RowShown(
            level=row.level.level,
            name=row.level.name or _unnamed(row.level.level),
            lead="" if row.level.lead is None else str(LEADS.get(row.level.lead, "")),
            cells=tuple(
                CellShown(
                    purpose=cell.purpose,
                    head=head,
                    lines=tuple((words.what(line), words.who(line)) for line in cell.lines),
                    is_own=cell.is_own,
                    is_changed=cell.is_changed,
                    address=address_of(place, level=cell.level, purpose=cell.purpose),
                )
                for head, cell in zip(heads, row.cells, strict=True)
            ),
        )
        for row in queries.rows(of, place, before=before)
    ]
    return {"heads": heads, "rows": rows}


def simulation(found: Simulation) -> SimulationShown:
    """The answer of the simulator in words and bars."""
    places = [row for row in found.places if row.load.asked >= 0.5]
    tight = [row for row in places if row.load.is_over]
    return SimulationShown(
        roles=tuple(_load(row, "") for row in found.roles if row.load.asked >= 0.5),
        places=tuple(_load(row, _place(row)) for row in places[:MOST_PLACES]),
        more=max(len(places) - MOST_PLACES, 0),
        tight=len(tight),
        tightest=words.asks(tight[0].load, _place(tight[0])) if len(tight) == 1 else "",
        customers=found.customers,
        workdays=found.workdays,
    )


def plan(of: ClassPlan | None, code: str, counted: Mapping[str, int]) -> dict[str, Any]:
    """A class's plan in the reader's language, with the names of its products."""
    named = queries.products_named(of.products) if of else {}
    return {
        "code": code,
        "name": str(CLASSES[code]),
        "aim": local_name(of.aim, of.aim_en) if of else "",
        "steps": sentences(local_name(of.steps, of.steps_en)) if of else [],
        "products": [str(named.get(product, product)) for product in of.products] if of else [],
        "customers": counted.get(code, 0),
    }


def treatment(
    of: Treatment | None, stage: str, entered: Mapping[str, int] | None
) -> dict[str, Any]:
    """A stage's treatment in the reader's language."""
    return {
        "stage": stage,
        "stage_name": str(STAGE[stage]),
        "name": local_name(of.name, of.name_en) if of else "",
        "task": local_name(of.task, of.task_en) if of else "",
        "who": words.by_whom(of.doer) if of else "",
        "ways": words.ways(of.channels) if of else "",
        "of": of,
        "entered": entered.get(stage, 0) if entered is not None else None,
    }


def sentences(text: str) -> list[str]:
    """Steps one by one: a plan is written with semicolons or full stops between them."""
    plain = text.replace("；", "\n").replace(";", "\n").replace("。", "\n").replace(". ", ".\n")
    return [part.strip().rstrip(".") for part in plain.splitlines() if part.strip()]


def products() -> list[Product]:
    """Products that a plan may name."""
    return queries.products()


def lines(of: tuple[Line, ...]) -> str:
    return words.lines_words(of)


def _load(row: queries.Row, place: str) -> LoadShown:
    load: Load = row.load
    parts = [
        (str(words.PURPOSE[purpose]), round(load.by_purpose[purpose]))
        for purpose in PURPOSES_SHOWN
        if load.by_purpose.get(purpose, 0) >= 0.5
    ]
    return LoadShown(
        who=words.by_whom(load.doer),
        place=place,
        sentence=words.asks(load, place),
        asked=round(load.asked),
        there=round(load.there),
        people=load.people,
        share=load.share,
        change=round(row.change),
        is_over=load.is_over,
        parts=tuple(parts),
    )


def _unnamed(level: int) -> str:
    """A level that no scheme has; the lowest is that of customers led to self-service."""
    if level == NEGATIVE:
        return _("Self-service")
    return _("Level %(n)d") % {"n": level}


def _place(row: queries.Row) -> str:
    return str(row.unit) if row.unit else _("nowhere above")
