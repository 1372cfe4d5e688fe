"""Whom a rule counts: through whose eyes, with the board and without, exactly and estimated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.server.segments import town
from tests.server.segments.brute import Brute

from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.core.remembered import remembering
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer, CustomerQuerySet
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.segments import actions, bridge, queries
from regulars.server.segments.bridge import building
from regulars.server.segments.queries import asking, comparing
from regulars.server.segments.queries import ground as grounds
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules import Condition, Group, Window
from regulars.server.segments.rules.difference import Side, difference, share
from regulars.server.site.home import Home
from regulars.testing.cast import NOON, TESTS, Cast, customer

EVERYBODY = Group()
PERSONS = Group("all", (Condition("kind", "in", ("person",)),))
RICH = Group("all", (Condition("value", "ge", ("200000",)),))
SPENT = Group("all", (Condition("spend", "ge", ("100",), Window(days=90)),))
MIXED = Group("all", (
    Condition("kind", "in", ("person",)),
    Group("any", (Condition("value", "top", ("40",)), Condition("p_alive", "lt", ("0.4",)))),
    Condition("activity", "ge", ("1",), Window(days=120)),
))  # fmt: skip
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def boarded(
    cast: Cast, souls: list[town.Soul], monkeypatch: pytest.MonkeyPatch
) -> list[town.Soul]:
    """The town with its board, in parts of twenty customers and a sample of one in two."""
    monkeypatch.setattr(building, "PART", 20)
    monkeypatch.setattr(building, "SAMPLE", 2)
    monkeypatch.setattr(grounds, "LATE_TOUCHES", 0)
    with scope.everything():
        assert actions.make_board(at=LATER) is not None
    scope.set_scope(scope.NOBODY)
    return souls


def ids(viewer: Person, rule: Group, of: Ground | None = None) -> set[int]:
    of = of or ground(viewer, NOON)
    return set(asking.ids(viewer, asking.settle(rule, of), of))


def exact(viewer: Person, rule: Group) -> asking.Answer:
    of = ground(viewer, NOON)
    return asking.exact(viewer, asking.settle(rule, of), of)


def test_a_manager_counts_their_own_customers_and_tao_never_counts_li(
    cast: Cast, souls: list[town.Soul], look: Callable[[Person], None]
) -> None:
    for viewer in (cast.mei, cast.tao, cast.wei, cast.ana, cast.lob):
        look(viewer)
        wanted = {
            s.pk
            for s in souls
            if viewer.scope.everything
            or Customer.objects.filter(pk=s.pk, book__in=viewer.scope.books).exists()
        }
        assert ids(viewer, EVERYBODY) == wanted
        assert exact(viewer, EVERYBODY).count == len(wanted)
    look(cast.tao)
    assert cast.li.pk not in ids(cast.tao, EVERYBODY)
    assert cast.qian.pk in ids(cast.tao, EVERYBODY)


@pytest.mark.parametrize("wall", ["the database's", "the queries'"])
@pytest.mark.parametrize("with_board", [False, True])
def test_each_wall_holds_alone(
    cast: Cast,
    souls: list[town.Soul],
    look: Callable[[Person], None],
    monkeypatch: pytest.MonkeyPatch,
    wall: str,
    with_board: bool,
) -> None:
    if with_board:
        actions.make_board(at=LATER)
    look(cast.tao)
    own = {s.pk for s in souls if Customer.objects.filter(pk=s.pk).exists()}
    if wall == "the database's":
        monkeypatch.setattr(CustomerQuerySet, "visible_to", lambda self, viewer: self)
        if not with_board:  # the live rows are asked by the viewer's books
            monkeypatch.setattr(cast.tao, "scope", scope.EVERYBODY)
    else:
        with connection.cursor() as db:
            db.execute("select set_config('app.scope', 'all', true)")

    assert ids(cast.tao, EVERYBODY) <= own
    assert cast.li.pk not in ids(cast.tao, MIXED)


def test_the_board_answers_like_the_records(
    cast: Cast, boarded: list[town.Soul], look: Callable[[Person], None]
) -> None:
    look(cast.ana)
    of = ground(cast.ana, NOON)
    brute = Brute(boarded, dict(of.fields), of.times)

    assert of.board is not None
    assert of.board.people == len(boarded)
    assert of.known_to is None
    for rule in (EVERYBODY, PERSONS, RICH, SPENT, MIXED, Group("none", (MIXED,))):
        assert ids(cast.ana, rule, of) == brute.ids(asking.settle(rule, of))
    look(cast.tao)
    assert ids(cast.tao, MIXED) == brute.ids(asking.settle(MIXED, of)) & ids(
        cast.tao, EVERYBODY
    )


def test_what_changed_since_the_board_counts_at_once(
    cast: Cast, boarded: list[town.Soul], look: Callable[[Person], None]
) -> None:
    tagged = Group("all", (Condition("tags", "in", ("new tag",)),))
    talked = Group("all", (Condition("last_answer", "within", ("1",)),))
    look(cast.ana)
    assert ids(cast.ana, tagged) == set()
    before = ids(cast.ana, talked)

    scope.set_scope(scope.EVERYBODY)
    after = LATER + timedelta(minutes=5)
    customers.change_customer(cast.li, tags=["new tag"], by=TESTS, at=after)
    fresh = customer("7777", "新来的", cast.mei_book, tags=["new tag"])
    Customer.objects.filter(pk=fresh.pk).update(updated_at=after)
    Touch.objects.create(
        customer=cast.zhou, at=NOON, channel="call", two_way=True, outcome="reached"
    )
    look(cast.ana)

    assert ids(cast.ana, tagged) == {cast.li.pk, fresh.pk}
    assert ids(cast.ana, talked) == before | {cast.zhou.pk}
    scored = Group("all", (Condition("tags", "in", ("new tag",)), Condition("value", "known")))
    li = next(s for s in boarded if s.pk == cast.li.pk)
    assert ids(cast.ana, scored) == ({cast.li.pk} if li.scores else set())
    look(cast.tao)
    assert ids(cast.tao, tagged) == set()


def test_too_many_changes_are_said_instead_of_counted(
    cast: Cast,
    boarded: list[town.Soul],
    look: Callable[[Person], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grounds, "MOST_CHANGED", 3)
    scope.set_scope(scope.EVERYBODY)
    Customer.objects.filter(number__startswith="90").update(updated_at=LATER)
    look(cast.ana)

    assert ground(cast.ana, NOON).known_to == LATER
    assert actions.make_board(at=LATER + timedelta(minutes=5), only_if_due=True) is None
    assert actions.make_board(at=LATER + timedelta(minutes=11), only_if_due=True) is not None


def test_a_large_company_waits_for_its_board(
    cast: Cast,
    souls: list[town.Soul],
    look: Callable[[Person], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grounds, "LIVE", 5)
    look(cast.ana)
    with pytest.raises(queries.NotReady):
        ground(cast.ana, NOON)

    actions.make_board(at=LATER)
    look(cast.ana)
    assert exact(cast.ana, EVERYBODY).count == len(souls)


def test_a_large_company_keeps_the_board_before_until_a_new_run_has_its_own(
    cast: Cast,
    boarded: list[town.Soul],
    home: Home,
    look: Callable[[Person], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grounds, "LIVE", 5)
    look(cast.ana)
    before, held = ground(cast.ana, NOON).run, exact(cast.ana, RICH).count

    with scope.everything():
        run = flipped(boarded, home)
    look(cast.ana)
    assert ground(cast.ana, NOON).run == before
    assert exact(cast.ana, RICH).count == held > 0
    assert queries.versions(before).run == before

    with scope.everything():
        actions.make_board(at=LATER)
    look(cast.ana)
    assert ground(cast.ana, NOON).run == run
    assert exact(cast.ana, RICH).count == 0


def test_one_piece_of_work_sees_one_run(
    cast: Cast, boarded: list[town.Soul], home: Home
) -> None:
    with remembering():
        before = scoring.current_run()
        with scope.everything():
            run = flipped(boarded, home)  # as another transaction's end lets it appear
        assert scoring.current_run() == before
        assert ground(cast.ana, NOON).run == before
    assert scoring.current_run() == run


def flipped(souls: list[town.Soul], home: Home) -> Run:
    """Let a run take over in which nobody has any value."""
    Run.objects.update(is_current=False)
    poor = [replace(one, scores=one.scores | {"value": 0.0}) for one in souls if one.scores]
    return town.score(poor, home.runs)


def test_an_estimate_comes_with_an_interval_that_holds_the_truth(
    cast: Cast,
    boarded: list[town.Soul],
    look: Callable[[Person], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(grounds, "LIVE", 5)
    monkeypatch.setattr(asking, "FEWEST_SAMPLED", 10)
    look(cast.ana)
    of = ground(cast.ana, NOON)
    settled = asking.settle(SPENT, of)

    found, truth = asking.quick(cast.ana, settled, of), asking.exact(cast.ana, settled, of)

    assert found.is_estimate
    assert not asking.quick(cast.ana, asking.settle(RICH, of), of).is_estimate
    assert found.low is not None
    assert found.high is not None
    assert found.low <= truth.count <= found.high
    assert found.people == truth.people == len(boarded)


def test_intervals_hold_the_truth_in_about_95_of_100_samples() -> None:
    import random

    dice, held, people, of = random.Random(5), 0, 6_400, 320
    for _ in range(400):
        sample = dice.sample(range(people), people // 64 * 5)
        low, high = asking.interval(sum(n < of for n in sample), len(sample), people)
        held += low <= of <= high

    assert 0.92 <= held / 400 <= 0.99
    assert asking.interval(3, 10, 10) == (3, 3)
    assert asking.interval(0, 100, 6_400)[0] == 0


def test_sums_steps_and_ways_belong_to_the_same_customers(
    cast: Cast, souls: list[town.Soul], look: Callable[[Person], None]
) -> None:
    look(cast.ana)
    of = ground(cast.ana, NOON)
    brute = Brute(souls, dict(of.fields), of.times)
    settled = asking.settle(MIXED, of)
    answer = asking.exact(cast.ana, settled, of)
    inside = [s for s in souls if s.pk in brute.ids(settled)]

    assert answer.count == len(inside)
    assert float(answer.value or 0) == pytest.approx(
        sum(s.scores.get("value", 0) for s in inside)
    )
    assert isinstance(settled, Group)
    held = [
        len(brute.ids(Group("all", settled.parts[: n + 1]))) for n in range(len(settled.parts))
    ]
    assert list(answer.steps) == held
    refused = [s for s in souls if brute.holds(settled, s) and s not in inside]
    assert answer.left_out == len(refused)
    ways = {w: sum(brute._reached(s.own, w) for s in inside) for w in town.CHANNELS}
    assert answer.reach == ways


def test_who_refused_profiling_leaves_segments_with_scores_only(
    cast: Cast, souls: list[town.Soul], look: Callable[[Person], None]
) -> None:
    refused = {s.pk for s in souls if s.own["consents"].get("profiling") is False}
    look(cast.ana)

    assert refused
    assert not ids(cast.ana, Group("none", (RICH,))) & refused
    assert ids(cast.ana, EVERYBODY) & refused
    assert exact(cast.ana, Group("none", (RICH,))).left_out > 0


def test_who_refused_profiling_has_no_place_in_an_order_by_scores(
    cast: Cast, souls: list[town.Soul], look: Callable[[Person], None]
) -> None:
    refused = {s.pk for s in souls if s.own["consents"].get("profiling") is False}
    look(cast.ana)
    of = ground(cast.ana, NOON)

    found = asking.page(cast.ana, asking.settle(EVERYBODY, of), of, most=100_000)

    valued = {s.pk for s in souls if s.scores.get("value") is not None}
    first = found[: len(valued - refused)]
    assert refused & valued, "nobody of them would stand before others"
    assert set(first) == valued - refused


def test_the_same_names_for_others_members_count_and_matches(
    cast: Cast, souls: list[town.Soul], look: Callable[[Person], None]
) -> None:
    look(cast.mei)
    segment = actions.keep(PERSONS, name="人", by=cast.mei, at=NOON)
    group = actions.make_group(name="家人", by=cast.mei, at=NOON)
    actions.add_members(group, [cast.li.pk], by=cast.mei, at=NOON)

    inside = queries.members(cast.mei, segment, at=NOON)
    assert inside == sorted(ids(cast.mei, PERSONS))
    assert queries.count(cast.mei, segment, at=NOON).count == len(inside)
    some = [*inside[:2], cast.qian.pk, 10**9]
    assert queries.matches(cast.mei, segment, some, at=NOON) == set(inside[:2])
    assert queries.members(cast.mei, group, at=NOON) == [cast.li.pk]
    assert queries.matches(cast.mei, group, [cast.li.pk, cast.zhou.pk], at=NOON) == {cast.li.pk}


def test_a_difference_is_measured_in_standard_deviations() -> None:
    found = difference(Side(100, 12.0, 16.0), Side(100, 10.0, 16.0))

    assert found is not None
    assert found.strength == pytest.approx(0.5)
    # Hedges & Olkin: sqrt(200/10000 + 0.25/400) = 0.1436
    assert found.high - found.strength == pytest.approx(1.96 * 0.14361, rel=1e-3)
    assert found.size == "plain"
    assert difference(Side(29, 1, 1), Side(100, 1, 1)) is None
    assert difference(Side(100, 5, 0), Side(100, 6, 0)) is None
    assert not difference(share(50, 100), share(52, 100)).is_sure  # type: ignore[union-attr]


def test_comparing_finds_what_was_made_different(
    cast: Cast, look: Callable[[Person], None], home: Home, settings: Any
) -> None:
    settings.HOME = home
    with scope.everything():
        made = town.settle(cast, people=160)
        for soul in made:
            if soul.own["kind"] == "person" and soul.scores:
                soul.scores["moon_phase"] = (soul.scores["moon_phase"] or 0) + 60
        town.score(made, home.runs)
    look(cast.ana)
    of = ground(cast.ana, NOON)
    one = asking.settle(PERSONS, of)
    found = comparing.compare(cast.ana, one, comparing.rest(one), of)

    assert (found.one + found.other, found.both) == (len(made), 0)
    assert found.contrasts[0].field.key == "moon_phase"
    assert found.contrasts[0].by.size == "large"
    assert found.contrasts[0].by.strength > 0
    keys = {c.field.key for c in found.contrasts}
    assert not keys & {"gender", "risk_tolerance", "kind", "book", "branch"}
    assert {"age", "tags", "reach", "p_alive"} <= keys
    # The smaller one within the larger is compared with the rest of it.
    some = asking.settle(Group("all", (*PERSONS.parts, Condition("f", "ge", ("2",)))), of)
    inner = comparing.compare(cast.ana, some, one, of)
    assert inner.both == inner.one
    assert inner.only_other == inner.other - inner.one
    assert inner.contrasts


def test_the_board_of_a_run_keeps_the_one_before_for_its_readers(
    cast: Cast, boarded: list[town.Soul], home: Home
) -> None:
    scope.set_scope(scope.EVERYBODY)
    run = scoring.current_run()
    assert run is not None
    folder = scoring.folder(run) / bridge.FOLDER
    for n in range(1, 4):
        actions.make_board(at=LATER + timedelta(hours=n))
        scope.set_scope(scope.EVERYBODY)

    assert len(list(folder.iterdir())) == 2


def test_no_file_of_the_board_holds_a_name_or_a_phone(
    cast: Cast, boarded: list[town.Soul], home: Home
) -> None:
    scope.set_scope(scope.EVERYBODY)
    run = scoring.current_run()
    assert run is not None
    from regulars.server.facts import lake

    parts = scoring.folder(run) / bridge.FOLDER / "*" / "*.parquet"
    for path in parts.parent.parent.glob("*/part-*.parquet"):
        names = [row[0] for row in lake.rows(f"describe select * from '{path}'")]
        assert not {"name", "name_en", "phone", "email", "address", "note"} & set(names)
