"""Rules of the house for every template and every picture in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from regulars.server.web import navigation

SERVER = Path(navigation.__file__).parents[1]
TEMPLATES = sorted(SERVER.rglob("templates/**/*.html"))
TAGS = sorted((SERVER / "web" / "templatetags").glob("*.py"))
ICONS = {
    line.split()[0]
    for line in (SERVER / "web" / "icons.txt").read_text("utf-8").splitlines()
    if line.strip() and not line.startswith("#")
}
NAMED = re.compile(r"""{%\s*(?:icon|(?:chip|note)\s+(?:"[^"]*"|\S+))\s+["']([a-z0-9-]+)["']""")
FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle\s*=", re.I),
    "a style block": re.compile(r"<style", re.I),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.I),
    "an inline handler": re.compile(r"\s(?:on[a-z]+|hx-on[:\w-]*)\s*=", re.I),
    "a script address": re.compile(r"javascript:", re.I),
    "an address of another host": re.compile(r"""(?:src|href)\s*=\s*["']https?://""", re.I),
}

# Leaves us in a person's copy and is opened from a disk, where no style sheet lies beside it.
CARRIES_ITS_STYLE = {
    "privacy/templates/privacy/copy.html",
    "agenda/templates/agenda/mail/morning.html",  # a letter: mail programmes load no sheet
}


def short(path: Path) -> str:
    return str(path.relative_to(SERVER))


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_templates_obey_the_content_policy(path: Path) -> None:
    text = path.read_text("utf-8")

    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    if short(path) in CARRIES_ITS_STYLE:
        found.remove("a style block")

    assert found == [], f"{short(path)} holds {', '.join(found)}; the pages run under 'self'."


@pytest.mark.parametrize("path", TEMPLATES + TAGS, ids=short)
def test_every_icon_is_in_the_list_the_sprite_is_cut_from(path: Path) -> None:
    text = path.read_text("utf-8")
    names = set(NAMED.findall(text))
    if path.suffix == ".py":
        names |= {n for n in _called(text) if n}

    missing = names - ICONS

    assert not missing, f"Add {sorted(missing)} to web/icons.txt (used by {short(path)})."


def test_icons_of_the_navigation_are_in_the_list() -> None:
    used = {page.icon for page in navigation.registry.pages.values()}

    assert used <= ICONS


def test_icons_have_one_line_each() -> None:
    lines = (SERVER / "web" / "icons.txt").read_text("utf-8").split("\n")
    names = [line.split()[0] for line in lines if line.strip()]

    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    "path", [p for p in TEMPLATES if p.parts[-3:-1] != ("templates",)], ids=short
)
def test_templates_compile(path: Path) -> None:
    name = str(path).split("/templates/", 1)[1]

    get_template(name)


def _called(text: str) -> list[str]:
    """Names that Python code gives to `icon(...)` as a literal."""
    return [
        node.args[0].value
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "icon"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
