"""The migrations say what the models say, and no table with customers lies open."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from regulars.server.site import database
from regulars.server.site.home import Home
from regulars.server.site.postgres import APPLICATION, OWNER, Postgres

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_table(home: Home, db: None) -> Iterator[str]:
    """A table with customers that somebody forgot to wall."""
    owner = Postgres(home).connection(OWNER)
    with psycopg.connect(**owner, autocommit=True) as link:  # type: ignore[arg-type]  # libpq's own words
        link.execute("create table house_forgotten (id int, customer_id bigint)")
        yield "house_forgotten"
        connection.rollback() if not connection.in_atomic_block else None
        link.execute("drop table house_forgotten")


def test_no_model_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_application_role_is_walled_everywhere() -> None:
    with connection.cursor() as db:
        db.execute("select current_user")
        assert db.fetchone() == (APPLICATION,)

    database.check_wall()


def test_every_table_that_names_a_customer_has_row_security() -> None:
    with connection.cursor() as db:
        db.execute(
            "select c.relname, c.relrowsecurity, (select count(*) from pg_policy p "
            "where p.polrelid = c.oid) from pg_class c join pg_attribute a "
            "on a.attrelid = c.oid and a.attname = 'customer_id' and not a.attisdropped "
            "where c.relkind in ('r', 'p') and not c.relispartition "
            "and c.relnamespace = 'public'::regnamespace"
        )
        tables = {name: (walled, policies) for name, walled, policies in db.fetchall()}

    assert {"care_card", "channels_touch", "scoring_score", "tiers_assignment"} <= set(tables)
    assert not [
        name for name, (walled, policies) in tables.items() if not walled or not policies
    ]


def test_a_forgotten_wall_is_noticed(open_table: str) -> None:
    with pytest.raises(database.WallBroken, match=open_table):
        database.check_wall()


def test_the_audit_trail_can_be_added_to_only() -> None:
    with connection.cursor() as db:
        db.execute(
            "select has_table_privilege(%s, 'core_auditentry', 'insert'), "
            "has_table_privilege(%s, 'core_auditentry', 'update'), "
            "has_table_privilege(%s, 'core_auditentry', 'delete')",
            [APPLICATION] * 3,
        )
        assert db.fetchone() == (True, False, False)
