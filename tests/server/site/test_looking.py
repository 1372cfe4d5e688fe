"""To look at a page changes nothing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from tests.server.site.routes import ROUTES, address, patterns, values_of

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.testing.cast import Cast

pytestmark = pytest.mark.django_db


def test_opening_an_address_changes_nothing(town: Cast) -> None:
    """No GET writes; that personal data was looked at, or taken along, stands in the trail."""
    before, entries = digest(), AuditEntry.objects.count()
    for person in (town.mei, town.wei, town.ana, town.ada):
        client = Client()
        client.force_login(person)
        for name, template in patterns():
            if ROUTES[name].method == "get":
                client.get(address(template, values_of(town, name)))
                scope.set_scope(scope.EVERYBODY)

    assert digest() == before
    added = AuditEntry.objects.order_by("pk")[entries:].values_list("action", flat=True)
    lists = ("complaints", "opportunities", "referrals", "rewards")
    taken = {f"{each}.exported" for each in lists} | {"export.survey"}
    assert set(added) <= {"customers.personal.revealed", *taken}


def digest() -> dict[str, int]:
    """Rows and newest transaction of every table of ours."""
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
