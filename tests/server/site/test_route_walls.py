"""Nobody sees another book.

Each route that names a customer is walked three times: as it is, with the queries' scope off
(the database's wall alone must hold), and with the wall open (the queries alone must).
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from tests.server.site.routes import ROUTES, address, patterns, values_of

from regulars.server.core import scope
from regulars.server.customers.models import CustomerQuerySet
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_another_book_answers_like_nobody(town: Cast) -> None:
    """Byte for byte what an unknown id answers, for each role that does not see Qian."""
    assert leaks(town) == []


def test_the_databases_wall_holds_alone(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CustomerQuerySet, "visible_to", lambda self, viewer: self)

    assert leaks(town) == []


def test_the_queries_scope_holds_alone(town: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scope, "set_scope", open_wall)

    assert leaks(town) == []


def leaks(cast: Cast) -> list[tuple[str, str, int]]:
    """Return where a customer of another book answers otherwise than an unknown one."""
    found = []
    blind = [
        p for p in cast.everybody if not p.scope.everything and p not in (cast.tao, cast.lin)
    ]
    named = [
        (name, ROUTES[name], address(template, of_qian), address(template, of_nobody))
        for name, template in patterns()
        if ROUTES[name].names
        for of_qian in [values_of(cast, name, cast.qian)]
        for of_nobody in [values_of(cast, name) | {"public_id": "222222222222"}]
    ]
    for person in blind:
        client = Client()
        client.force_login(person)
        for name, route, theirs, unknown in named:
            if not any(person.may(p) for p in route.who):  # type: ignore[arg-type]
                continue
            seen = getattr(client, route.method)(theirs)
            open_wall(scope.EVERYBODY)
            missing = getattr(client, route.method)(unknown)
            open_wall(scope.EVERYBODY)
            if seen.status_code != 404 or masked(seen) != masked(missing):
                found.append((person.username, name, seen.status_code))
        page = client.get("/customers/")
        open_wall(scope.EVERYBODY)
        if "钱振华" in page.content.decode() or cast.qian.public_id in page.content.decode():
            found.append((person.username, "segments:list", page.status_code))
    return found


def masked(answer: object) -> str:
    """The answer's text without what differs in every answer (the form's secret)."""
    text = answer.content.decode()  # type: ignore[attr-defined]
    text = re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1", text)
    return re.sub(r'/[0-9a-z]{12}(?=[/"])', "/id", text)


def open_wall(_scope: object) -> None:
    """Let the database show everything, whoever looks."""
    with connection.cursor() as db:
        db.execute("select set_config('app.scope', 'all', true)")
