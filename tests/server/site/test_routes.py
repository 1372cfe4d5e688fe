"""Every route as every role: who is let in, and that to look changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection
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
from regulars.server.core.models import AuditEntry
from regulars.server.core.rules import GRANTS, Permission, Role
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_every_route_says_who_may_open_it() -> None:
    known = {name for name, _ in patterns()}

    assert known - set(ROUTES) == set(), "a new route needs an entry in ROUTES"


def test_each_role_opens_what_it_may_and_looking_changes_nothing(town: Cast) -> None:
    """No GET writes; that personal data was looked at, or taken along, stands in the trail."""
    before, entries = digest(), AuditEntry.objects.count()

    assert list(wrongly_answered(town, "get")) == []
    assert digest() == before
    added = AuditEntry.objects.order_by("pk")[entries:].values_list("action", flat=True)
    lists = (
        *("complaints", "experiments", "opportunities", "referrals", "rewards"),
        *("campaigns", "salons"),
    )
    taken = {f"{each}.exported" for each in lists} | {"export.survey"}
    assert set(added) <= {"customers.personal.revealed", *taken}


def test_no_route_changes_anything_by_get_or_head_whoever_asks(town: Cast) -> None:
    """Open pages and those that only post among them: programs follow links by themselves."""
    where = [
        address(template, values_of(town, name))
        for name, template in patterns()
        if ROUTES[name].who in (ANYBODY, SIGNED_IN) or ROUTES[name].method != "get"
    ]
    signed_in = Client()
    signed_in.force_login(town.ada)
    before = digest()

    for client in (Client(), signed_in):
        for each in where:
            for method in ("get", "head"):
                answer = getattr(client, method)(each)
                scope.set_scope(scope.EVERYBODY)
                assert answer.status_code < 500, each

    assert len(where) > 100
    assert changed(before) == []


def test_each_role_changes_what_it_may_and_nothing_else(town: Cast) -> None:
    """A post without its fields is refused by the form, after the permission."""
    assert list(wrongly_answered(town, "post")) == []


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


def wrongly_answered(cast: Cast, method: str) -> Iterator[tuple[str, str, int]]:
    """Ask every guarded route as one person of each role; yield where the answer is wrong."""
    guarded = [
        (name, ROUTES[name], address(template, values_of(cast, name)))
        for name, template in patterns()
        if ROUTES[name].who not in (ANYBODY, SIGNED_IN) and ROUTES[name].method == method
    ]
    for person in {each.role: each for each in reversed(cast.everybody)}.values():
        client = Client()
        client.force_login(person)
        for name, route, where in guarded:
            allowed = any(person.may(p) for p in route.who)  # type: ignore[arg-type]
            # A refusal is asked for as a part of a page: one sentence, without the frame.
            part = {} if allowed else {"HX-Request": "true"}
            answer = getattr(client, method)(where, headers=part)
            scope.set_scope(scope.EVERYBODY)
            refused = answer.status_code == 403
            if answer.status_code >= 500 or allowed == refused:
                yield person.role, name, answer.status_code


def changed(before: dict[str, int]) -> list[str]:
    """The tables whose rows are not as they were."""
    return [table for table, value in digest().items() if before.get(table) != value]


def digest() -> dict[str, int]:
    """The rows of every table of ours as one number each."""
    with connection.cursor() as db:
        db.execute(
            "select relname from pg_class where relkind = 'r' and not relispartition "
            "and relnamespace = 'public'::regnamespace "
            "and relname !~ '^(django_session|procrastinate|django_)' order by 1"
        )
        tables = [row[0] for row in db.fetchall()]
        found = {}
        for table in tables:
            db.execute(f'select coalesce(sum(hashtext(t::text)::bigint), 0) from "{table}" t')
            found[table] = int(db.fetchone()[0])
    # Signing in notes the moment, which is not a page's doing; the trail is read apart.
    return {
        n: value for n, value in found.items() if n not in {"core_person", "core_auditentry"}
    }
