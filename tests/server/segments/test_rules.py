"""Rules: the SQL says what plain Python says, a sentence names one rule, forms lose nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.segments import town
from tests.server.segments.brute import Brute

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.segments.forms.sentence import marked, sentence
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules import (
    BadRule,
    Condition,
    Group,
    Window,
    as_json,
    from_json,
    from_text,
    presets,
    text,
    typed,
)
from regulars.server.segments.rules.fields import (
    GIVEN,
    MANY_VALUES,
    Field,
    amount,
    of_frame,
    plain,
)
from regulars.testing.cast import NOON, TODAY, Cast

COLUMNS = [
    ("value", "DOUBLE"), ("value_at_stake", "DOUBLE"), ("contribution_12", "DOUBLE"),
    ("p_alive", "DOUBLE"), ("stage", "VARCHAR"), ("f", "TINYINT"), ("last_on", "DATE"),
    ("tier", "VARCHAR"), ("churn_probability", "DOUBLE"), ("moon_phase", "DOUBLE"),
    ("is_regular", "BOOLEAN"), ("active_q0", "BOOLEAN"),
]  # fmt: skip
FIELDS = {field.key: field for field in [*GIVEN, *of_frame(COLUMNS)]}
LISTED = {
    "industry": ("面粉", "运输"),
    "kind": town.KINDS, "gender": ("female", "male"), "district": ("柳溪镇", "北塘村"),
    "risk_tolerance": ("1", "3", "5"), "tags": town.TAGS, "branch": ("B01", "B02", "B77"),
    "book": ("K01", "K02", "P01"), "state": ("active",), "source": ("x",),
    "reach": town.CHANNELS, "preferred_channel": ("call",), "stage": town.STAGES[:-1],
    "tier": ("private", "mass"), "products": town.PRODUCTS,
    "product_kinds": ("deposit", "wealth", "loan"), "occupation": ("x",),
    "business_class": ("credit",),
    **{f"consent_{c}": ("yes", "no", "unasked") for c in town.CHANNELS},
}  # fmt: skip
NARROWED = {
    "category": town.CATEGORIES,
    "product": town.PRODUCTS,
    "channel": ("pos", "mobile"),
    "event": town.EVENTS,
}
SKIPPED = {
    "group", "state", "source", "preferred_channel", "occupation", "business_class",
    "created_on",
}  # fmt: skip


def windows(field: Field) -> st.SearchStrategy[Window]:
    days = st.builds(Window, days=st.integers(1, 120))
    if field.kind == "change" or field.measure == "maturing":
        return days
    first = st.integers(0, 150).map(lambda n: TODAY - timedelta(days=n))
    spans = st.tuples(first, first).map(lambda pair: Window(start=min(pair), stop=max(pair)))
    open_ = st.one_of(first.map(lambda d: Window(start=d)), first.map(lambda d: Window(stop=d)))
    return st.one_of(days, spans, open_)


@st.composite
def conditions(draw: Any) -> Condition:
    field = draw(st.sampled_from([f for f in FIELDS.values() if f.key not in SKIPPED]))
    op = draw(st.sampled_from(field.ops))
    window = draw(windows(field)) if field.origin == "facts" else None
    only = tuple(
        (name, tuple(sorted(draw(st.sets(st.sampled_from(NARROWED[name]), min_size=1)))))
        for name in field.narrows
        if draw(st.booleans())
    )
    return Condition(field.key, op, draw(values(field, op)), window, only)


def values(field: Field, op: str) -> st.SearchStrategy[tuple[str, ...]]:
    if op in ("known", "unknown", "yes", "no", "none", "next_month", "this_month"):
        return st.just(())
    if op == "in_month":
        months = st.sets(st.integers(1, 12).map(str), min_size=1)
        return months.map(lambda s: tuple(sorted(s, key=int)))
    if op == "has":
        return st.sampled_from((("价格",), ("hour",), ("a'b",)))
    if op in MANY_VALUES:
        chosen = st.sets(st.sampled_from(LISTED[field.key]), min_size=1)
        return chosen.map(lambda s: tuple(sorted(s)))
    one = numbers(field, op)
    if op == "between":
        key = date.fromisoformat if field.kind == "date" else float
        return st.tuples(one, one).map(lambda p: tuple(sorted(p, key=key)))  # type: ignore[arg-type]
    return st.tuples(one)


def numbers(field: Field, op: str) -> st.SearchStrategy[str]:
    if op in ("within", "not_within", "ahead"):
        return st.integers(1, 400).map(str)
    if op in ("top", "bottom"):
        return st.integers(1, 100).map(str)
    if field.kind == "date":
        return st.integers(0, 500).map(lambda n: (TODAY - timedelta(days=n)).isoformat())
    if field.kind in ("age", "times", "count"):
        return st.integers(0, 90 if field.kind == "age" else 5).map(str)
    if field.kind == "share":
        return st.integers(0, 100).map(lambda n: plain(amount(str(n)) / 100))
    if field.measure == "share":
        return st.integers(1, 90).map(str)
    if field.measure == "amount":
        return st.integers(1, 60_000).map(str)
    if field.kind == "total":
        return st.integers(-900, 1_500).map(str)
    return st.integers(-300, 400_000).map(str)


def groups(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Group]:
    return st.builds(
        Group,
        st.sampled_from(("all", "any", "none")),
        st.lists(inner, min_size=1, max_size=3).map(tuple),
    )


RULES = groups(
    st.one_of(conditions(), conditions(), groups(st.one_of(conditions(), groups(conditions()))))
)


@pytest.fixture
def souls(souls: list[town.Soul]) -> list[town.Soul]:
    """The town, as everybody's eyes see it."""
    scope.set_scope(scope.EVERYBODY)
    return souls


def asked(viewer: Person, rule: Group, of: Ground) -> set[int]:
    return set(asking.ids(viewer, asking.settle(rule, of), of))


def test_the_sql_of_any_rule_finds_whom_plain_python_finds(
    cast: Cast, souls: list[town.Soul]
) -> None:
    of = ground(cast.ana, NOON)
    brute = Brute(souls, dict(of.fields), of.times)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RULES)
    def check(rule: Group) -> None:
        settled = asking.settle(rule, of)
        assert asked(cast.ana, rule, of) == brute.ids(settled)

    check()


def test_every_single_condition_finds_somebody_and_leaves_somebody_out_somewhere(
    cast: Cast, souls: list[town.Soul]
) -> None:
    """The town is varied enough that the comparison above means something."""
    of = ground(cast.ana, NOON)
    everybody = {soul.pk for soul in souls}
    found: dict[str, set[bool]] = {}

    @settings(
        max_examples=450,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    @given(conditions())
    def check(one: Condition) -> None:
        kinds = found.setdefault(one.field, set())
        if len(kinds) == 2:
            return  # seen to do both: another condition on it says nothing more
        ids = asked(cast.ana, Group("all", (one,)), of)
        kinds |= {True} if ids else set()
        kinds |= {False} if everybody - ids else set()

    check()

    assert {key for key, kinds in found.items() if len(kinds) < 2} == set()
    assert set(found) >= set(FIELDS) - SKIPPED - {"kind"}


@settings(max_examples=200, deadline=None)
@given(RULES)
def test_a_rule_survives_being_stored_and_being_an_address(rule: Group) -> None:
    assert from_json(as_json(rule)) == rule
    assert from_text(text(rule)) == rule


@settings(max_examples=200, deadline=None)
@given(RULES)
def test_a_rule_survives_the_form(rule: Group) -> None:
    settled, problems = typed.complete(rule, FIELDS)

    assert problems == {}
    assert typed.read(form_of(settled), FIELDS) == settled


def form_of(rule: Group) -> dict[str, list[str]]:
    """What a browser sends for a rule."""
    sent: dict[str, list[str]] = {"node": []}
    for path, part in typed.all_paths(rule):
        sent["node"].append(path)
        if isinstance(part, Group):
            sent[f"mode:{path}"] = [part.mode]
            continue
        field = FIELDS[part.field]
        sent |= {f"field:{path}": [part.field], f"op:{path}": [part.op]}
        shown = list(part.values)
        if field.kind == "share" and part.op not in ("top", "bottom"):
            shown = [plain(amount(value) * 100) for value in shown]
        sent[f"{'value' if part.op in MANY_VALUES else 'number'}:{path}"] = shown
        for name, chosen in part.only:
            sent[f"{name}:{path}"] = list(chosen)
        if part.window and part.window.days:
            sent |= {f"span:{path}": ["days"], f"days:{path}": [str(part.window.days)]}
        elif part.window:
            start, stop = part.window.start, part.window.stop
            sent[f"span:{path}"] = ["between"]
            sent[f"from:{path}"] = [start.isoformat() if start else ""]
            sent[f"to:{path}"] = [stop.isoformat() if stop else ""]
    return sent


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_two_rules_never_read_the_same(as_system: Cast, language: str) -> None:
    words = Words(as_system.ana)
    seen: dict[str, Group] = {}

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(RULES)
    def check(rule: Group) -> None:
        settled = meant(typed.complete(rule, FIELDS)[0])
        with translation.override(language):
            said = sentence(settled, FIELDS, words)
        assert seen.setdefault(said, settled) == settled
        for value in (v for leaf in typed_leaves(settled) for v in leaf.values):
            assert "\x02" not in value

    check()


def meant(node: Any) -> Any:
    """All of one thing is any of one thing: they are one rule, and read the same."""
    if isinstance(node, Condition):
        return node
    mode = "all" if len(node.parts) == 1 and node.mode == "any" else node.mode
    return Group(mode, tuple(map(meant, node.parts)))


def typed_leaves(rule: Group) -> list[Condition]:
    return [part for _, part in typed.all_paths(rule) if isinstance(part, Condition)]


def test_a_sentence_reads_as_people_speak(as_system: Cast) -> None:
    rule = Group("all", (
        Condition("stage", "in", ("dormant", "lost")),
        Condition("spend", "ge", ("500",), Window(days=90), (("category", ("dining",)),)),
        Group("any", (
            Condition("value", "top", ("20",)),
            Condition("last_answer", "not_within", ("60",)),
        )),
    ))  # fmt: skip
    words = Words(as_system.ana)

    with translation.override("en"):
        assert sentence(rule, FIELDS, words) == (
            "Stage is Dormant or Lost, and Net spend (Category Dining) in the last 90 days is "
            "at least ¥500, and (Value is among the top 20%, or Last two-way contact does not "
            "lie in the last 60 days)."
        )
    with translation.override("zh-hans"):
        said = sentence(rule, FIELDS, words)
    assert said == (
        "阶段是睡眠或流失，并且最近 90 天净消费（品类餐饮）不低于 500 元，"
        "并且（价值居前 20%，或者上次双向联系不在最近 60 天内）。"
    )


def test_one_of_something_reads_as_one(as_system: Cast) -> None:
    rule = Group("all", (
        Condition("last_contact", "within", ("1",)),
        Condition("age", "ge", ("2",)),
        Condition("purchases", "ge", ("1",), Window(days=1)),
    ))  # fmt: skip

    with translation.override("en"):
        said = sentence(rule, FIELDS, Words(as_system.ana))

    assert "Last contact lies in the last 1 day, and" in said
    assert "Age is at least 2 years, and" in said
    assert "in the last 1 day is at least 1 time." in said


def test_what_somebody_typed_is_escaped_in_a_sentence(as_system: Cast) -> None:
    rule = Group("all", (Condition("tags", "in", ("<b>x</b>",)),))

    with translation.override("en"):
        said = marked(rule, FIELDS, Words(as_system.ana))

    assert said == "Tag is <b>&lt;b&gt;x&lt;/b&gt;</b>."


@pytest.mark.parametrize(
    ("typed_text", "number"),
    [("200,000", "200000"), ("20万", "200000"), ("1.5 亿", "150000000"), ("200k", "200000"),
     ("-3.50", "-3.5"), ("500元", "500"), ("1，000", "1000")],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed_text: str, number: str) -> None:
    assert plain(amount(typed_text)) == number


@pytest.mark.parametrize("wrong", ["", "abc", "1e9", "0x10", "--1", "1.2.3", "9" * 30])
def test_what_is_no_number_is_refused(wrong: str) -> None:
    with pytest.raises(BadRule):
        amount(wrong)


@pytest.mark.parametrize(
    "wrong",
    [[], {"some": []}, {"all": {}}, {"all": [], "any": []},
     {"field": "x", "op": "in", "values": "y"},
     {"all": [{"field": "spend", "op": "ge", "days": 0}]},
     {"all": [{"field": 1.5, "op": None}]},
     {"all": [{"field": "spend", "op": "ge", "from": "2026-13-01"}]},
     {"all": [{"all": [{"all": [{"all": [{"all": [{"all": []}]}]}]}]}]},
     {"all": [{"field": "stage", "op": "in", "values": ["x"]}] * 41},
     {"field": "stage", "op": "in", "values": ["x\0"]}],
)  # fmt: skip
def test_what_is_no_rule_is_refused(wrong: Any) -> None:
    with pytest.raises(BadRule):
        from_json(wrong)


def test_a_hostile_value_stays_a_value(cast: Cast, souls: list[town.Soul]) -> None:
    of = ground(cast.ana, NOON)
    hostile = "x') or true or ('"

    assert asked(cast.ana, Group("all", (Condition("stage", "in", (hostile,)),)), of) == set()
    assert asked(cast.ana, Group("all", (Condition("tags", "in", ("a'b",)),)), of)


def test_every_preset_can_be_asked_and_read(
    cast: Cast, souls: list[town.Soul], look: Callable[[Person], None]
) -> None:
    of = ground(cast.ana, NOON)
    offered = list(presets.offered(of.fields, "bank"))

    assert {"top_at_risk", "birthday", "sleeping_money"} <= {p.code for p in offered}
    for preset in offered:
        asked(cast.ana, preset.rule, of)
        sentence(asking.settle(preset.rule, of), of.fields, Words(cast.ana))


def test_a_column_that_nobody_has_heard_of_appears_by_itself(
    cast: Cast, souls: list[town.Soul]
) -> None:
    of = ground(cast.ana, NOON)

    assert of.fields["moon_phase"].kind == "number"
    assert Words(cast.ana).label(of.fields["moon_phase"]) == "moon phase"
    assert of.fields["churn_probability"].kind == "share"
    assert "active_q0" not in of.fields
