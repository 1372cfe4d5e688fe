"""Sources by the names that people know: a file, a system, a form.

Provenance keeps `import:k3v9`, which says nothing to anybody. The feature that wrote it
tells how it is called; what nobody names stays as it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from django.utils.translation import gettext_lazy as _

Namer = Callable[[Collection[str]], Mapping[str, str]]
_namers: dict[str, Namer] = {}
SOURCES = {
    "hand": _("By hand"),
    "import": _("Import"),
    "demo": _("Demo"),
    "transactions": _("From transactions"),
    "api": _("From another system"),
    "form": _("Form"),
    "card": _("Business card"),
    "list": _("Bought list"),
}


def name_sources(kind: str, namer: Namer) -> None:
    """Say who knows the names of a kind of source: of what stands behind the colon."""
    _namers[kind] = namer


def source_names(sources: Iterable[str]) -> dict[str, str]:
    """The names of those sources that somebody can name."""
    found: dict[str, str] = {}
    asked = set(sources)
    for kind, namer in _namers.items():
        keys = {rest for one in asked if (rest := _key(one, kind))}
        told = namer(keys) if keys else {}
        found |= {f"{kind}:{key}": name for key, name in told.items()}
    return found


def in_words(source: str, known: Mapping[str, str]) -> str:
    """One source in words, by the names that `source_names` found."""
    kind, _colon, rest = source.partition(":")
    if source in known or kind not in SOURCES:
        return known.get(source, source)
    return f"{SOURCES[kind]} {rest}".strip()


def _key(source: str, kind: str) -> str:
    name, _colon, rest = source.partition(":")
    return rest if name == kind else ""
