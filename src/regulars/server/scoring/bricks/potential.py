"""What a customer could be worth: value, potential and need side by side, and what lifts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.evidence.models import Evidence
from regulars.server.scoring.bricks.ground import Ground, ground
from regulars.server.scoring.forms import words
from regulars.server.web import rules as web

STEPS = (1, 2, 3)


@dataclass(frozen=True)
class Axis:
    """One axis: where the customer stands on it, of three levels."""

    label: str
    level: int
    words: str
    note: str
    href: str

    @property
    def steps(self) -> list[bool]:
        return [step <= self.level for step in STEPS]


@dataclass(frozen=True)
class Row:
    """One line below the axes: what it is, how much, and how we know."""

    icon: str
    text: str
    amount: str
    detail: str


def worth(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The three axes and what stands behind them; None before they were learned."""
    found = ground(viewer, customer)
    if found is None or found.of.get("value_class") is None:
        return None
    group = found.of["value_class"]
    title = words.CLASSES.get(group, group)
    rows = (_room(found), _wallet(found), _outside(found), _brought(found))
    return {
        "run": found.run,
        "finding": words.FINDINGS.get(group, group),
        "group": title,
        "group_href": found.like("value_class", title),
        "axes": [_value(found), _potential(found), _need(found)],
        "rows": [row for row in rows if row is not None],
        "is_bank": found.voice.is_bank,
    }


def _value(found: Ground) -> Axis:
    amount = found.voice.money(found.of.get("standing_value"))
    note = (
        _("%(amount)s in the mean of a year")
        if found.voice.is_bank
        else _("%(amount)s a year, over three years")
    )
    return _axis(found, "value", _("Value"), note % {"amount": amount})


def _potential(found: Ground) -> Axis:
    gap = found.of.get("potential_gap") or 0.0
    amount = {"amount": found.voice.money(gap)}
    note = _("%(amount)s below it") % amount if gap > 0 else _("reached already")
    return _axis(found, "potential", _("Room to grow"), note)


def _need(found: Ground) -> Axis:
    counted = [
        ngettext("%(n)s complaint", "%(n)s complaints", n) % {"n": n}
        for n in _counts(found.of, "complaints")
    ]
    counted += [
        ngettext("%(n)s call to us", "%(n)s calls to us", n) % {"n": n}
        for n in _counts(found.of, "contacts_in")
    ]
    counted += [
        ngettext("%(n)s visit", "%(n)s visits", n) % {"n": n}
        for n in _counts(found.of, "visits")
    ]
    counted += [
        ngettext("%(n)s product", "%(n)s products", n) % {"n": n}
        for n in _counts(found.of, "products")
    ]
    note = " · ".join(counted) or _("asked for nothing within a year")
    level = int(found.of.get("need_level") or 1)
    said = words.SERVICE.get(found.of.get("service") or "", "")
    label = _("Need for service")
    title = f"{label}: {said}"
    return Axis(label, level, str(said), note, found.like("service", title))


def _counts(of: Mapping[str, Any], name: str) -> list[int]:
    return [int(of[name])] if of.get(name) else []


def _axis(found: Ground, name: str, label: str, note: str) -> Axis:
    level = int(found.of.get(f"{name}_level") or 1)
    said = str(words.LEVELS.get(level, level))
    return Axis(label, level, said, note, found.like(f"{name}_level", f"{label}: {said}"))


def _room(found: Ground) -> Row | None:
    of, voice = found.of, found.voice
    # Without the evidence, which has a line of its own.
    amount = of.get("lookalike_value")
    if amount is None or not of.get("lookalike_n"):
        return None
    columns = (of.get("lookalike_by") or "").split(", ")
    names = [str(words.ALIKE[name]) for name in columns if name in words.ALIKE]
    n = {"n": web.count(of["lookalike_n"])}
    if names:
        alike = _("the best fifth of %(n)s customers alike by %(by)s")
        detail = alike % (n | {"by": words.listed(names)})
    else:
        detail = _("the best fifth of all %(n)s customers") % n
    sure = words.CONFIDENCE.get(of.get("potential_confidence") or "", "")
    return Row(
        "users-group",
        _("Customers like this one bring"),
        voice.money(amount),
        f"{detail} · {sure}" if sure else detail,
    )


def _wallet(found: Ground) -> Row | None:
    of, voice = found.of, found.voice
    share, gap = of.get("wallet_share"), of.get("wallet_gap")
    # An estimate that sees nothing elsewhere has nothing to say.
    if share is None or (of.get("wallet_estimated") and not gap):
        return None
    amount = {"amount": voice.money(gap)}
    if of.get("wallet_estimated"):
        detail = _("estimated from customers alike; %(amount)s may be elsewhere") % amount
    else:
        day = {"day": voice.day(of.get("wallet_recorded_on"))}
        detail = _("as stated on %(day)s; %(amount)s is elsewhere") % (amount | day)
    return Row("wallet", _("Share of wallet"), voice.share(share), detail)


def _outside(found: Ground) -> Row | None:
    of, voice = found.of, found.voice
    if not of.get("evidence_in_force"):
        return None
    known = dict(Evidence.Reason.choices) | dict(Evidence.Source.choices)
    reason = str(known.get(of.get("evidence_reason") or "", ""))
    until = _("counts until %(day)s") % {"day": voice.day(of.get("evidence_until"))}
    amount = of.get("evidence_amount")
    return Row(
        "eye",
        _("Known from outside, lifts the room to grow"),
        voice.money(amount) if amount else "",
        " · ".join(filter(None, (reason, until))),
    )


def _brought(found: Ground) -> Row | None:
    of, voice = found.of, found.voice
    n = of.get("referred")
    if not n:
        return None
    text = ngettext(
        "Brought %(n)s customer within a year", "Brought %(n)s customers within a year", n
    ) % {"n": n}
    return Row(
        "user-plus",
        text,
        voice.money(of.get("crv")),
        _("worth so much besides; not added to the own value"),
    )
