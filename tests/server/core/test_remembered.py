"""The company is read once for one piece of work, and anew when it changes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.server.core import actions, queries, scope
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db


def clocks(times: int) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        for _turn in range(times):
            queries.time_zone()
    return [each["sql"] for each in asked.captured_queries if "core_company" in each["sql"]]


def test_inside_one_scope_the_company_is_read_once(cast: Cast) -> None:
    with scope.everything():
        assert len(clocks(5)) == 1


def test_a_scope_within_a_scope_knows_what_the_outer_one_knows(cast: Cast) -> None:
    with scope.everything():
        queries.company()
        with scope.looking(cast.mei):
            assert clocks(2) == []


def test_the_next_scope_reads_it_again(cast: Cast) -> None:
    for _turn in range(2):
        with scope.everything():
            assert len(clocks(2)) == 1


def test_a_change_is_seen_by_the_work_that_made_it(cast: Cast) -> None:
    with scope.everything():
        assert str(queries.time_zone()) == "Asia/Shanghai"
        actions.change_settings(time_zone="Asia/Tokyo", by=cast.ana, at=NOON)

        assert str(queries.time_zone()) == "Asia/Tokyo"
