"""What people do with an alert, and how alerts follow customers."""

from __future__ import annotations

import pytest
from tests.server.alerts.conftest import Raise, shanghai
from tests.server.overlap import overlapping

from regulars.base.errors import BadInput
from regulars.server.alerts import actions
from regulars.server.alerts.models import Absence, Alert, Step
from regulars.server.books import actions as books
from regulars.server.books import queries as holding
from regulars.server.books.rules import Split
from regulars.server.core import custody, scope
from regulars.server.core.custody import Merge
from regulars.server.core.models import Person
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = pytest.mark.django_db


def now(alert: Alert) -> Alert:
    return Alert.objects.select_related("holder").get(pk=alert.pk)


def test_who_takes_an_alert_holds_it_and_taking_it_twice_changes_nothing(
    as_system: Cast, raised: Raise
) -> None:
    alert = raised()

    actions.acknowledge(alert, by=as_system.wei, at=NOON)
    actions.acknowledge(alert, by=as_system.wei, at=shanghai(23, 14))

    found = now(alert)
    assert (found.holder, found.state, found.rung) == (as_system.wei, "acknowledged", 1)
    assert found.acknowledged_at == NOON
    assert Step.objects.filter(alert=alert, what="acknowledged").count() == 1


def test_it_is_handed_on_to_somebody_who_sees_the_customer_only(
    as_system: Cast, raised: Raise
) -> None:
    cast, alert = as_system, raised()
    for other in (cast.tao, cast.ana, cast.mei):
        with pytest.raises(actions.NobodyThere):
            actions.hand_on(alert, other, by=cast.mei, at=NOON)

    actions.hand_on(alert, cast.lob, by=cast.mei, at=NOON, note="He is in the branch now")

    found = now(alert)
    assert (found.holder, found.state, found.by_hand) == (cast.lob, "open", True)
    assert actions.escalate(by=TESTS, at=NOON) == 0, "what a person chose stays"
    actions.escalate(by=TESTS, at=found.due_at)
    assert now(alert).holder == cast.wei


def test_nobody_hands_an_alert_to_one_who_is_away(as_system: Cast, raised: Raise) -> None:
    actions.go_away(as_system.wei, since=TODAY, until=TODAY, by=TESTS, at=NOON)

    with pytest.raises(actions.NobodyThere):
        actions.hand_on(raised(), as_system.wei, by=as_system.mei, at=NOON)


def test_an_outcome_is_one_of_ours_and_a_loss_says_why(as_system: Cast, raised: Raise) -> None:
    alert = raised()
    for outcome, note in (("settled", ""), ("", ""), ("lost", " "), ("mistaken", "")):
        with pytest.raises(BadInput):
            actions.close(alert, outcome=outcome, note=note, by=as_system.mei, at=NOON)

    actions.close(alert, outcome="lost", note="moved house", by=as_system.mei, at=NOON)

    found = now(alert)
    assert (found.outcome, found.note, found.closed_by) == (
        "lost",
        "moved house",
        as_system.mei,
    )


def test_closing_twice_in_the_same_words_is_closing_once(
    as_system: Cast, raised: Raise
) -> None:
    alert, mei = raised(), as_system.mei
    actions.close(alert, outcome="handled", note="called", by=mei, at=NOON)

    actions.close(alert, outcome="handled", note="called", by=mei, at=NOON)

    assert alert.steps.filter(what="closed").count() == 1
    with pytest.raises(actions.AlreadyClosed):
        actions.close(alert, outcome="explained", by=mei, at=NOON)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_the_first_counts() -> None:
    with scope.everything():
        cast = assemble()
        made = actions.raise_(
            kind="promise_broken", key="k", customer=cast.li, by=TESTS, at=NOON
        )
    assert made is not None

    told = overlapping(
        lambda: actions.close(made, outcome="handled", by=cast.mei, at=NOON),
        lambda: actions.close(made, outcome="explained", by=cast.wei, at=NOON),
    )

    with scope.everything():
        assert (told, now(made).outcome) == (["", "AlreadyClosed"], "handled")


def test_days_away_lie_ahead_and_do_not_overlap(as_system: Cast) -> None:
    mei, day = as_system.mei, TODAY
    actions.go_away(mei, since=day, until=day.replace(day=25), by=mei, at=NOON)
    for since, until in ((25, 26), (20, 21), (27, 26)):
        with pytest.raises(actions.WrongDays):
            actions.go_away(
                mei, since=day.replace(day=since), until=day.replace(day=until), by=mei, at=NOON
            )

    actions.come_back(Absence.objects.get(), by=mei, at=shanghai(24, 9))

    assert Absence.objects.get().until == TODAY


def test_a_hand_over_carries_alerts_to_the_successor_with_a_new_clock(
    as_system: Cast, raised: Raise
) -> None:
    cast = as_system
    successor = stage.person("jun", "君", "Jun", "rm", cast.willow)
    into = stage.book("K09", "新", cast.willow, owner=successor)
    open_, taken, above = raised(at=shanghai(23, 9)), raised(), raised()
    actions.acknowledge(taken, by=cast.mei, at=NOON)
    actions.acknowledge(above, by=cast.wei, at=NOON)
    assert holding.carried(cast.wei, cast.mei_book).alerts == 3

    books.hand_over(
        cast.mei_book, Split(into.pk, {}), note="", greets=False, by=cast.wei, at=NOON
    )

    assert [now(a).holder for a in (open_, taken, above)] == [successor, successor, cast.wei]
    assert [now(a).state for a in (open_, taken, above)] == ["open", "open", "acknowledged"]
    assert now(open_).due_at == shanghai(23, 14)


def test_a_book_with_another_owner_keeps_its_alerts_in_reach(
    as_system: Cast, raised: Raise
) -> None:
    successor = stage.person("jun", "君", "Jun", "rm", as_system.willow)
    alert = raised()

    books.appoint(as_system.mei_book, owner=successor, backup=None, by=TESTS, at=NOON)

    assert now(alert).holder == successor


def test_a_merge_brings_alerts_to_the_survivors_owner_and_an_unmerge_gives_them_back(
    as_system: Cast, raised: Raise
) -> None:
    alert = raised(as_system.qian)
    told = Merge(as_system.qian.pk, as_system.li.pk, by=TESTS, at=NOON)

    story = custody.merge(told)
    assert (now(alert).holder, now(alert).customer) == (as_system.mei, as_system.li)

    custody.unmerge(told, story)
    assert (now(alert).holder, now(alert).customer) == (as_system.tao, as_system.qian)


def test_an_erased_customer_leaves_no_alert(as_system: Cast, raised: Raise) -> None:
    raised()
    kept = raised(as_system.qian)

    custody.erase(as_system.li.pk, by=TESTS, at=NOON)

    assert list(Alert.objects.values_list("pk", flat=True)) == [kept.pk]
    assert set(Step.objects.values_list("alert", flat=True)) == {kept.pk}


def test_the_line_of_a_book_is_of_people_who_are_there(
    as_system: Cast, backup: Person, raised: Raise
) -> None:
    from regulars.server.alerts import queries

    cast = as_system
    deputy = stage.person("dep", "副", "Dep", "manager", cast.willow)
    actions.go_away(deputy, since=TODAY, until=TODAY, by=TESTS, at=NOON)

    def names(book: int) -> list[tuple[str, int]]:
        line = queries.line(book, day=TODAY)
        return [(Person.objects.get(pk=p.person_id).username, p.rung) for p in line]

    assert names(cast.mei_book.pk) == [("mei", 0), ("wei", 1), ("lin", 2)]
    assert names(cast.tao_book.pk) == [("tao", 0), ("lin", 2)], "nobody heads Lake"
    cast.mei_book.owner = cast.wei
    cast.mei_book.save()
    assert names(cast.mei_book.pk) == [("wei", 0), ("lin", 2)], "nobody is above themselves"


def test_what_was_closed_long_ago_goes_with_its_steps_and_what_waits_stays(
    as_system: Cast, raised: Raise
) -> None:
    waits = raised()
    actions.close(raised(), outcome="handled", by=as_system.mei, at=NOON)

    assert actions.drop_closed(NOON) == 0
    assert actions.drop_closed(shanghai(30, 9)) == 1
    assert list(Step.objects.values_list("alert", flat=True)) == [waits.pk]
