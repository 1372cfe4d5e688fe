"""Collects the texts of each feature into its Chinese catalogue, then compiles them.

Texts are English in the code and in the templates. A text that has no translation yet is
added with an empty one and named here; the build compiles what there is.
`--check` changes nothing and exits 1 when something is missing, unused or said in two ways.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "src/regulars/server"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Text = str | tuple[str, str]


def texts(feature: Path) -> Iterator[tuple[Text, str | None, str]]:
    """Yield (text, context, place) of everything translatable in a feature."""
    for path in sorted(feature.rglob("*")):
        if "migrations" in path.parts or path.suffix not in {".py", ".html", ".txt"}:
            continue
        source = path.read_text("utf-8")
        if path.suffix != ".py":
            if "templates" not in path.parts:
                continue
            source = templatize(source, origin=str(path))
        found = extract("python", io.BytesIO(source.encode()), keywords=KEYWORDS)
        for line, text, _comments, context in found:
            if text and (text[0] if isinstance(text, tuple) else text):
                yield text, context, f"{path.relative_to(ROOT)}:{line}"


def catalogue(feature: Path) -> Path:
    return feature / "locale/zh_Hans/LC_MESSAGES/django.po"


def gaps(feature: Path) -> tuple[list[str], list[str]]:
    """Return the texts without a translation, and the translations without a text."""
    wanted = {(text, context): place for text, context, place in texts(feature)}
    path = catalogue(feature)
    known = read_po(path.open("rb"), locale="zh_Hans_CN") if path.exists() else Catalog()
    translated = {
        (message.id, message.context)
        for message in known
        if message.id
        and message.string
        and (any(message.string) if isinstance(message.string, tuple) else True)
    }
    missing = [
        f"{place}: {text}"
        for (text, ctx), place in wanted.items()
        if (text, ctx) not in translated
    ]
    unused = [str(text) for text, ctx in translated if (text, ctx) not in wanted]
    return missing, unused


def collect(feature: Path) -> int:
    """Add what is missing and drop what is unused; return how many lack a translation."""
    wanted = list(texts(feature))
    path = catalogue(feature)
    if not wanted:
        return 0
    known = read_po(path.open("rb"), locale="zh_Hans_CN") if path.exists() else Catalog()
    # A fixed date, or every run would change every catalogue.
    born = datetime(2026, 11, 22, tzinfo=UTC)
    fresh = Catalog(
        locale="zh_Hans_CN", charset="utf-8", fuzzy=False, project="regulars",
        creation_date=born, revision_date=born,
    )  # fmt: skip
    lacking = 0
    for text, context, _place in wanted:
        old = known.get(text, context)
        string = old.string if old and old.string else ""
        if isinstance(text, tuple) and not isinstance(string, tuple):
            string = (string,)
        if fresh.get(text, context) is None:
            fresh.add(text, string, context=context)
            lacking += not (any(string) if isinstance(string, tuple) else string)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, fresh, width=100, sort_output=True, omit_header=False, no_location=True)
    return lacking


def clashes(
    catalogues: Mapping[str, Catalog],
) -> dict[tuple[str | None, str], dict[str, list[str]]]:
    """Return, by context and text, the translations that differ, each with its features.

    All catalogues make one domain, in which the feature named first in INSTALLED_APPS wins: a
    text with two translations shows the words of one page on another.
    """
    said: dict[tuple[str | None, str], dict[str, list[str]]] = defaultdict(dict)
    for name, known in catalogues.items():
        for message in known:
            text, chinese = _first(message.id), _first(message.string)
            if text and chinese:
                said[message.context, text].setdefault(chinese, []).append(name)
    return {key: words for key, words in said.items() if len(words) > 1}


def _first(text: Text | list[str]) -> str:
    return text if isinstance(text, str) else text[0]


def known_catalogues() -> dict[str, Catalog]:
    """Return the Chinese catalogue of every feature that has one."""
    found = {feature.name: catalogue(feature) for feature in features()}
    return {
        name: read_po(path.open("rb"), locale="zh_Hans_CN")
        for name, path in found.items()
        if path.exists()
    }


def features() -> list[Path]:
    return [path for path in sorted(SERVER.iterdir()) if (path / "apps.py").exists()]


def check(chosen: list[Path]) -> int:
    """Print what is missing, unused or translated in two ways; return how many there are."""
    bad = 0
    for feature in chosen:
        missing, unused = gaps(feature)
        for line in missing:
            print(f"missing  {line}")
        for line in unused:
            print(f"unused   {feature.name}: {line}")
        bad += len(missing) + len(unused)
    two_ways = clashes(known_catalogues())
    for (context, text), words in two_ways.items():
        print(f"clash    {text!r} ({context or 'no context'}): {words}")
    return bad + len(two_ways)


def renew(chosen: list[Path]) -> int:
    """Rewrite the catalogues, compile all; return how many texts lack a translation."""
    bad = 0
    for feature in chosen:
        lacking = collect(feature)
        print(f"{feature.name:<16} {lacking} without a translation")
        bad += lacking
    sys.path.insert(0, str(ROOT))
    from hatch_build import compile_catalogues

    compile_catalogues(ROOT)
    return bad


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("features", nargs="*", help="only these features; all without")
    parser.add_argument(
        "--check", action="store_true", help="change nothing, say what is wrong"
    )
    asked = parser.parse_args()
    if strange := set(asked.features) - {path.name for path in features()}:
        parser.error(f"There is no feature called {', '.join(sorted(strange))}.")
    chosen = [path for path in features() if not asked.features or path.name in asked.features]
    return int(bool(check(chosen) if asked.check else renew(chosen)))


if __name__ == "__main__":
    sys.exit(main())
