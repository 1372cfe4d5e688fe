"""What is kept for many books says what a page counts by itself, as of a moment it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import World
from tests.server.care.test_pages import enter
from tests.server.coverage.test_recount import live, noon

from regulars.server.care.models import Counting, Tally
from regulars.server.care.queries import kept, note_lines, team
from regulars.server.core import audit, scope
from regulars.server.core.models import Person
from regulars.server.coverage import actions, jobs, queries
from regulars.server.coverage.queries import relations
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS

__all__ = ["noon"]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The small company counts as one of many books."""
    monkeypatch.setattr(kept, "FEW", 0)


def told(viewer: Person, period: str, unit: str = "") -> dict[str, Any]:
    """Every figure of the pages that are counted or kept."""
    with scope.looking(viewer):
        ground = queries.ground(viewer, NOON, period=period, unit=unit)
        mixes = queries.mixes(ground)
        board = team(viewer, NOON, unit=unit)
        found = {
            "sums": queries.sums(ground), "mixes": mixes, "splits": queries.splits(ground),
            "hours": queries.by_tier(ground), "lags": queries.lags(ground),
            "reached": queries.reached(ground, mixes[""][""]),
            "lines": board.lines, "total": board.total,
            "notes": note_lines(viewer, NOON, [b.pk for b in board.books], board.counting),
        }  # fmt: skip
    scope.set_scope(scope.EVERYBODY)
    return {name: plain(value) for name, value in found.items()}


def plain(value: Any) -> Any:
    """Leave out lines that count nothing: a page shows none of them."""
    if isinstance(value, dict):
        lines = {key: plain(each) for key, each in value.items()}
        return {key: each for key, each in lines.items() if each}
    shown = (
        getattr(value, "total", None) if isinstance(value, queries.Mix | queries.Split) else 1
    )
    if isinstance(value, queries.Sum):
        shown = sum(value.fates.values())
        return (
            {fate: n for fate, n in value.fates.items() if n} | {"tried": value.tried}
            if shown
            else None
        )
    return value if shown else None


def moved(people: list[Customer], world: World) -> None:
    """Some change hands after the work was done: from book to book, and branch to branch."""
    for one in people[::5]:
        one.book = (
            world.cast.tao_book if one.book != world.cast.tao_book else world.cast.mei_book
        )
        one.save(update_fields=["book"])


@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_what_is_kept_is_what_a_page_counts(world: World, period: str) -> None:
    moved(live(world, 7), world)
    cast = world.cast
    viewers = [
        Person.objects.get(pk=one.pk) for one in (cast.lin, cast.wei, cast.mei, cast.tao)
    ]
    asked = [(viewer, "") for viewer in viewers] + [(viewers[0], cast.mei_book.org_unit.code)]
    counted = [told(viewer, period, unit) for viewer, unit in asked]

    actions.count(clock=lambda: NOON)

    assert Tally.objects.exists()
    for (viewer, unit), before in zip(asked, counted, strict=True):
        assert told(viewer, period, unit) == before, (viewer, unit)
    assert counted[0]["sums"]
    assert counted[0]["notes"]
    assert counted[0]["reached"].won


def test_the_wall_and_the_query_each_hide_the_sums_of_others(
    world: World, look: Callable[..., Any]
) -> None:
    live(world, 7)
    actions.count(clock=lambda: NOON)
    mei = Person.objects.get(pk=world.cast.mei.pk)

    by_query = set(Tally.objects.visible_to(mei).values_list("book", "home"))
    with scope.looking(mei):
        by_wall = set(Tally.objects.values_list("book", "home"))

    scope.set_scope(scope.EVERYBODY)
    mine = set(mei.scope.books)
    assert by_wall == by_query
    assert by_wall
    assert {book for pair in by_wall for book in pair} <= mine
    assert Tally.objects.exclude(book__in=mine).exists()


def test_a_count_is_made_anew_when_something_changed_and_a_pause_is_over(world: World) -> None:
    first = actions.count(clock=lambda: NOON, only_if_due=True)
    later = NOON + actions.PAUSE

    assert first is not None
    assert actions.count(clock=lambda: later, only_if_due=True) is None
    audit.record("test.changed", "core.Company", by=TESTS, at=NOON + timedelta(minutes=1))
    assert actions.count(clock=lambda: NOON + timedelta(minutes=5), only_if_due=True) is None
    assert actions.count(clock=lambda: later, only_if_due=True) is not None
    assert Counting.objects.count() == 1


def test_a_new_day_is_counted_even_where_nothing_changed(world: World) -> None:
    actions.count(clock=lambda: NOON)
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        jobs.count(0)

    assert Counting.objects.get().day == (NOON + timedelta(days=1)).date()


def test_the_count_of_another_day_is_not_read(world: World) -> None:
    actions.count(clock=lambda: NOON - timedelta(days=1))

    assert queries.ground(world.cast.lin, NOON).counting is None


@pytest.mark.parametrize("page", ["/coverage/", "/coverage/relations", "/team/"])
def test_a_page_says_as_of_when_its_figures_stand(
    world: World, client: Client, page: str
) -> None:
    live(world, 7)
    enter(client, world.cast.lin)
    before = client.get(page).content.decode()

    actions.count(clock=lambda: NOON - timedelta(minutes=20))

    assert "截至" not in before
    assert "截至 11:40" in client.get(page).content.decode()


def test_few_books_are_counted_when_they_are_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.count(clock=lambda: NOON)
    monkeypatch.setattr(kept, "FEW", 10)

    assert queries.ground(world.cast.lin, NOON).counting is None
    assert actions.count(clock=lambda: NOON) is None


@pytest.mark.parametrize("by", ["", "level", "book"])
def test_the_first_page_of_a_bond_is_the_same_among_few_and_among_many(
    world: World, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    live(world, 7)
    lin = Person.objects.get(pk=world.cast.lin.pk)
    of = {"level": "4", "book": str(world.cast.mei_book.pk)}.get(by, "")

    def page() -> list[int]:
        with scope.looking(lin):
            ground = queries.ground(lin, NOON)
            return [
                one.customer.pk for one in queries.people(ground, by=by, of=of, bond="fair")[0]
            ]

    monkeypatch.setattr(relations, "PAGE", 3)
    monkeypatch.setattr(relations, "FEW", 10)
    few = page()
    monkeypatch.setattr(relations, "FEW", 0)
    monkeypatch.setattr(relations, "TRIES", (2, 8))

    assert len(few) == 3
    assert page() == few
