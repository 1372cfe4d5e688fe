"""What a notebook may use is explained where it is defined."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import ibis.expr.types as ir
import pytest

from regulars import engine

SOURCE = Path(engine.__file__).resolve().parents[1]
TYPED = re.compile(r":.*(int|float|string|boolean|date|timestamp)|[a-z_0-9]+ -> ", re.S)
FUNCTIONS = sorted(name for name in engine.__all__ if inspect.isfunction(getattr(engine, name)))


def _own_fields(value: Any) -> Iterator[str]:
    if inspect.isclass(value) and dataclasses.is_dataclass(value):
        yield from (field.name for field in dataclasses.fields(value))


@pytest.mark.parametrize("name", engine.__all__)
def test_every_public_name_exists_and_is_defined_by_us(name: str) -> None:
    assert hasattr(engine, name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_public_function_says_what_it_does_and_gives(name: str) -> None:
    function = getattr(engine, name)
    first, *_ = (inspect.getdoc(function) or "").split("\n\n")

    # The summary is one sentence that completes "This function will ...".
    assert re.fullmatch(r"[A-Z].*[.`].*", first, re.S), f"{name} has no sentence: {first!r}"
    assert get_type_hints(function).get("return") is not None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_that_gives_a_table_names_its_columns_and_types(name: str) -> None:
    function = getattr(engine, name)
    if get_type_hints(function)["return"] is not ir.Table:
        pytest.skip(f"{name} gives no table; its type says what it gives.")
    said = inspect.getdoc(function) or ""

    assert "Returns\n-------" in said
    assert TYPED.search(said.partition("Returns\n-------")[2]), "name the columns' types"


@pytest.mark.parametrize("name", engine.__all__)
def test_every_field_of_a_public_value_is_explained(name: str) -> None:
    value = getattr(engine, name)
    fields = list(_own_fields(value))
    said = f"{inspect.getdoc(value)}"
    if "Attributes\n----------" not in said:
        # A few fields and a sentence: the sentence is enough.
        assert len(fields) <= 4, f"{name} has {len(fields)} fields and no Attributes."
        return

    unexplained = [field for field in fields if not re.search(rf"\b{field}\b", said)]
    assert not unexplained


def test_every_module_says_what_it_is_about() -> None:
    silent = [
        str(path.relative_to(SOURCE))
        for path in sorted(SOURCE.rglob("*.py"))
        if _needs_words(path) and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]

    assert not silent


def _needs_words(path: Path) -> bool:
    """Django's plain lists (urls, apps, models' fields) are explained by their package."""
    said_by_name = {"urls.py", "apps.py", "models.py", "__main__.py"}
    empty = path.name == "__init__.py" and not path.read_text("utf-8").strip()
    return "migrations" not in path.parts and path.name not in said_by_name and not empty


def test_every_feature_opens_with_the_sentence_that_explains_it() -> None:
    features = sorted(path.parent for path in (SOURCE / "server").glob("*/apps.py"))
    silent = [
        feature.name
        for feature in features
        if not ast.get_docstring(ast.parse((feature / "__init__.py").read_text("utf-8")))
    ]

    assert features
    assert not silent
