"""The pages of keys and webhooks: shown once, revoked at once, sent again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from regulars.server.core import scope
from regulars.server.core.models import ApiKey, AuditEntry, Delivery, Webhook
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db
KEY = {"name": "Till", "rights": ["facts.write"], "reach": "company", "days": "90"}


def post(client: Client, path: str, data: dict[str, Any] | None = None) -> Any:
    answer = client.post(
        f"/administration/{path}", data or {}, headers={"Accept-Language": "en"}
    )
    scope.set_scope(scope.EVERYBODY)
    return answer


def get(client: Client, path: str) -> str:
    answer = client.get(f"/administration/{path}", headers={"Accept-Language": "en"})
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def ada(as_system: Cast) -> Client:
    client = Client()
    client.force_login(as_system.ada)
    return client


def test_a_key_is_shown_once_and_opens(ada: Client) -> None:
    made = post(ada, "keys/new", KEY | {"per_minute": 60})
    token = re.search(r'value="(rgk_[^"]+)"', made.content.decode())

    assert token
    assert made["Cache-Control"] == "no-store"
    key = ApiKey.objects.get()
    assert (key.name, key.rights, key.made_by.username) == ("Till", ["facts.write"], "ada")  # type: ignore[union-attr]  # she made it
    refused = Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {token[1]}"})
    scope.set_scope(scope.EVERYBODY)
    assert refused.status_code == 403  # known, and without that right
    page = get(ada, "keys")
    assert token[1] not in page
    assert "Till" in page


def test_a_key_that_is_revoked_opens_nothing_from_then_on(ada: Client) -> None:
    made = post(ada, "keys/new", KEY | {"per_minute": 60}).content.decode()
    token = re.search(r'value="(rgk_[^"]+)"', made)[1]  # type: ignore[index]  # it is there

    post(ada, f"keys/{ApiKey.objects.get().public_id}/revoke")

    answer = Client().get("/api/v1/customers", headers={"Authorization": f"Bearer {token}"})
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 401
    assert "Revoked" in get(ada, "keys")
    assert AuditEntry.objects.filter(action="core.key.revoked").count() == 1


def test_a_reach_needs_its_place_or_its_books(as_system: Cast, ada: Client) -> None:
    wrong = post(ada, "keys/new", KEY | {"per_minute": 60, "reach": "unit"})
    post(
        ada,
        "keys/new",
        KEY | {"per_minute": 60, "reach": "unit", "org_unit": as_system.willow.pk},
    )

    assert wrong.status_code == 422
    assert ApiKey.objects.get().org_unit == as_system.willow


def test_without_a_list_of_hosts_webhooks_are_off(ada: Client, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = []

    assert "REGULARS_WEBHOOK_HOSTS" in get(ada, "webhooks")
    refused = post(
        ada,
        "webhooks/new",
        {"name": "ERP", "url": "https://hooks.example.com/", "types": ["import.finished.v1"]},
    )
    assert refused.status_code == 422
    assert not Webhook.objects.exists()


def test_a_webhook_is_added_switched_tested_and_removed(ada: Client, settings: Any) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    form = {"name": "ERP", "url": "https://hooks.example.com/", "types": ["import.finished.v1"]}

    shown = post(ada, "webhooks/new", form).content.decode()
    made = Webhook.objects.get()
    assert "whsec_" in shown
    assert not made.is_active
    post(ada, f"webhooks/{made.public_id}/switch", {"is_active": "1"})
    post(ada, f"webhooks/{made.public_id}/test")
    delivery = Delivery.objects.get()
    page = get(ada, f"webhooks/{made.public_id}")
    assert "A test was sent" in page
    assert "whsec_" not in page
    post(ada, f"webhooks/{made.public_id}/deliveries/{delivery.public_id}/again")
    made.refresh_from_db()
    assert made.is_active
    post(ada, f"webhooks/{made.public_id}/remove")
    assert not Webhook.objects.exists()


def test_the_description_is_a_page_for_everybody(as_system: Cast, ada: Client) -> None:
    for client in (ada, Client()):
        page = client.get("/api/v1/docs", headers={"Accept-Language": "en"})
        scope.set_scope(scope.EVERYBODY)
        text = page.content.decode()
        assert page.status_code == 200
        assert "/api/v1/facts" in text
        assert 'id="problem-not-found"' in text
        assert "<script>" not in text
        assert "://" not in re.sub(r"http://www\.w3\.org", "", text).replace("https:// ", "")


def test_a_receiver_that_is_not_listed_is_named_with_its_port(
    ada: Client, settings: Any
) -> None:
    settings.WEBHOOK_HOSTS = ["hooks.example.com"]
    given = {
        "name": "Lake",
        "url": "https://hooks.example.com:8443/x",
        "types": ["import.finished.v1"],
    }

    refused = post(ada, "webhooks/new", given)

    assert refused.status_code == 422
    assert "https://hooks.example.com:8443 is not on the list" in refused.content.decode()
