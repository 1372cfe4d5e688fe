"""The package that the documentation shows works as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[4] / "docs"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_channel_of_the_documentation_keeps_the_contract(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (DOCS / language / "how-to/write-a-channel.md").read_text("utf-8")
    kind, test = re.findall(r"```py\n(.*?)```", page, re.S)
    (tmp_path / "regulars_harbour.py").write_text(kind)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "regulars_harbour", raising=False)

    told: dict[str, object] = {}
    exec(compile(test, "test_harbour.py", "exec"), told)

    told["test_the_contract_holds"]()  # type: ignore[operator]  # the page defines it
    assert len(kind.splitlines()) <= 65
    assert test in (DOCS / "en/how-to/write-a-channel.md").read_text("utf-8")
