"""Which events there are, and who inside listens."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

Handler = Callable[[UUID, Mapping[str, Any], datetime], None]
_kinds: dict[str, type[Happened]] = {}
_handlers: dict[str, list[Handler]] = {}


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that happened. A change that breaks its readers gets a new `.v2` beside it."""

    type: ClassVar[str]
    label: ClassVar[str | Promise]

    def __init_subclass__(cls, **given: Any) -> None:
        super().__init_subclass__(**given)
        if "type" not in cls.__dict__:
            return  # what several kinds share
        if not cls.type.rpartition(".")[2].startswith("v"):
            raise ImproperlyConfigured(f"{cls.type!r} has no version: end it in .v1.")
        known = _kinds.setdefault(cls.type, cls)
        if known.__qualname__ != cls.__qualname__:
            raise ImproperlyConfigured(f"Two events are called {cls.type!r}.")

    @property
    @abstractmethod
    def subject(self) -> str:
        """What it happened to: "customers/7hq2k9xw4mzt"."""

    @property
    def data(self) -> dict[str, Any]:
        return asdict(self)


def kinds() -> Mapping[str, type[Happened]]:
    """Every event that is declared, by its type."""
    return dict(sorted(_kinds.items()))


def listen(kind: type[Happened], handler: Handler) -> None:
    """Have a function of an upper feature told of an event, later and at least once."""
    _handlers.setdefault(kind.type, []).append(handler)


def handlers(kind: str) -> list[Handler]:
    return _handlers.get(kind, [])
