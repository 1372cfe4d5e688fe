"""What a customer does not want now is remembered, until the day that was said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from regulars.base.errors import BadInput
from regulars.server.core.models import AuditEntry, Person
from regulars.server.scoring import actions, queries
from regulars.server.scoring.models import Declined
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]


def test_not_now_counts_for_half_a_year_and_not_on_the_day_after(
    cast: Cast, look: Look
) -> None:
    look(cast.mei)
    said = actions.decline(cast.li, "wealth-180", by=cast.mei, at=NOON)

    assert said.until == date(2027, 5, 23)
    assert queries.declined(cast.mei, cast.li, on=said.until - timedelta(days=1)).exists()
    assert not queries.declined(cast.mei, cast.li, on=said.until).exists()


def test_said_again_the_later_word_counts(cast: Cast, look: Look) -> None:
    look(cast.mei)
    actions.decline(cast.li, "wealth-180", by=cast.mei, at=NOON)

    actions.decline(cast.li, "wealth-180", until=date(2028, 1, 1), by=cast.mei, at=NOON)

    (kept,) = queries.declined(cast.mei, cast.li, on=TODAY)
    assert kept.until == date(2028, 1, 1)


def test_taken_back_it_may_be_suggested_again(cast: Cast, look: Look) -> None:
    look(cast.mei)
    said = actions.decline(cast.li, "wealth-180", by=cast.mei, at=NOON)

    assert actions.take_back(said, by=cast.mei, at=NOON)
    assert not actions.take_back(said, by=cast.mei, at=NOON)
    assert not queries.declined(cast.mei, cast.li, on=TODAY).exists()
    assert AuditEntry.objects.filter(action="scoring.decline.withdrawn").count() == 1


def test_a_day_that_has_passed_is_refused(cast: Cast, look: Look) -> None:
    look(cast.mei)
    with pytest.raises(BadInput):
        actions.decline(cast.li, "wealth-180", until=TODAY, by=cast.mei, at=NOON)


def test_another_branch_sees_nothing_of_it(cast: Cast, look: Look) -> None:
    look(cast.mei)
    actions.decline(cast.li, "wealth-180", by=cast.mei, at=NOON)

    look(cast.tao)

    assert not Declined.objects.exists()
