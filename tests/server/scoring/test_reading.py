"""What each viewer reads of a run; it is made once for all of these tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.server.kept import kept
from tests.server.scoring.telling import tell

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.scoring import queries
from regulars.server.scoring.models import Run, Score
from regulars.testing.cast import Cast, assemble, scored

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


@dataclass(frozen=True)
class Told:
    """The cast with an earlier run and the current one."""

    cast: Cast
    before: Run
    run: Run


def make() -> Told:
    cast = tell(assemble())
    before = scored(cast, as_of=date(2026, 3, 1), publish=False)
    return Told(cast, before, scored(cast))


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[Told]:
    with kept(django_db_blocker, make) as world:
        yield world


def test_a_run_publishes_one_row_per_customer(told: Told) -> None:
    scope.set_scope(scope.EVERYBODY)
    run = told.run

    scores = {s.customer_id: s for s in Score.objects.filter(run=run)}
    assert set(scores) == {told.cast.li.pk, told.cast.zhou.pk, told.cast.qian.pk}
    assert scores[told.cast.li.pk].value == Decimal("900000.00")
    assert queries.current_run() == run
    assert run.result["customers"] == 3


def test_figures_are_those_of_the_own_customers_only(told: Told, look: Look) -> None:
    look(told.cast.mei)

    assert queries.figures(told.cast.mei, told.cast.li)["aum"] == 900_000
    assert queries.figures(told.cast.mei, told.cast.qian) == {}
    assert queries.score(told.cast.mei, told.cast.qian) is None


def test_scores_are_walled_by_the_database_too(told: Told, look: Look) -> None:
    look(told.cast.tao)

    assert [s.customer_id for s in Score.objects.all()] == [told.cast.qian.pk]


def test_every_count_opens_its_customers(told: Told, look: Look) -> None:
    look(told.cast.ana)

    for stage, (number, value) in queries.counts(told.cast.ana, told.run, "stage").items():
        ids, total, total_value = queries.rows(told.cast.ana, told.run, [("stage", str(stage))])
        assert len(ids) == total == number
        assert total_value == value


def test_a_manager_counts_the_own_branch(told: Told, look: Look) -> None:
    look(told.cast.wei)

    ids, total, _ = queries.rows(told.cast.wei, told.run, [])

    assert set(ids) == {told.cast.li.pk, told.cast.zhou.pk}
    assert total == 2


def test_a_range_is_half_open(told: Told, look: Look) -> None:
    look(told.cast.ana)

    assert queries.rows(told.cast.ana, told.run, [("aum", "1000..900000")])[0] == [
        told.cast.zhou.pk
    ]
    assert queries.rows(told.cast.ana, told.run, [("aum", "900000..")])[0] == [told.cast.li.pk]


@pytest.mark.parametrize(
    "condition", [("name; drop table x", "1"), ("aum", "1..x"), ("nope", "")]
)
def test_an_unknown_condition_is_a_sentence(
    told: Told, look: Look, condition: tuple[str, str]
) -> None:
    look(told.cast.ana)

    with pytest.raises(queries.UnknownColumn):
        queries.rows(told.cast.ana, told.run, [condition])


def test_an_earlier_run_is_scoped_too(told: Told, look: Look) -> None:
    look(told.cast.wei)

    ids, total, _ = queries.rows(
        told.cast.wei, told.run, [("was_purchase_count", "1..")], before=told.before
    )

    assert told.cast.qian.pk not in ids
    assert total == 2
