"""The demo asks for a yes only under words that everybody can read."""

from __future__ import annotations

import pytest

from regulars.server.channels.models import Wording
from regulars.server.site import notice
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["bank", "retail"])
def test_the_demo_publishes_a_notice_in_both_languages(as_system: Cast, kind: str) -> None:
    notice.publish(name="云帆", name_en="Cloudsail", kind=kind, by=TESTS, at=NOON)

    made = Wording.objects.get(purpose="marketing")
    assert "云帆" in made.text
    assert "Cloudsail" in made.text_en
    assert len(made.kind_names) == len(made.kinds) == 2
