"""A notebook that wants the engine gets the engine, and nothing of the server."""

from __future__ import annotations

import subprocess
import sys

import pytest


def _loaded(statement: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{statement}\nimport sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "statement", ["import regulars.engine", "import regulars.base.calendar"]
)
def test_the_lower_floors_load_nothing_of_the_server(statement: str) -> None:
    loaded = _loaded(statement)

    assert not loaded & {"django", "psycopg", "procrastinate", "granian"}


def test_asking_for_help_loads_neither_django_nor_the_engine() -> None:
    loaded = _loaded("from regulars.cli.main import parser\nparser().format_help()")

    assert not loaded & {"django", "psycopg", "ibis", "duckdb", "numpy"}


def test_the_package_itself_imports_nothing_heavy() -> None:
    assert not _loaded("import regulars") & {"django", "ibis", "duckdb", "numpy"}
