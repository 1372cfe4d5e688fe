"""A client of the API, for tests: a key and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.test import Client

from regulars.server.core import scope
from regulars.server.core.keys import actions as keys
from regulars.server.core.models import ApiKey
from regulars.server.core.rights import Right
from regulars.testing.cast import NOON, TESTS


class Api:
    """Another system with a key of its own."""

    def __init__(self, rights: Iterable[str] = tuple(Right), **given: Any) -> None:
        self.key, self.token = keys.make_key(
            name=given.pop("name", "till"), rights=set(rights), by=TESTS, at=NOON, **given
        )
        self.client = Client(enforce_csrf_checks=True)  # no browser, so no cookie to forge

    def get(self, path: str, **headers: str) -> Any:
        answer = self.client.get(f"/api/v1{path}", headers=self._headers(headers))
        scope.set_scope(scope.EVERYBODY)
        return answer

    def post(self, path: str, body: Any, **headers: str) -> Any:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        answer = self.client.post(
            f"/api/v1{path}",
            data,
            content_type="application/json",
            headers=self._headers(headers),
        )
        scope.set_scope(scope.EVERYBODY)
        return answer

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"} | named

    def fresh(self) -> ApiKey:
        return ApiKey.objects.get(pk=self.key.pk)


def sale(customer: str, number: int, amount: str = "129.90") -> dict[str, Any]:
    return {
        "customer_id": customer,
        "occurred_at": "2026-11-20T15:42:00+08:00",
        "amount": amount,
        "external_id": f"T-{number}",
    }


def sales(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "transactions", "rows": list(rows)}
