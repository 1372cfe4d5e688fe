"""What `pip install .` gets: everything a browser needs, and nothing a translator needs."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tools.messages import SERVER, catalogue, features

ROOT = Path(__file__).resolve().parents[2]
VENDOR = "regulars/server/web/static/vendor/"

pytestmark = pytest.mark.drill


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names inside a wheel that is built now."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        timeout=600,
    )
    (wheel,) = folder.glob("regulars-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


@pytest.mark.parametrize("file", ["tabler.min.css", "tabler.min.js", "echarts.min.js"])
def test_the_browser_libraries_are_inside(file: str, names: set[str]) -> None:
    assert VENDOR + file in names


def test_the_icons_are_inside(names: set[str]) -> None:
    assert f"{VENDOR}icons.svg" in names


def test_the_licences_travel_along(names: set[str]) -> None:
    licences = {Path(name).name for name in names if ".dist-info/licenses/" in name}

    assert licences == {"LICENSE", "NOTICE"}
    assert f"{VENDOR}echarts.LICENSE" in names


def test_every_chinese_catalogue_is_compiled_and_no_source_of_one_is_inside(
    names: set[str],
) -> None:
    wanted = {
        str(catalogue(feature).with_suffix(".mo").relative_to(SERVER.parents[1]))
        for feature in features()
        if catalogue(feature).exists()
    }

    assert wanted <= names
    assert not [name for name in names if name.endswith(".po")]


def test_types_templates_and_migrations_are_inside_and_tests_are_not(names: set[str]) -> None:
    assert {
        "regulars/py.typed",
        "regulars/server/web/templates/web/base.html",
        "regulars/server/customers/migrations/0002_walls.py",
    } <= names
    assert not [name for name in names if name.startswith(("tests/", "tools/", "benchmarks/"))]
