"""A proposal that was sent and is about to end comes to Today of its owner, once."""

from __future__ import annotations

from datetime import date

import pytest
from tests.server.opportunities.conftest import Make, ahead, later, rich

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.opportunities import actions
from regulars.server.opportunities.models import Proposal, Stage
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(as_system: Cast, stages: dict[str, Stage], found: Make, fund: Product) -> Proposal:
    """Mei's proposal of the fund for Li, good until in ten days."""
    rich(as_system, as_system.li)
    as_system.li.risk_tolerance = 5
    as_system.li.save()
    drafted = actions.start_proposal(found(product=fund), by=as_system.mei, at=NOON)
    Proposal.objects.filter(pk=drafted.pk).update(valid_until=ahead(10))
    return actions.send(drafted, how="handed over", by=as_system.mei, at=NOON)


def morning(day: date) -> None:
    care.plan(day=day, by=TESTS, at=NOON + (day - TODAY))


def tasks() -> list[Task]:
    found = Task.objects.filter(trigger="opportunity_step").select_related("card__book__owner")
    return list(found.order_by("pk"))


def waiting() -> list[Task]:
    return [task for task in tasks() if task.state == Task.State.OPEN]


def test_it_comes_three_days_before_and_only_once(as_system: Cast, sent: Proposal) -> None:
    morning(ahead(6))
    assert waiting() == []

    morning(ahead(7))
    (task,) = waiting()
    assert task.card.book.owner == as_system.mei
    told = wording.chip(task, Reader("en", "CNY", ahead(7))).text
    assert "ask for the decision, or renew it" in told

    morning(ahead(8))
    morning(ahead(11))
    assert len(tasks()) == 1


def test_it_comes_after_its_last_day_where_nobody_planned_before(
    as_system: Cast, sent: Proposal
) -> None:
    morning(ahead(12))
    assert len(waiting()) == 1


@pytest.mark.parametrize("end", ["accepted", "refused", "replaced", "lost"])
def test_what_is_decided_leaves_the_list_at_once(
    as_system: Cast, sent: Proposal, end: str
) -> None:
    morning(ahead(8))
    assert len(waiting()) == 1

    mei, at = as_system.mei, later(8)
    if end == "replaced":
        new = actions.renew(sent, by=mei, at=at)
        actions.change_proposal(
            new, title=new.title, opening="", closing="", valid_until=ahead(40), by=mei, at=at
        )
        actions.send(new, how="by e-mail", by=mei, at=at)
    elif end == "lost":
        actions.lose(sent.opportunity, reason="price", words="too dear", by=mei, at=at)
    else:
        actions.answer(sent, accepted=end == "accepted", words="", by=mei, at=at)

    assert waiting() == []
    morning(ahead(9))
    assert waiting() == []


def test_a_talk_deals_with_the_task_and_leaves_proposal_and_next_step_as_they_are(
    as_system: Cast, sent: Proposal
) -> None:
    actions.plan_next(
        sent.opportunity, step="send the paper", on=ahead(20), by=as_system.mei, at=NOON
    )
    morning(ahead(8))
    (task,) = waiting()

    care.record_outcome(
        task.card, outcome="reached", step="done", by=as_system.mei, at=later(8)
    )

    sent.refresh_from_db()
    sent.opportunity.refresh_from_db()
    assert sent.state == Proposal.State.SENT
    assert sent.opportunity.next_step == "send the paper"
    assert waiting() == []
    morning(ahead(9))
    assert waiting() == []


def test_a_proposal_without_a_last_day_never_comes(as_system: Cast, sent: Proposal) -> None:
    open_ended = actions.renew(sent, by=as_system.mei, at=NOON)
    assert open_ended.valid_until is None
    actions.send(open_ended, how="by e-mail", by=as_system.mei, at=NOON)

    morning(ahead(8))

    assert waiting() == []
