"""A request may claim anything; every page and address reads it as UTF-8."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import RequestFactory
from tests.server.site.test_openapi import connections_kept

from regulars.server.site.requests import handler

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "claimed",
    [
        "text/plain; charset=hex",
        "text/plain; charset=undefined",
        "text/plain; charset=idna",
        "text/plain; charset=utf-16",
        "text/plain; a*=nonsense''%41",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/customers", "/api/v1/openapi.json", "/welcome"])
def test_no_charset_breaks_an_address(claimed: str, path: str) -> None:
    environ = RequestFactory().get(path, {"q": "客"}).environ | {"CONTENT_TYPE": claimed}
    told: list[str] = []

    def start(status: str, *_rest: Any) -> Any:
        told.append(status)

    with connections_kept():
        b"".join(handler()(environ, start))

    assert int(told[0][:3]) < 500
