"""The pictures of the base page: plain numbers become what the frame draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from regulars.engine.measures.concentration import Pareto
from regulars.server.insight import rules
from regulars.server.insight.queries import CohortRow, Picture
from regulars.server.insight.rules import Move
from regulars.server.insight.views.drill import Drill
from regulars.server.tiers.queries import TierMark
from regulars.server.web.rules import count, percent


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix; `way` is its colour."""

    customers: int
    href: str
    way: str


def curve(found: Pareto, *, x_name: str, y_name: str) -> dict[str, Any]:
    """The measured Pareto curve with its 20 % point."""
    points = [[round(100 * x, 2), round(100 * y, 2)] for x, y in found.points]
    top = round(100 * found.top20_share, 1)
    steps = [points[0], *points[1::5]] if len(points) > 30 else points
    return {
        "points": points,
        "marks": [{"x": 20, "y": top, "label": f"20% → {percent(found.top20_share)}"}],
        "x_name": x_name,
        "y_name": y_name,
        "table": {
            "head": [x_name, y_name],
            "rows": [[f"{x:.1f}", f"{y:.1f}"] for x, y in steps],
        },
    }


def migration(
    moves: Sequence[Move],
    marks: Mapping[str, TierMark],
    *,
    drill: Drill,
    scheme: str,
    everybody: bool,
) -> dict[str, Any]:
    """The flow between tiers: movers only, or everybody who was there or is there now."""
    shown = [move for move in moves if everybody or move.way in {"up", "down", rules.GONE}]
    outside = {
        rules.COMING: pgettext("moves", "New"),
        rules.BACK: pgettext("moves", "Came back"),
        rules.GONE: pgettext("moves", "Left"),
    }

    def ends(move: Move) -> tuple[str, str]:
        return move.was or move.way, move.now or rules.GONE

    links = []
    for move in shown:
        was, now = ends(move)
        names = {
            "was": outside.get(was) or _name(was, marks),
            "now": outside.get(now) or _name(now, marks),
        }
        said = _("%(was)s to %(now)s") % names
        links.append(
            {
                "from": was,
                "to": now,
                "value": move.customers,
                "kind": _colour(move.way),
                "href": drill.move(scheme, move.was, move.now, move.way, said),
                "label": said,
            }
        )
    nodes = [
        {"key": code, "name": mark.name, "level": mark.level} for code, mark in marks.items()
    ]
    out = [{"key": key, "name": words, "level": 0} for key, words in outside.items()]
    rows = sorted(shown, key=lambda move: -move.customers)
    return {
        "from": [*nodes, *(o for o in out if o["key"] != rules.GONE)],
        "to": [*nodes, *(o for o in out if o["key"] == rules.GONE)],
        "links": links,
        "table": {
            "head": [_("From and to"), _("Customers")],
            "rows": [
                [
                    _("%(was)s to %(now)s")
                    % {
                        "was": outside.get(ends(m)[0]) or _name(ends(m)[0], marks),
                        "now": outside.get(ends(m)[1]) or _name(ends(m)[1], marks),
                    },
                    count(m.customers),
                ]
                for m in rows
            ],
        },
    }


def matrix(
    moves: Sequence[Move], marks: Mapping[str, TierMark], *, drill: Drill, scheme: str
) -> dict[str, Any]:
    """Every pair of tiers: rows are before, columns are now."""
    found = {(m.was or m.way, m.now or rules.GONE): m for m in moves}
    outside = {
        rules.COMING: pgettext("moves", "New"),
        rules.BACK: pgettext("moves", "Came back"),
        rules.GONE: pgettext("moves", "Left"),
    }
    came = [key for key in (rules.COMING, rules.BACK) if any(m.way == key for m in moves)]
    columns = [*marks, rules.GONE]
    rows = []
    for was in [*marks, *came]:
        cells: list[Cell | None] = []
        for now in columns:
            move = found.get((was, now))
            if move is None:
                cells.append(None)
                continue
            said = _("%(was)s to %(now)s") % {
                "was": outside.get(was) or _name(was, marks),
                "now": outside.get(now) or _name(now, marks),
            }
            href = drill.move(scheme, move.was, move.now, move.way, said)
            css = {"up": "up", "down": "dn", "same": "dia"}.get(move.way, "")
            cells.append(Cell(move.customers, href, css))
        total = sum(cell.customers for cell in cells if cell)
        rows.append(
            {
                "mark": marks.get(was),
                "name": outside.get(was, ""),
                "cells": cells,
                "total": total,
            }
        )
    heads = [(marks.get(code), outside.get(code, "")) for code in columns]
    return {"heads": heads, "rows": rows}


def rfm(picture: Picture, drill: Drill) -> list[dict[str, Any]]:
    """Five rows of five cells, the most recent on top; shade is the mean value."""
    means = {
        key: float(group.value) / group.customers if group.customers else 0.0
        for key, group in picture.cells.items()
    }
    # Shaded by rank, because a few rich cells would leave all others in one pale tone.
    ranks = {key: rank for rank, key in enumerate(sorted(means, key=lambda key: means[key]))}
    last = max(len(ranks) - 1, 1)
    rows = []
    for r in range(5, 0, -1):
        cells = []
        for f in range(1, 6):
            group = picture.cells.get((r, f))
            said = _("Recency %(r)s, frequency %(f)s") % {"r": r, "f": f}
            cells.append(
                {
                    "customers": group.customers if group else 0,
                    "mean": means.get((r, f)),
                    "shade": ranks.get((r, f), 0) / last * 0.999,
                    "href": drill.rows([("r", str(r)), ("f", str(f))], said) if group else "",
                    "label": said,
                }
            )
        rows.append({"r": r, "cells": cells})
    return rows


def cohorts(picture: Picture, drill: Drill, *, columns: int = 9) -> list[dict[str, Any]]:
    """Each quarter's newcomers, and which share was active in each later quarter."""
    shares = [
        n / row.customers for row in picture.cohorts if not _thin(row) for n in row.active
    ]
    lowest = min(shares, default=0.0)
    rows = []
    for row in picture.cohorts:
        ages = len(row.active)
        cells: list[dict[str, Any] | None] = []
        for age in range(columns):
            if age >= ages:
                cells.append(None)
                continue
            back = ages - 1 - age
            said = _("Came in %(quarter)s, active %(age)s quarters later") % {
                "quarter": row.quarter,
                "age": age,
            }
            where = [("cohort", row.quarter), (f"active_q{back}", "true")]
            cells.append(
                {
                    "share": rules.ratio(row.active[age], row.customers),
                    # From the lowest share to all: at 60 to 100 % a scale from 0 shows nothing.
                    "shade": None
                    if _thin(row)
                    else (row.active[age] / row.customers - lowest) / max(1 - lowest, 1e-9),
                    "customers": row.active[age],
                    "href": drill.rows(where, said) if row.active[age] else "",
                    "label": said,
                }
            )
        href = drill.rows([("cohort", row.quarter)], row.quarter)
        rows.append(
            {"quarter": row.quarter, "customers": row.customers, "href": href, "cells": cells}
        )
    return rows


def _thin(row: CohortRow) -> bool:
    return row.customers < rules.FEWEST


def _name(code: str, marks: Mapping[str, TierMark]) -> str:
    mark = marks.get(code)
    return mark.name if mark else code


def _colour(way: str) -> str:
    return {rules.GONE: "left", rules.COMING: "same", rules.BACK: "same"}.get(way, way)
