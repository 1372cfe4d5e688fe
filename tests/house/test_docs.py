"""The documentation says what the code does, in both languages."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from tools import field_docs, trigger_docs
from tools.trigger_words import EVENTS

from regulars import engine
from regulars.cli.main import parser
from regulars.engine.scores import CUSTOMER_COLUMNS
from regulars.server.core.rules import GRANTS, Permission, Role

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LANGUAGES = ("en", "zh")
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.S)


def _text(language: str, page: str) -> str:
    return (DOCS / language / page).read_text("utf-8")


def _names(text: str) -> set[str]:
    """Everything written as code, word by word."""
    return {word for span in re.findall(r"`([^`\n]+)`", text) for word in span.split()}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(CODE.sub("", page.read_text("utf-8")))
    near = [link.partition("#")[0] for link in links if "://" not in link]

    assert not [link for link in near if link and not (page.parent / link).exists()]


def test_both_languages_have_the_same_pages() -> None:
    english, chinese = (
        {str(path.relative_to(DOCS / language)) for path in (DOCS / language).rglob("*.md")}
        for language in LANGUAGES
    )

    assert english == chinese
    assert len(english) >= 39


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_named_on_the_first_one(language: str) -> None:
    first = _text(language, "README.md")
    pages = (path.relative_to(DOCS / language) for path in (DOCS / language).rglob("*/*.md"))

    assert not [str(page) for page in pages if f"({page})" not in first]


def test_chinese_pages_leave_a_space_between_han_and_latin() -> None:
    close = re.compile(r"[㐀-鿿][A-Za-z0-9]|[A-Za-z0-9][㐀-鿿]")
    found = {}
    for page in sorted((DOCS / "zh").rglob("*.md")):
        if page.name == "import-fields.md":
            continue  # names of columns are shown as files write them
        text = re.sub(r"`[^`\n]*`|\]\([^)]*\)", "", CODE.sub("", page.read_text("utf-8")))
        if hits := close.findall(text):
            found[page.name] = hits

    assert not found


# ---- what the reference names --------------------------------------------------------


def _verbs() -> Iterator[tuple[str, list[str]]]:
    """Every verb with the options that its help shows."""
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, verb in action.choices.items():
                yield name, list(_options(verb))


def _options(verb: argparse.ArgumentParser) -> Iterator[str]:
    for action in verb._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, inner in action.choices.items():
                yield name
                yield from _options(inner)
        elif action.help != argparse.SUPPRESS:
            yield from (option for option in action.option_strings if option != "-h")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_line_is_described_to_the_last_option(language: str) -> None:
    page = _text(language, "reference/command-line.md")
    headings = set(re.split(r"[ ,、]+", " ".join(re.findall(r"^## (.*)$", page, re.M))))
    verbs = dict(_verbs())

    assert len(verbs) == 12
    assert headings == set(verbs)
    for verb, options in verbs.items():
        missing = [option for option in options if f"{option}" not in page]
        assert not missing, f"{verb}: {missing}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_option_is_described_that_does_not_exist(language: str) -> None:
    page = _text(language, "reference/command-line.md")
    known = {option for _, options in _verbs() for option in options} | {"--version", "--help"}

    assert set(re.findall(r"(?<![-\w])--[a-z][a-z-]*", page)) <= known


def _commands() -> Iterator[tuple[str, str]]:
    """Every `regulars ...` line that a page tells people to type."""
    for page in PAGES:
        for block in re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.S):
            for line in block.replace("\\\n", " ").splitlines():
                if found := re.search(r"(?:^|/bin/)(regulars .*)", line):
                    yield str(page.relative_to(ROOT)), found[1]


@pytest.mark.parametrize(("page", "command"), sorted(set(_commands())))
def test_every_command_that_a_page_shows_can_be_typed(page: str, command: str) -> None:
    typed = re.sub(r"\$\([^)]*\)", "today", command)  # what a shell would have filled in
    words = shlex.split(typed, comments=True)[1:]

    given = parser().parse_args(words)  # ends the process where a word is wrong

    assert given.verb


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_import_fields_is_up_to_date(language: str) -> None:
    written = field_docs.path(language).read_text("utf-8")

    assert written == field_docs.page(language), "Run: python tools/field_docs.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_of_triggers_is_up_to_date(language: str) -> None:
    written = trigger_docs.path(language).read_text("utf-8")

    assert written == trigger_docs.page(language), "Run: python -m tools.trigger_docs"


def test_every_event_that_is_described_is_read() -> None:
    assert set(EVENTS) == set(trigger_docs.kinds())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_environment_variable_is_explained(language: str) -> None:
    read = re.compile(r"\b(REGULARS_[A-Z_]+|DATABASE_(?:APP_)?URL)\b")
    used = {
        name
        for path in sorted((ROOT / "src").rglob("*.py"))
        for name in read.findall(path.read_text("utf-8"))
    }

    assert used - _names(_text(language, "reference/settings.md")) == set()


def test_the_example_environment_holds_explained_variables_only() -> None:
    example = (ROOT / "deploy/regulars.env.example").read_text("utf-8")
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.M))

    assert named
    assert named <= _names(_text("en", "reference/settings.md"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_setting_of_the_morning_run_is_explained(language: str) -> None:
    source = (ROOT / "src/regulars/server/care/rules/policy.py").read_text("utf-8")
    read = set(re.findall(r'settings\.get\("(\w+)"', source))

    assert read
    assert read <= _names(_text(language, "reference/settings.md"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_of_permissions_is_the_one_in_force(language: str) -> None:
    lines = _text(language, "reference/permissions.md").splitlines()
    start = next(number for number, line in enumerate(lines) if "| rm |" in line)
    head, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in lines[start:]
        if line.startswith("|") and "---" not in line
    ]
    roles = [Role(name) for name in head[1:]]
    table = {row[0].split("`")[1]: row[1:] for row in rows}

    assert set(table) == {str(permission) for permission in Permission}
    for permission, marks in table.items():
        granted = [Permission(permission) in GRANTS[role] for role in roles]
        assert [mark == "●" for mark in marks] == granted, permission


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_is_explained(language: str) -> None:
    named = _names(_text(language, "reference/measures.md"))

    assert set(CUSTOMER_COLUMNS) <= named
    assert set(engine.STAGES) <= named
    assert set(engine.CELLS) <= named


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "module"),
    [("engine", engine), ("models", engine.models), ("experiments", engine.uplift)],
    ids=["engine", "models", "experiments"],
)
def test_every_public_name_of_the_engine_is_explained(
    language: str, page: str, module: ModuleType
) -> None:
    named = _names(_text(language, f"reference/{page}.md"))

    assert set(module.__all__) - named == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_on_an_experiment_is_explained(language: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", _text(language, "reference/experiments.md"), re.M)

    assert tuple(rows) == engine.uplift.CODES


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What a real valuation says."""
    orders = tmp_path_factory.mktemp("docs") / "orders.csv"
    first = date(2025, 1, 1)
    lines = [
        f"{customer},{first + timedelta(days=(customer * 7 + visit * (9 + customer)) % 500)},10"
        for customer in range(80)
        for visit in range(1 + customer % 6)
    ]
    orders.write_text("customer_id,occurred_at,amount\n" + "\n".join(lines), "utf-8")
    ledger = engine.read_csv(orders)
    return engine.valuate(ledger, as_of=first + timedelta(days=500)).to_dict()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_of_the_answer_is_explained(
    language: str, told: dict[str, dict[str, object]]
) -> None:
    named = {
        word.strip(",;.、；") for word in _names(_text(language, "reference/score-json.md"))
    }
    fits, quality, choice = told["models"], told["quality"], told["choice"]
    assert {choice["model"], "bg_nbd"} <= set(fits)
    keys = {*told, *told["rfm"], *told["pareto"], *quality, *fits, *fits["bg_nbd"]}  # type: ignore[misc]  # values are dicts
    keys |= {*choice, *choice["trials"][0]}  # type: ignore[misc, index]
    bounds = {f"{name}_{end}" for name in ("purchases", "revenue") for end in ("low", "high")}
    keys |= set(told["forecast"]) - bounds

    assert "skipped" not in quality
    assert keys - named == set()
