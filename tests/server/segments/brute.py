"""Rules asked one customer after another in plain Python: the twin of the SQL."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tests.server.segments.town import Soul

from regulars.base.calendar import lunar_in_year, solar_in_year
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.sql import Times, birthday_spans
from regulars.server.segments.rules.tree import Condition, Group, Node

LOANS = {"L1"}
OF_PRODUCT = {"D1": "deposit", "W1": "wealth", "L1": "loan"}
NEEDS = {"call": "phone", "sms": "phone", "email": "email"}


class Brute:
    """Answers rules for a town; `cut` gives where the top percent of a figure begins."""

    def __init__(self, souls: list[Soul], fields: dict[str, Field], times: Times) -> None:
        self.souls, self.fields, self.times = souls, fields, times

    def ids(self, node: Node) -> set[int]:
        scored = any(self.fields[leaf.field].origin == "score" for leaf in _leaves(node))
        return {
            soul.pk
            for soul in self.souls
            if self.holds(node, soul)
            and not (scored and soul.own["consents"].get("profiling") is False)
        }

    def holds(self, node: Node, soul: Soul) -> bool:
        if isinstance(node, Condition):
            return bool(self._line(node, soul))
        found = [self.holds(part, soul) for part in node.parts]
        if not found:
            return True
        if node.mode == "all":
            return all(found)
        return any(found) if node.mode == "any" else not any(found)

    def _line(self, of: Condition, soul: Soul) -> bool:
        field = self.fields[of.field]
        if field.origin == "facts":
            return self._facts(of, field, soul)
        if field.kind == "birthday":
            return self._birthday(of, soul)
        value = self._value(field, soul)
        if of.op == "known":
            return value not in (None, "", [])
        if of.op == "unknown":
            return value in (None, "", [])
        if of.op == "has":
            return of.values[0].lower() in (value or "").lower()
        if of.op in ("yes", "no"):
            return (value is True) == (of.op == "yes")
        if of.op in ("in", "not_in"):
            have = set(value) if isinstance(value, list) else {value}
            return bool(have & set(of.values)) == (of.op == "in")
        if of.op in ("top", "bottom"):
            return self._ranked(of, field, value)
        if field.kind == "age":
            value = _age(value, self.times.today)
        if value is None:
            return of.op == "not_within"
        if field.kind == "date":
            return self._date(of, value)
        return _compare(Decimal(str(value)), of.op, of.values)

    def _value(self, field: Field, soul: Soul) -> Any:
        own = soul.own
        special = {
            "branch": soul.branch,
            "book": soul.book,
            "age": own["birth_date"],
            "risk_tolerance": str(own["risk_tolerance"] or ""),
            "reach": [c for c in NEEDS | {"wecom": ""} if self._reached(own, c)],
            "products": [h["product"] for h in self._held(soul)],
            "product_kinds": [OF_PRODUCT[h["product"]] for h in self._held(soul)],
        }
        if field.key.startswith("consent_"):
            return self._consent(own, field.key.removeprefix("consent_"))
        if field.key in special:
            return special[field.key]
        return own[field.key] if field.key in own else soul.scores.get(field.key)

    @staticmethod
    def _consent(own: dict[str, Any], channel: str) -> str:
        if channel in own["blocked_channels"] or own["consents"].get(channel) is False:
            return "no"
        return "yes" if own["consents"].get(channel) else "unasked"

    def _reached(self, own: dict[str, Any], channel: str) -> bool:
        there = channel == "wecom" or bool(own[NEEDS[channel]])
        return there and self._consent(own, channel) == "yes"

    def _held(self, soul: Soul) -> list[dict[str, Any]]:
        on = self.times.on
        return [
            h
            for h in soul.holdings
            if h["opened"] <= on and (h["closed"] is None or h["closed"] > on)
        ]

    def _ranked(self, of: Condition, field: Field, value: Any) -> bool:
        all_ = sorted(s.scores[field.key] for s in self.souls
                      if s.scores.get(field.key) is not None)  # fmt: skip
        share = Decimal(of.values[0]) if of.op == "top" else 100 - Decimal(of.values[0])
        # The last of the top: of five customers the top 20 % is one, and who equals them.
        cut = all_[-max(math.ceil(len(all_) * share / 100), 1)]
        if value is None:
            return False
        return bool(value >= cut) if of.op == "top" else bool(value < cut)

    def _date(self, of: Condition, value: date) -> bool:
        today = self.times.today
        if of.op in ("within", "not_within"):
            inside = today - timedelta(days=int(of.values[0])) < value <= today
            return inside == (of.op == "within")
        days = [date.fromisoformat(text) for text in of.values]
        if of.op == "after":
            return value >= days[0]
        return value < days[0] if of.op == "before" else days[0] <= value <= days[1]

    def _birthday(self, of: Condition, soul: Soul) -> bool:
        born, lunar = soul.own["birth_date"], soul.own["lunar_birthday"]
        if of.op in ("known", "unknown"):
            return bool(born or lunar) == (of.op == "known")
        for start, stop in birthday_spans(of, self.times.today):
            for year in range(start.year, stop.year + 1):
                if lunar:
                    month, day = map(int, lunar.split("-"))
                    days = lunar_in_year(month, day, year)
                elif born:
                    days = [solar_in_year(born.month, born.day, year)]
                else:
                    days = []
                if any(start <= day < stop for day in days):
                    return True
        return False

    def _facts(self, of: Condition, field: Field, soul: Soul) -> bool:
        if field.kind == "change":
            return self._change(of, field, soul)
        if field.measure == "maturing":
            stop = self.times.on + timedelta(days=of.window.days)  # type: ignore[union-attr,arg-type]
            found = [
                h["amount"]
                for h in soul.holdings
                if h["matures"] and self.times.on < h["matures"] <= stop
                and (h["closed"] is None or h["closed"] > self.times.on)
                and _only(of, "product", h["product"])
            ]  # fmt: skip
            return _compare(Decimal(sum(found)) / 100, of.op, of.values)
        if field.facts == "events":
            n = sum(
                1
                for kind, day in soul.events
                if self._inside(of, day) and _only(of, "event", kind)
            )
            return _compare(Decimal(n), of.op, of.values)
        return _compare(self._moves(of, field, soul), of.op, of.values)

    def _moves(self, of: Condition, field: Field, soul: Soul) -> Decimal:
        kinds = {
            "spend": ("purchase", "refund"),
            "purchases": ("purchase",),
            "inflow": ("inflow", "payroll"),
            "outflow": ("outflow",),
            "activity": ("purchase", "inflow", "outflow"),
        }[field.measure]
        rows = [
            m
            for m in soul.moves
            if m["kind"] in kinds
            and self._inside(of, m["day"])
            and all(_only(of, name, m[name]) for name in ("category", "product", "channel"))
        ]
        if field.measure == "purchases":
            orders = {m["order"] for m in rows if m["order"]}
            return Decimal(len(orders) + sum(1 for m in rows if not m["order"]))
        if field.measure == "activity":
            return Decimal(len(rows))
        signed = (-m["amount"] if m["kind"] == "refund" else m["amount"] for m in rows)
        return Decimal(sum(signed)) / 100

    def _change(self, of: Condition, field: Field, soul: Soul) -> bool:
        was_on = self.times.on - timedelta(days=of.window.days)  # type: ignore[union-attr,arg-type]
        now, was = self._balance(of, soul, self.times.on), self._balance(of, soul, was_on)
        by = Decimal(of.values[0])
        if field.measure == "amount":
            moved = was - now if of.op == "fell" else now - was
            # Who never had an account is not asked about a change.
            return bool(self._accounts(of, soul)) and moved >= by * 100
        if was <= 0:
            return False
        bound = was * (100 - by) / 100 if of.op == "fell" else was * (100 + by) / 100
        return now <= bound if of.op == "fell" else now >= bound

    def _accounts(self, of: Condition, soul: Soul) -> list[Any]:
        return [
            row
            for row in soul.balances
            if row[1] not in LOANS and _only(of, "product", row[1]) and row[2] <= self.times.on
        ]

    def _balance(self, of: Condition, soul: Soul, on: date) -> Decimal:
        last: dict[str, tuple[date, int]] = defaultdict(lambda: (date.min, 0))
        for account, _product, day, fen in self._accounts(of, soul):
            if day <= on and day >= last[account][0]:
                last[account] = (day, fen)
        return Decimal(sum(fen for _, fen in last.values()))

    def _inside(self, of: Condition, day: date) -> bool:
        window = of.window
        assert window is not None
        if window.days is not None:
            return self.times.on - timedelta(days=window.days) < day <= self.times.on
        return (window.start is None or day >= window.start) and (
            window.stop is None or day <= window.stop
        )


def _only(of: Condition, name: str, value: Any) -> bool:
    return not of.of(name) or value in of.of(name)


def _compare(value: Decimal, op: str, values: tuple[str, ...]) -> bool:
    if op == "none":
        return value < 1
    numbers = [Decimal(text) for text in values]
    if op == "ge":
        return value >= numbers[0]
    return value < numbers[0] if op == "lt" else numbers[0] <= value <= numbers[1]


def _age(born: date | None, today: date) -> int | None:
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _leaves(node: Node) -> list[Condition]:
    if isinstance(node, Group):
        return [leaf for part in node.parts for leaf in _leaves(part)]
    return [node]
