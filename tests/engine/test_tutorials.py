"""The tutorials say what happens: every block of them is run, in the order of the page."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from threadpoolctl import threadpool_limits

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("cdnow.md", "online-retail.md")
BLOCK = re.compile(r"^```pycon\n(.*?)^```$", re.M | re.S)
# Dots stand for digits that trained forests may change; space for lines that were too long.
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def _blocks(language: str, page: str) -> list[str]:
    return BLOCK.findall((DOCS / language / "tutorial" / page).read_text("utf-8"))


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_show_the_same_blocks(page: str) -> None:
    english = _blocks("en", page)

    assert len(english) > 10
    assert english == _blocks("zh", page)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_of_a_tutorial_gives_what_it_shows(
    page: str, public_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(public_data)
    text = "\n".join(_blocks("en", page))
    test = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    problems: list[str] = []

    with threadpool_limits(1):  # forests of so few customers only wait for each other
        doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=problems.append)

    assert len(test.examples) > 40
    assert not problems, "".join(problems)
