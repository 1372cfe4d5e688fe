"""Every route as every role: who is let in."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.server.site.routes import (
    ANYBODY,
    ROUTES,
    SIGNED_IN,
    address,
    patterns,
    values_of,
)

from regulars.server.core import scope
from regulars.server.core.rules import GRANTS, Permission, Role
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_every_route_says_who_may_open_it() -> None:
    known = {name for name, _ in patterns()}

    assert known - set(ROUTES) == set(), "a new route needs an entry in ROUTES"


def test_each_role_opens_what_it_may_and_nothing_else(town: Cast) -> None:
    wrong = []
    guarded = [
        (name, ROUTES[name], address(template, values_of(town, name)))
        for name, template in patterns()
        if ROUTES[name].who not in (ANYBODY, SIGNED_IN)
    ]
    for person in {each.role: each for each in reversed(town.everybody)}.values():
        client = Client()
        client.force_login(person)
        for name, route, where in guarded:
            allowed = any(person.may(p) for p in route.who)  # type: ignore[arg-type]
            # A refusal is asked for as a part of a page: one sentence, without the frame.
            part = {} if allowed else {"HX-Request": "true"}
            # A post without its fields is refused by the form, after the permission.
            answer = getattr(client, route.method)(where, headers=part)
            scope.set_scope(scope.EVERYBODY)
            refused = answer.status_code == 403
            if answer.status_code >= 500 or allowed == refused:
                wrong.append((person.role, name, answer.status_code))
    assert wrong == []


def test_strangers_see_the_door_only(town: Cast) -> None:
    wrong = []
    for name, template in patterns():
        route = ROUTES[name]
        if route.who == ANYBODY:
            continue
        answer = getattr(Client(), route.method)(address(template, values_of(town, name)))
        scope.set_scope(scope.EVERYBODY)
        to_door = answer.status_code == 302 and "/sign-in" in answer["Location"]
        if not to_door:
            wrong.append((name, answer.status_code))
    assert wrong == []


def test_every_permission_is_granted_to_somebody() -> None:
    granted = {permission for grants in GRANTS.values() for permission in grants}

    assert granted == set(Permission)
    assert set(GRANTS) == set(Role)
