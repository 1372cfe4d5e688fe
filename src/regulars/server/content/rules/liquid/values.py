"""How one value is written into a message: dates, amounts and links the company's way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from liquid.exceptions import FilterArgumentError
from liquid.undefined import is_undefined
from markupsafe import escape

from regulars.server.web import rules as web

DAYS = ("short", "long", "full", "month", "weekday", "page")
LONGEST_VALUE = 2_000
LARGEST = Decimal(10) ** 15


class Link(str):
    """An address that becomes a link in HTML: only providers make one, so no value of a file
    ever does."""

    __slots__ = ()


@dataclass(frozen=True)
class Named:
    """A link with words of its own."""

    address: Link
    label: str


@dataclass(frozen=True)
class Writer:
    """Writes values in one language and currency, plain or for HTML."""

    language: str
    currency: str
    html: bool

    def said(self, value: object) -> str:
        """Write a value as it is usually written; what is absent raises with its path."""
        if is_undefined(value):
            return str(value)
        if isinstance(value, Link):
            return self._link(value, str(value))
        if isinstance(value, Named):
            return self._link(value.address, value.label)
        text = self._plain(value)
        return str(escape(str.__str__(text))) if self.html else text

    def _plain(self, value: object) -> str:
        if isinstance(value, str):
            # A copy without a type of its own: a literal comes marked as safe, and is not.
            return "".join(value[:LONGEST_VALUE])
        if isinstance(value, date):
            return self.day(value)
        if isinstance(value, Decimal):
            return self.money(value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return ""
        return web.count(value) if abs(value) < LARGEST else ""

    def day(self, value: object, form: object = "long") -> str:
        if isinstance(value, str):
            value = date.fromisoformat(value[:10])
        if isinstance(value, datetime):
            value = value.date()
        if not isinstance(value, date) or form not in DAYS:
            raise ValueError(form)
        return web.day(value, str(form), language=self.language)

    def money(self, value: object) -> str:
        """To the cent where there are cents: a customer is not told 72.0 万."""
        amount = Decimal(str(value)[:40])
        if not amount.is_finite() or abs(amount) >= LARGEST:
            raise ValueError(value)
        told = f"{abs(amount):,.{0 if amount == amount.to_integral_value() else 2}f}"
        minus = web.MINUS if amount < 0 else ""
        if self.currency == "CNY" and web.is_chinese(self.language):
            return f"{minus}{told} 元"
        return f"{minus}{web.SYMBOLS.get(self.currency, f'{self.currency} ')}{told}"

    def number(self, value: object) -> str:
        amount = Decimal(str(value)[:40])
        if not amount.is_finite() or abs(amount) >= LARGEST:
            raise ValueError(value)
        return web.count(amount)

    def _link(self, address: Link, label: str) -> str:
        plain = str.__str__(address)
        if not plain.startswith(("https://", "http://")):
            raise FilterArgumentError("no address", token=None)
        if not self.html:
            return plain if label == plain else f"{label} {plain}"
        return f'<a href="{escape(plain)}">{escape(str.__str__(label))}</a>'


def filters(writer: Writer) -> Mapping[str, Callable[..., Any]]:
    """Every filter there is. What is absent stays absent, so that `default` can follow."""
    made: dict[str, Callable[..., Any]] = {
        "date": writer.day,
        "money": writer.money,
        "number": writer.number,
        "upcase": lambda value: _words(value).upper(),
        "downcase": lambda value: _words(value).lower(),
        "capitalize": lambda value: _words(value).capitalize(),
        "strip": lambda value: _words(value).strip(),
        "truncate": lambda value, most=50: _words(value)[: max(0, int(most))],
        "link": _named,
    }
    return {"default": _default} | {name: _filter(name, one) for name, one in made.items()}


def _filter(name: str, one: Callable[..., Any]) -> Callable[..., Any]:
    def asked(value: Any, *more: Any) -> Any:  # a value of whichever type
        if is_undefined(value):
            return value
        try:
            return one(value, *more)
        except (ValueError, TypeError, InvalidOperation, OverflowError) as error:
            raise FilterArgumentError(name, token=None) from error

    return asked


def _default(value: Any, other: Any = "") -> Any:
    if is_undefined(value) or value is None or value is False:
        return other
    return other if isinstance(value, str) and not value else value


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return "".join(value[:LONGEST_VALUE])


def _named(value: Any, label: object = "") -> Any:
    if not isinstance(value, Link):
        raise ValueError(value)
    return Named(value, _words(label)) if label else value


FILTERS = tuple(sorted(filters(Writer("zh", "CNY", html=False))))
