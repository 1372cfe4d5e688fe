"""Segments and groups: who opens and changes them, their versions, files, members."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.db import connection
from tests.server.segments import town

from regulars.base.errors import RegularsError
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Job, Person
from regulars.server.scoring import queries as scoring
from regulars.server.segments import actions, jobs, queries
from regulars.server.segments.models import Member, Segment
from regulars.server.segments.queries import saved
from regulars.server.segments.rules import Condition, Group, as_json
from regulars.server.site.home import Home
from regulars.testing.cast import NOON, Cast

PERSONS = Group("all", (Condition("kind", "in", ("person",)),))
WOMEN = Group("all", (Condition("gender", "in", ("female",)),))
Look = Callable[[Person], None]


def test_a_private_segment_is_its_owners_alone(cast: Cast, look: Look) -> None:
    look(cast.mei)
    found = actions.keep(PERSONS, name="我的", by=cast.mei, at=NOON)

    assert queries.segment(cast.mei, found.public_id) == found
    for other in (cast.tao, cast.wei, cast.ana, cast.ada):
        assert queries.segment(other, found.public_id) is None


def test_a_branch_shares_with_its_people_and_a_head_office_with_everybody(
    cast: Cast, look: Look
) -> None:
    look(cast.mei)
    found = actions.keep(
        PERSONS, name="支行的", sharing="branch", branch=cast.willow, by=cast.mei, at=NOON
    )
    assert queries.segment(cast.wei, found.public_id) == found
    assert queries.segment(cast.tao, found.public_id) is None
    with pytest.raises(actions.NotAllowed):
        actions.keep(
            PERSONS, name="b", sharing="branch", branch=cast.lake, by=cast.mei, at=NOON
        )
    with pytest.raises(actions.NotAllowed):
        actions.keep(PERSONS, name="c", sharing="everybody", by=cast.mei, at=NOON)
    look(cast.ana)
    shared = actions.keep(PERSONS, name="全行", sharing="everybody", by=cast.ana, at=NOON)

    assert all(queries.segment(p, shared.public_id) == shared for p in cast.everybody)


def test_only_the_owner_changes_archives_or_brings_back(cast: Cast, look: Look) -> None:
    look(cast.ana)
    found = actions.keep(PERSONS, name="x", sharing="everybody", by=cast.ana, at=NOON)

    for change in (
        lambda: actions.change(found, name="y", by=cast.mei, at=NOON),
        lambda: actions.archive(found, by=cast.mei, at=NOON),
        lambda: actions.restore(found, by=cast.mei, at=NOON),
    ):
        with pytest.raises(actions.NotOwner):
            change()
    actions.archive(found, by=cast.ana, at=NOON)
    assert found not in queries.segments(cast.ana)
    again = actions.keep(PERSONS, name="x", by=cast.ana, at=NOON)
    with pytest.raises(actions.NameTaken):
        actions.restore(found, by=cast.ana, at=NOON)
    actions.archive(again, by=cast.ana, at=NOON)
    found.refresh_from_db()
    actions.restore(found, by=cast.ana, at=NOON)
    assert found in queries.segments(cast.ana)


def test_another_rule_is_another_version_and_the_same_rule_is_none(
    cast: Cast, look: Look
) -> None:
    look(cast.ana)
    found = actions.keep(PERSONS, name="x", by=cast.ana, at=NOON)
    actions.change(found, rule=PERSONS, by=cast.ana, at=NOON)
    assert found.version == 1
    firms = Group("all", (Condition("kind", "in", ("organization",)),))
    actions.change(found, rule=firms, by=cast.ana, at=NOON + timedelta(hours=1))

    assert found.version == 2
    assert [v.number for v in found.versions.all()] == [2, 1]
    assert found.versions.get(number=1).rule == as_json(PERSONS)
    entries = AuditEntry.objects.filter(subject=f"segments.Segment:{found.pk}")
    assert [e.action for e in entries.order_by("pk")] == [
        "segments.segment.kept",
        "segments.segment.changed",
    ]


def test_a_sensitive_field_needs_a_reason_and_the_reason_is_logged(
    cast: Cast, look: Look
) -> None:
    look(cast.ana)
    with pytest.raises(actions.ReasonMissing):
        actions.keep(WOMEN, name="x", by=cast.ana, at=NOON)
    found = actions.keep(WOMEN, name="x", reason="妇女节活动", by=cast.ana, at=NOON)

    assert found.versions.get().reason == "妇女节活动"
    entry = AuditEntry.objects.get(action="segments.segment.kept")
    assert entry.details["sensitive"] == ["gender"]
    assert entry.details["reason"] == "妇女节活动"


def test_two_of_one_name_are_refused_in_words(cast: Cast, look: Look) -> None:
    look(cast.ana)
    actions.keep(PERSONS, name="同名", by=cast.ana, at=NOON)

    with pytest.raises(actions.NameTaken):
        actions.keep(PERSONS, name=" 同名 ", by=cast.ana, at=NOON)
    with pytest.raises(actions.NameTaken):
        actions.keep(PERSONS, name="  ", by=cast.ana, at=NOON)
    assert Segment.objects.count() == 1


def test_a_group_takes_only_whom_its_owner_may_see(cast: Cast, look: Look) -> None:
    look(cast.mei)
    group = actions.make_group(name="家人", by=cast.mei, at=NOON)

    added = actions.add_members(group, [cast.li.pk, cast.qian.pk, 10**9], by=cast.mei, at=NOON)
    assert added == 1
    assert actions.add_members(group, [cast.li.pk], by=cast.mei, at=NOON) == 0
    assert queries.groups_of(cast.mei, cast.li) == [group]
    with pytest.raises(actions.NotOwner):
        actions.add_members(group, [cast.li.pk], by=cast.tao, at=NOON)
    assert actions.remove_members(group, [cast.li.pk, cast.qian.pk], by=cast.mei, at=NOON) == 1


def test_a_shared_group_shows_each_person_their_own_members(cast: Cast, look: Look) -> None:
    look(cast.ana)
    group = actions.make_group(name="重点", sharing="everybody", by=cast.ana, at=NOON)
    actions.add_members(group, [cast.li.pk, cast.qian.pk], by=cast.ana, at=NOON)

    look(cast.tao)
    assert queries.members(cast.tao, group, at=NOON) == [cast.qian.pk]
    assert Member.objects.count() == 1, "the database's wall alone"
    with connection.cursor() as db:
        db.execute("select set_config('app.scope', 'all', true)")
    assert queries.members(cast.tao, group, at=NOON) == [cast.qian.pk], "the query's alone"


def test_freezing_keeps_the_customers_of_the_moment(
    cast: Cast, souls: list[town.Soul], look: Look
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="人", by=cast.ana, at=NOON)
    before = queries.members(cast.ana, segment, at=NOON)
    group = actions.freeze(PERSONS, name="人 11 月", by=cast.ana, at=NOON, of=segment)
    scope.set_scope(scope.EVERYBODY)
    cast.li.kind = "organization"
    cast.li.save(update_fields=["kind"])
    look(cast.ana)

    assert queries.members(cast.ana, group, at=NOON) == before
    assert queries.members(cast.ana, segment, at=NOON) != before


def test_a_tally_tells_each_viewer_how_their_part_moved(
    cast: Cast, souls: list[town.Soul], look: Look, home: Home
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="人", sharing="everybody", by=cast.ana, at=NOON)
    actions.make_board(at=NOON)
    scope.set_scope(scope.EVERYBODY)
    first = scoring.current_run()
    assert first is not None
    type(first).objects.filter(pk=first.pk).update(is_current=False)
    town.score(souls, home.runs, as_of=first.as_of + timedelta(days=30))
    actions.make_board(at=NOON)

    look(cast.tao)
    mine = len(queries.members(cast.tao, segment, at=NOON))
    points = saved.history(cast.tao, segment)
    assert [p.customers for p in points] == [mine, mine]
    assert saved.run_before(scoring.current_run()) == first
    assert saved.tally(cast.tao, first) == {segment.pk: mine}
    look(cast.ana)
    assert saved.tally(cast.ana, first)[segment.pk] > mine


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_a_file_holds_the_segment_masked_and_logged(
    cast: Cast, souls: list[town.Soul], look: Look, home: Home, format: str
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="人", by=cast.ana, at=NOON)
    job = actions.ask_export(segment, format=format, reason="核对", by=cast.ana, at=NOON)
    count = len(queries.members(cast.ana, segment, at=NOON))

    jobs.export(job.pk)

    scope.set_scope(scope.EVERYBODY)
    job.refresh_from_db()
    assert (job.state, job.result["rows"]) == ("done", count), job.message
    path = actions.downloaded(job, by=cast.ana, at=NOON)
    assert path is not None
    assert path.parent == home.exports
    assert b"10100000009" not in path.read_bytes() or format == "xlsx"
    if format == "parquet":
        table = pq.read_table(path)
        assert table.num_rows == count
        assert {"number", "phone", "value", "moon_phase"} <= set(table.column_names)
        assert {"industry", "business_class"} <= set(table.column_names)
        assert set(table["phone"].to_pylist()) <= {
            "",
            "101****0009",
            "101****0001",
            "101****0003",
        }
    logged = set(AuditEntry.objects.values_list("action", flat=True))
    steps = {"segments.export.asked", "export.segment", "segments.export.downloaded"}
    assert steps <= logged


def test_an_export_needs_a_reason_and_a_known_format(
    cast: Cast, souls: list[town.Soul], look: Look
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="人", by=cast.ana, at=NOON)

    for format, reason in (("csv", " "), ("exe", "核对")):
        with pytest.raises(actions.ExportRefused):
            actions.ask_export(segment, format=format, reason=reason, by=cast.ana, at=NOON)
    assert Job.objects.count() == 0


def test_who_may_export_no_more_gets_no_file(
    cast: Cast, souls: list[town.Soul], look: Look, home: Home
) -> None:
    look(cast.ana)
    segment = actions.keep(PERSONS, name="人", by=cast.ana, at=NOON)
    job = actions.ask_export(segment, format="csv", reason="核对", by=cast.ana, at=NOON)
    scope.set_scope(scope.EVERYBODY)
    core.change_person(cast.ana, role="marketer", by=cast.ada, at=NOON)

    jobs.export(job.pk)

    scope.set_scope(scope.EVERYBODY)
    job.refresh_from_db()
    assert job.state == "failed"
    assert not list(Path(home.exports).glob(f"*{job.public_id}*"))


def test_refusals_belong_to_the_families() -> None:
    refusals = (actions.NameTaken, actions.NotAllowed, actions.NotOwner, actions.TooMany)

    assert all(issubclass(kind, RegularsError) for kind in refusals)
