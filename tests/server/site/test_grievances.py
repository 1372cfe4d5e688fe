"""The complaints of the demo are such as a person could have written."""

from __future__ import annotations

import pytest

from regulars.server.complaints.actions.answering import check
from regulars.server.complaints.rules import CAUSES, TYPES
from regulars.server.site.grievance_stories import BANK, ROUTES, SHOP, Story

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("story", [*BANK, *SHOP], ids=lambda story: story.words[:8])
def test_each_answer_may_be_given_and_each_code_is_of_the_lists(story: Story) -> None:
    check(f"{story.told}\n\n{ROUTES}")

    assert story.type in {line[0] for line in TYPES}
    assert story.cause in {line[0] for line in CAUSES}
    assert story.remedy or story.result == "not_upheld"
