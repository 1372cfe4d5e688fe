"""Every text has its Chinese, nothing stale is kept, and texts can be found by the tools."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from tools.messages import KEYWORDS, ROOT, clashes, features, gaps, known_catalogues

FEATURES = [path.name for path in features()]


def _computed(source: str) -> Iterator[int]:
    """Yield the lines where a text to translate is computed instead of written."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name not in KEYWORDS or not node.args:
            continue
        texts = node.args[: 3 if "n" in name.removeprefix("p")[:1] else 2]
        if any(isinstance(text, ast.JoinedStr | ast.BinOp) for text in texts) or any(
            isinstance(text, ast.Call) and getattr(text.func, "attr", "") == "format"
            for text in texts
        ):
            yield node.lineno


@pytest.mark.parametrize("feature", FEATURES)
def test_every_text_has_its_chinese_and_none_is_left_over(feature: str) -> None:
    missing, unused = gaps(ROOT / "src/regulars/server" / feature)

    assert not missing
    assert not unused


def test_a_text_has_one_chinese_in_all_features() -> None:
    """All catalogues are one domain: of two translations every page shows the first app's."""
    assert not clashes(known_catalogues()), "Unify them, or give one a context (pgettext)."


# What a machine reads keeps its own signs: a format, an address, a signature.
LITERAL = ("v1,", "//", "起始字节", "甲;", "隐含小数位", "名称,")
SLOT = re.compile(r"%\(\w+\)[sdf]|%[%sd]")
NARROW = re.compile(r"[\u4e00-\u9fff\uffff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")


def _texts(catalog: Catalog) -> Iterator[str]:
    for message in catalog:
        told = message.string if isinstance(message.string, tuple | list) else [message.string]
        yield from (text for text in told if message.id and not any(x in text for x in LITERAL))


def test_chinese_sentences_are_punctuated_full_width() -> None:
    found = [
        (feature, text)
        for feature, catalog in known_catalogues().items()
        for text in _texts(catalog)
        if NARROW.search(SLOT.sub("\uffff", text))
    ]

    assert not found


def test_two_translations_of_one_text_are_found_unless_their_contexts_differ() -> None:
    one, other = Catalog(locale="zh_Hans_CN"), Catalog(locale="zh_Hans_CN")
    one.add("Visit", "拜访")
    other.add("Visit", "到店")
    other.add("Visit", "来访", context="arrival")

    found = clashes({"channels": one, "customers": other})

    assert found == {(None, "Visit"): {"拜访": ["channels"], "到店": ["customers"]}}


def test_asking_the_tool_for_help_leaves_the_catalogues_alone() -> None:
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "src").rglob("django.po")}

    told = subprocess.run(
        [sys.executable, "tools/messages.py", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert "--check" in told.stdout
    assert before == {
        path: path.stat().st_mtime_ns for path in (ROOT / "src").rglob("django.po")
    }


def test_no_text_to_translate_is_computed() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "src/regulars/server").rglob("*.py"))
        for line in _computed(path.read_text("utf-8"))
    ]

    assert not found, "The tools cannot find such texts: use %(name)s and % {...} outside."


@pytest.mark.parametrize(
    "source",
    [
        '_(f"Hello {name}")',
        'gettext("Hello %s" % name)',
        'gettext_lazy("Hello {}".format(name))',
        'ngettext("one", f"{n} customers", n)',
        'pgettext("place", f"{name}")',
    ],
)
def test_a_computed_text_is_found(source: str) -> None:
    assert list(_computed(source)) == [1]


@pytest.mark.parametrize(
    "source",
    [
        '_("Hello %(name)s") % {"name": name}',
        'ngettext("%(n)s customer", "%(n)s customers", n)',
    ],
)
def test_a_written_text_is_not(source: str) -> None:
    assert not list(_computed(source))


def test_no_page_writes_styles_or_scripts_into_itself() -> None:
    """The content security policy would not run them."""
    import re

    inline = re.compile(r"""\sstyle=["']|<script>|\son[a-z]+=["']|javascript:""")
    found = [
        f"{path.relative_to(ROOT)}: {match.group().strip()}"
        for path in sorted(Path(ROOT, "src/regulars/server").rglob("templates/**/*.html"))
        for match in inline.finditer(path.read_text("utf-8"))
    ]

    assert not found
