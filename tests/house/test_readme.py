"""The README's first screen is a promise: its commands exist and its five lines run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
ORDERS = "member,paid_at,paid\n" + "".join(
    f"M{member:03},2025-{1 + (member + visit * 5) % 12:02}-{1 + member % 28:02},{20 + member}\n"
    for member in range(60)
    for visit in range(1 + member % 4)
)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_two_commands_are_named_and_exist(target: str) -> None:
    assert f"make {target}" in README
    assert re.search(rf"^{target}:", MAKEFILE, re.M), f"The Makefile has no target {target}."


def test_every_make_target_of_the_readme_exists() -> None:
    named = set(re.findall(r"^make ([a-z]+)", "\n".join(_blocks("sh")), re.M))

    assert named >= {"run", "test"}
    missing = [name for name in named if not re.search(rf"^{name}:", MAKEFILE, re.M)]
    assert not missing


def test_ci_runs_the_readmes_test_command() -> None:
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()

    assert "make test" in [line.strip() for line in lines]


def test_the_five_lines_of_the_readme_value_customers_without_django(tmp_path: Path) -> None:
    (block,) = _blocks("python")
    lines = [line for line in block.splitlines() if line and not line.startswith(("from", "#"))]
    (tmp_path / "orders.csv").write_text(ORDERS, "utf-8")
    ending = (
        "import sys\nassert result.summary['customers'] == 60, result.summary\n"
        "assert not {'django', 'psycopg'} & set(sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", f"{block}\n{ending}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert len(lines) <= 5


def test_the_chinese_part_comes_first_and_leads_to_the_chinese_pages() -> None:
    top = "\n".join(README.splitlines()[:12])

    assert "docs/zh/" in top
    assert re.search("[一-鿿]", top)
