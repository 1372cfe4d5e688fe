"""The complaints of the demo are such as a person could have written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from regulars.server.complaints import queries
from regulars.server.complaints.actions.answering import check
from regulars.server.complaints.models import Case, Extension
from regulars.server.complaints.rules import CAUSES, TYPES
from regulars.server.site import grievances
from regulars.server.site.grievance_stories import BANK, ROUTES, SHOP, Story
from regulars.testing.cast import NOON, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("story", [*BANK, *SHOP], ids=lambda story: story.words[:8])
def test_each_answer_may_be_given_and_each_code_is_of_the_lists(story: Story) -> None:
    check(f"{story.told}\n\n{ROUTES}")

    assert story.type in {line[0] for line in TYPES}
    assert story.cause in {line[0] for line in CAUSES}
    assert story.remedy or story.result == "not_upheld"


@pytest.mark.parametrize("kind", ["bank", "retail"])
def test_two_years_are_lived_through_and_something_stands_on_the_desk(
    as_system: Cast, kind: str
) -> None:
    for who in (as_system.li, as_system.zhou):
        bought(as_system, who, date(2026, 10, 1), date(2026, 11, 2))
        has_balance(as_system, who, (date(2026, 1, 5), 900_000_00))
    scored(as_system)

    grievances.live(kind=kind, today=TODAY, at=NOON)

    cases = Case.objects.all()
    assert cases.count() >= 60
    shown = queries.tallies(as_system.wei, NOON)
    assert (shown.open >= 8, shown.late >= 1, shown.waiting, shown.calls) == (True, True, 1, 2)
    assert cases.filter(result="withdrawn").exists()
    assert cases.filter(received_on__lt=TODAY - timedelta(days=300)).exists()
    assert cases.exclude(received_at__lte=NOON).count() == 0
    assert Extension.objects.filter(decided_at__isnull=True).count() == 1
    found = queries.figures(as_system.wei, NOON, 12)
    assert 0.5 < (found.total.resolved.share or 0) < 1
