"""Funnel, forecast and ladder: every figure has its rows."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from tests.server.opportunities.conftest import Make, ahead, later, rich, spoke

from regulars.server.customers.models import Customer, Relation
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import ForecastMark, Opportunity, Stage
from regulars.server.opportunities.queries import Wanted
from regulars.server.voice import actions as voice
from regulars.server.voice.models import Invitation
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
Stages = dict[str, Stage]
ALL = Wanted(view="place", state="all", made=12)
AT = later(30)


@pytest.fixture
def town(as_system: Cast, found: Make, stages: Stages) -> list[Opportunity]:
    """Five of Li: one won from the proposal, two lost, two open; one of Qian besides."""
    mei, made = as_system.mei, [found(f"thing {n}") for n in range(5)]
    for n, code in enumerate(["proposal", "needs", "contacted", "contacted"]):
        actions.move(made[n], stages[code], by=mei, at=later(2))
    actions.win(made[0], reason="trust", by=mei, at=later(6))
    actions.lose(made[1], reason="rival", competitor="湖商银行", by=mei, at=later(8))
    actions.lose(made[2], reason="price", by=mei, at=later(9))
    found("his", customer=as_system.qian, by=as_system.tao, kind="trade_in")
    return made


def test_every_figure_of_the_funnel_has_its_rows(
    as_system: Cast, town: list[Opportunity]
) -> None:
    lin = as_system.lin
    told = queries.funnel(lin, ALL, AT)

    assert (told.made, told.won, told.lost, told.open) == (6, 1, 2, 3)
    for level in told.levels:
        at = level.rung.position
        for name, wanted in (
            (level.rung.reached, Wanted(view="place", state="all", made=12, reached=at)),
            (level.rung.passed, Wanted(view="place", state="all", made=12, passed=at)),
            (level.rung.ended, Wanted(view="place", state="all", made=12, ended=at)),
            (level.rung.waiting, Wanted(view="place", state="all", made=12, waits=at)),
        ):
            assert queries.totals(lin, wanted, AT)[0] == name, level.stage
    assert [level.rung.reached for level in told.levels] == [6, 4, 2, 1, 1]
    assert told.levels[0].median_days == 2.0
    assert told.levels[0].stays == 4
    assert told.rivals == (("湖商银行", 1),)


def test_a_cut_adds_up_to_the_whole(as_system: Cast, town: list[Opportunity]) -> None:
    for by in queries.CUTS:
        rows = queries.cut(as_system.lin, ALL, AT, by=by)
        assert sum(row.made for row in rows) == 6, by
        assert sum(row.won for row in rows) == 1, by
    (mine, his) = queries.cut(as_system.lin, ALL, AT, by="owner")
    assert (mine.key, his.key) == ("mei", "tao")
    wanted = Wanted(view="place", state="all", owner="tao")
    assert [each.it.what for each in queries.lines(as_system.lin, wanted, AT)[0]] == ["his"]


def test_who_leads_a_branch_sees_the_funnel_of_the_branch(
    as_system: Cast, town: list[Opportunity]
) -> None:
    assert queries.funnel(as_system.wei, ALL, AT).made == 5
    assert queries.funnel(as_system.tao, ALL, AT).made == 1


def test_the_forecast_goes_by_month_and_is_held_against_what_came(
    as_system: Cast, found: Make, stages: Stages
) -> None:
    cast = as_system
    one = found("this month", expected_on=ahead(5), next_step="call", next_on=ahead(1))
    found("overdue", expected_on=date(2026, 10, 20), amount=Decimal(50_000))
    found("undated", amount=None)
    told = queries.forecast(cast.mei, Wanted(view="mine"), NOON)

    assert told.whole.count == 3
    assert [month.told.expected for month in told.months] == [Decimal(10_000), 0, 0]
    assert (told.overdue.count, told.undated.unpriced) == (1, 1)
    assert not told.chances[0].chance.is_own

    assert actions.mark_forecast(TODAY, by=TESTS, at=NOON) == 1
    assert actions.mark_forecast(ahead(2), by=TESTS, at=NOON) == 0, "kept once a month"
    mark = ForecastMark.objects.get()
    assert (mark.book, mark.open, mark.expected) == (cast.mei_book, 1, Decimal(10_000))
    actions.win(one, reason="fit", amount=Decimal(12_000), by=cast.mei, at=later(3))

    (check,) = queries.forecast(cast.mei, Wanted(view="mine"), later(20)).checks
    assert (check.came, check.won, check.share) == (Decimal(12_000), 1, 1.2)
    assert not queries.forecast(cast.tao, Wanted(view="mine"), later(20)).checks


def test_every_part_of_the_forecast_leads_to_as_many_as_it_counts(
    as_system: Cast, found: Make
) -> None:
    mei = as_system.mei
    days = (ahead(-5), ahead(-60), ahead(3), ahead(40), ahead(200), None, None)
    for n, day in enumerate(days):
        found(f"deal {n}", expected_on=day)
    told = queries.forecast(mei, Wanted(view="mine"), NOON)

    def listed(**wanted: Any) -> int:
        return queries.totals(mei, Wanted(view="mine", **wanted), NOON)[0]

    assert (told.overdue.count, listed(press="overdue")) == (2, 2)
    assert (told.later.count, listed(press="ahead")) == (1, 1)
    assert (told.undated.count, listed(press="undated")) == (2, 2)
    for month in told.months:
        assert month.told.count == listed(month=month.month)
    assert sum(month.told.count for month in told.months) == 2


def test_what_books_expected_is_held_against_what_came_in_them(
    as_system: Cast, found: Make
) -> None:
    cast = as_system
    mine = found("mine", expected_on=ahead(5))
    lent = found("lent", customer=cast.qian, by=cast.tao, owner=cast.mei)  # another book's
    actions.mark_forecast(TODAY, by=TESTS, at=NOON)
    for each in (mine, lent):
        actions.win(each, reason="fit", amount=Decimal(9_000), by=cast.mei, at=later(1))

    (check,) = queries.forecast(cast.mei, Wanted(view="mine"), later(20)).checks

    assert (check.won, check.came) == (1, Decimal(9_000))
    drilled = Wanted(view="books", state="won", month=check.month)
    assert queries.totals(cast.mei, drilled, later(20))[0] == check.won


def test_own_won_rates_are_those_of_the_whole_company(
    as_system: Cast, found: Make, stages: Stages
) -> None:
    cast = as_system
    for n in range(30):
        one = found(f"thing {n}", customer=cast.qian, by=cast.tao)
        if n % 2:
            actions.win(one, reason="fit", by=cast.tao, at=NOON)
        else:
            actions.lose(one, reason="price", by=cast.tao, at=NOON)
    actions.lose(found("twice"), reason="duplicate", by=cast.mei, at=NOON)
    actions.measure_stages(by=TESTS, at=later(1))
    found("open")

    told = queries.forecast(cast.mei, Wanted(view="mine"), later(1))

    first = told.chances[0].chance
    assert (first.won, first.decided, first.is_own) == (15, 30, True)
    assert told.whole.expected == Decimal(50_000)


def test_each_rung_of_the_ladder_is_a_question_of_its_own(as_system: Cast) -> None:
    cast = as_system
    spoke(cast, cast.li)
    spoke(cast, cast.qian, outcome="no_answer", two_way=False)
    rich(cast, cast.li)
    Relation.objects.create(customer=cast.zhou, other=cast.qian, kind="referrer")

    told = {step.code: step for step in queries.ladder(cast.lin, NOON, mine=False)}

    assert (told["awareness"].count, told["trust"].count, told["deal"].count) == (2, 1, 1)
    assert not told["satisfaction"].measured, "nobody was asked, and that is said"
    assert told["word_of_mouth"].count == 1
    share = told["awareness"].next
    assert share is not None
    assert (share.hits, share.of, share.is_few) == (1, 2, True)
    assert told["deal"].next_name == told["loyalty"].name, "what is not measured is skipped"
    both = queries.on_rung(cast.lin, NOON, "awareness", mine=False, also="trust")
    only = queries.on_rung(cast.lin, NOON, "awareness", mine=False, without="trust")
    assert (list(both), list(only)) == ([cast.li], [cast.qian])
    mine = {step.code: step for step in queries.ladder(cast.mei, NOON, mine=True)}
    assert mine["awareness"].count == 1


def test_whoever_scores_well_in_the_newest_survey_is_satisfied(as_system: Cast) -> None:
    cast = as_system
    said(cast, {cast.li: 9, cast.zhou: 3, cast.qian: 8}, at=later(-200))
    said(cast, {cast.qian: 2}, at=later(-1))

    told = {step.code: step for step in queries.ladder(cast.lin, NOON, mine=False)}

    rung = told["satisfaction"]
    assert (rung.measured, rung.known, rung.count) == (True, 3, 1)
    stand = queries.on_rung(cast.lin, NOON, "satisfaction", mine=False)
    assert list(stand) == [cast.li]
    after = {step.code: step for step in queries.ladder(cast.lin, later(300), mine=False)}
    assert (after["satisfaction"].known, after["satisfaction"].count) == (1, 0)


def test_whoever_got_what_they_expected_everywhere_is_satisfied(as_system: Cast) -> None:
    cast = as_system
    survey = voice.make_survey("e", preset="experience", by=cast.max, at=NOON)
    version = survey.versions.get()
    wave = voice.launch(version, name="one", channel="visit", by=cast.max, at=NOON)
    voice.draw(wave, by=cast.max, at=NOON)
    for who, last in ((cast.li, 0), (cast.qian, -1)):
        invitation = Invitation.objects.get(wave=wave, customer=who)
        numbers = zip(version.questions.all(), (8, 0, 9, 1, 7, last), strict=False)
        given = {question.public_id: value for question, value in numbers}
        voice.answer_link(voice.token(invitation), given, language="", at=NOON)

    stand = queries.on_rung(cast.lin, later(1), "satisfaction", mine=False)

    assert list(stand) == [cast.li]


def said(cast: Cast, scores: dict[Customer, int], *, at: datetime) -> None:
    """Those customers answer a survey of their own on that day, face to face."""
    survey = voice.make_survey(f"{at:%d}", preset="nps", by=cast.max, at=at)
    version = survey.versions.get()
    wave = voice.launch(version, name="one", channel="visit", by=cast.max, at=at)
    voice.draw(wave, by=cast.max, at=at)
    question = version.questions.all()[0].public_id
    for invitation in Invitation.objects.filter(wave=wave, customer__in=scores):
        given = {question: scores[invitation.customer]}
        voice.answer_link(voice.token(invitation), given, language="", at=at)
