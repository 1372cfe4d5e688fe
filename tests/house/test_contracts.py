"""The house stands as drawn, and the linters that say so are awake."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tools import house_rules

ROOT = Path(__file__).resolve().parents[2]


def _lint_imports(where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(where / "src")},
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_import_contracts_are_kept() -> None:
    done = _lint_imports(ROOT)

    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.drill
@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("engine/basis.py", "import django"),
        ("base/money.py", "from regulars.engine import ledger"),
        ("server/core/audit.py", "from regulars.server.care import rules as planted"),
        (
            "server/customers/queries.py",
            "from regulars.server.customers import views as planted",
        ),
    ],
)
def test_an_import_that_points_up_breaks_a_contract(
    tmp_path: Path, file: str, line: str
) -> None:
    leave = shutil.ignore_patterns("static", "templates", "locale", "__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "src/regulars" / file
    planted.write_text(f"{planted.read_text('utf-8')}\n{line}\n", "utf-8")

    done = _lint_imports(tmp_path)

    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def test_no_rule_of_the_house_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    broken = house_rules.main(ROOT / "src")

    assert not broken, capsys.readouterr().out


PLANTED = {
    "clock": ("engine/measures/age.py", "def age(day):\n    return date.today() - day\n"),
    "clock in queries": ("server/care/queries.py", "at = timezone.now()\n"),
    "owner-writes": ("server/care/views.py", "def done(card):\n    card.save()\n"),
    "owner-writes in queries": ("server/care/queries/day.py", "Card.objects.create(day=day)\n"),
    "scope": ("server/care/views.py", "cards = Card.objects.all()\n"),
    "names": ("server/care/utils.py", "'What does not know where it belongs.'\n"),
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_is_found(
    rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, source = PLANTED[rule]
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")

    assert house_rules.main(tmp_path) == 1
    assert f": {rule.split()[0]}: " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("server/care/views.py", "at = timezone.now()\n"),  # edges take the time
        ("server/care/actions.py", "def done(card):\n    card.save()\n"),
        (
            "server/care/views.py",
            "x = A.objects.all()  # house: scope because it is a lesson\n",
        ),
    ],
)
def test_what_is_allowed_or_excused_is_not_reported(
    file: str, source: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(source, "utf-8")

    assert house_rules.main(tmp_path) == 0
