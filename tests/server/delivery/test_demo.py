"""The demo's mailings are sent by the sender itself: their states are what it says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from regulars.server.channels import actions as channels
from regulars.server.core import scope
from regulars.server.delivery import queries
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.site import outgoing
from regulars.testing.cast import NOON, TESTS, TODAY, assemble, customer

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_month_of_messages_is_sent_into_a_file_and_says_why_some_were_not(
    transactional_db: None, settings: Any
) -> None:
    settings.HOME.sent.unlink(missing_ok=True)
    with scope.everything():
        cast = assemble()
        for number in range(30):
            phone = f"1380000{number:04d}" if number % 5 else ""
            who = customer(f"8{number:04d}", f"王{number}", cast.mei_book, phone=phone)
            if number % 2:
                channels.record_consent(
                    who, purpose="marketing", channel="sms", said="given", source="form",
                    evidence="F-1", by=TESTS, at=NOON - timedelta(days=60),
                )  # fmt: skip
    outgoing.live(kind="bank", today=TODAY, maturing=["80001", "80005", "80006"])

    with scope.everything():
        assert {line.channel for line in Line.objects.all()} == {"sms", "email", "wecom"}
        assert set(Line.objects.values_list("kind", flat=True)) == {"console"}
        found = {each.name: each for each in Mailing.objects.all()}
        assert len(found) == 4
        assert {each.state for each in found.values()} == {"done", "paused"}
        assert dict(queries.by_state(cast.max, found["存单到期提醒"])) == {"sent": 2, "kept": 1}
        sent = Delivery.objects.filter(begun_at__isnull=False)
        assert sent.exists()
        assert sent.filter(begun_at__gte=NOON).count() == 0
    written = (settings.HOME.root / "messages" / "messages.jsonl").read_text().splitlines()
    assert {json.loads(line)["to"] for line in written} >= {"+8613800000001", "+8613800000006"}
