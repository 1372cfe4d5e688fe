"""What a docstring shows is what a reader gets."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
from collections.abc import Iterator

import pytest

from regulars import engine

FINDER = doctest.DocTestFinder(exclude_empty=True)


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(engine.__path__, f"{engine.__name__}."):
        yield found.name


def _with_examples() -> list[str]:
    """Find modules by their text: importing all of them belongs to the tests."""
    named = []
    for name in _modules():
        spec = importlib.util.find_spec(name)
        assert spec is not None
        source = spec.loader.get_source(name) if spec.loader else ""  # type: ignore[attr-defined]
        if ">>> " in (source or ""):
            named.append(name)
    return named


@pytest.mark.parametrize("name", _with_examples())
def test_every_example_gives_what_it_shows(name: str) -> None:
    module = importlib.import_module(name)
    problems: list[str] = []
    # Only what this module defines: names it borrows are tried at home.
    tests = [found for found in FINDER.find(module, name) if found.examples]
    for test in tests:
        runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
        runner.run(test, out=problems.append)

    assert not problems, "".join(problems)


@pytest.mark.parametrize(
    "name", [name for name in engine.__all__ if inspect.isfunction(getattr(engine, name))]
)
def test_every_public_function_shows_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(getattr(engine, name)) or "")
