"""Who may open which page of the standard, without scores and without a draft."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from regulars.server.core import scope
from regulars.server.core.rules import Permission
from regulars.server.standards.urls import urlpatterns
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
POSTED = {"start", "discard", "try", "adopt", "withdraw", "end"}
GIVEN = {
    "version": {"number": 1}, "plan": {"code": "credit"}, "treatment": {"stage": "lost"},
    "steering": {"steering_id": "nosteeringno"}, "withdraw": {"steering_id": "nosteeringno"},
    "end": {"steering_id": "nosteeringno"},
}  # fmt: skip


def test_pages_are_refused_or_opened_and_never_break(as_system: Cast) -> None:
    wrong = []
    for person in as_system.everybody:
        client = Client()
        client.force_login(person)
        for pattern in urlpatterns:
            name = str(pattern.name)
            given = GIVEN.get(name, {})
            if name == "propose":
                given = {"public_id": as_system.li.public_id}
            where = reverse(f"standards:{name}", kwargs=given)
            answer = client.post(where) if name in POSTED else client.get(where)
            scope.set_scope(scope.EVERYBODY)
            if answer.status_code >= 500:
                wrong.append((person.username, name, answer.status_code))
            if answer.status_code == 403 and person.may(Permission.ADMINISTER):
                wrong.append((person.username, name, 403))
    assert wrong == []
