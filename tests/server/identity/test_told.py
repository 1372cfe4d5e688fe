"""Other systems hear of what becomes of customers, by public ids and never by values."""

from __future__ import annotations

from typing import Any

import pytest

from regulars.server.core.models import Event
from regulars.server.core.webhooks import actions as webhooks
from regulars.server.customers import actions as customers
from regulars.server.identity import actions
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
WANTED = (
    "customer.created.v1",
    "customer.changed.v1",
    "customer.merged.v1",
    "customer.erased.v1",
)


def test_opening_changing_merging_and_erasing_are_told(as_system: Cast, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    hook = webhooks.add_webhook(
        name="crm", url="https://hooks.example.com/in", types=WANTED, by=TESTS, at=NOON
    )
    webhooks.change_webhook(hook, is_active=True, by=TESTS, at=NOON)
    one, other = (stage.customer(n, "孟小雨", as_system.mei_book) for n in ("A", "B"))
    customers.change_customer(one, phone="13800000001", by=TESTS, at=NOON)
    actions.merge(one, other, by=TESTS, at=NOON)
    one.refresh_from_db()
    customers.bury(one, by=TESTS, at=NOON)

    told = [(event.type, event.data) for event in Event.objects.order_by("pk")]
    assert [kind for kind, _ in told] == [WANTED[0], *WANTED]
    assert told[2][1]["fields"] == ["phone"]
    assert told[3][1] == {"customer": other.public_id, "into": one.public_id}
    assert "13800000001" not in str(told)
    assert "孟" not in str(told)
