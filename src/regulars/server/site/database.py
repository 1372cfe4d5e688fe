"""Brings the database to this version, and checks the wall before anybody is served."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction
from psycopg import sql

from regulars.base.errors import Refused, Unsupported
from regulars.server.site.postgres import APPLICATION

ADDED_TO_ONLY = (
    *("core_auditentry", "loyalty_movement", "loyalty_entry"),
    *("rewards_redemption", "rewards_stockmove"),
)
# Balances are kept by functions of the owner; of these tables only some columns are written
# otherwise. A right to one column is what a lock on a row asks for.
KEPT_BY_ENTRIES = {"loyalty_account": "opened_at", "loyalty_lot": "ref, source"}
# Its owner's search function applies the scope; see customers/migrations/0002_walls.py.
READ_BY_FUNCTION = "customers_customersearch"


OLDEST = 170000


class TooOld(Unsupported):
    """This PostgreSQL is older than we support."""


class RoleMissing(Refused):
    """The walled role is not there and cannot be made."""


class WallBroken(Refused):
    """The application's database role could see rows it must not see."""


def prepare() -> None:
    """Check the server, make the application's role where it is ours to make, migrate."""
    _check_version()
    if application_role() == APPLICATION:
        _make_role()
    migrate()


def migrate() -> None:
    """Apply what is pending and give the application role its rights. As owner."""
    call_command("migrate", verbosity=0, interactive=False)
    grant()


@transaction.atomic
def grant(role: str | None = None) -> None:
    """Let the application role work on rows, not on tables; audit is added to only."""
    app = connection.ops.quote_name(role or application_role())
    with connection.cursor() as db:
        db.execute(f"grant usage on schema public to {app}")
        db.execute(
            # maintain: whoever loads a file tells the planner about it
            "grant select, insert, update, delete, maintain "
            f"on all tables in schema public to {app}"
        )
        db.execute(f"grant usage, select, update on all sequences in schema public to {app}")
        db.execute(f"grant execute on all functions in schema public to {app}")
        for table in ADDED_TO_ONLY:
            db.execute(f"revoke update, delete on {table} from {app}")
        for table, columns in KEPT_BY_ENTRIES.items():
            db.execute(f"revoke update, delete on {table} from {app}")
            db.execute(f"grant update ({columns}) on {table} to {app}")
        db.execute(
            "select c.relname from pg_class c join pg_inherits i on i.inhrelid = c.oid "
            "where c.relkind = 'r'"
        )
        for (partition,) in db.fetchall():
            db.execute(f"revoke all on {connection.ops.quote_name(partition)} from {app}")


def _check_version() -> None:
    with connection.cursor() as db:
        db.execute("select current_setting('server_version_num')::int")
        (found,) = db.fetchone()
    if found < OLDEST:
        raise TooOld(
            f"This PostgreSQL is version {found // 10000}; Regulars needs 17 or newer. "
            "Point DATABASE_URL at a newer server, or leave it out to use the embedded one."
        )


def _make_role() -> None:
    """Make the walled role on a server of the company's own, and let the owner see all.

    :raises RoleMissing: the owner may not create roles.
    """
    try:
        _create_role()
    except ProgrammingError as error:
        raise RoleMissing(
            f"The role {APPLICATION} does not exist and DATABASE_URL's role may not create it. "
            f"Let an administrator run: create role {APPLICATION} login nobypassrls "
            "password '...'; then give its connection in DATABASE_APP_URL."
        ) from error


def _create_role() -> None:
    with transaction.atomic(), connection.cursor() as db:
        db.execute("select 1 from pg_roles where rolname = %s", [APPLICATION])
        if db.fetchone() is None:
            db.execute(
                sql.SQL(
                    "create role {} login nosuperuser nocreatedb nocreaterole nobypassrls "
                    "password {}"
                ).format(
                    sql.Identifier(APPLICATION),
                    sql.Literal(settings.HOME.secret(f"postgres-{APPLICATION}")),
                )
            )
    with connection.cursor() as db:
        db.execute("select set_config('app.scope', 'all', false)")


def application_role() -> str:
    given = getattr(settings, "APP_ROLE", None)
    return str(given) if given else APPLICATION


def check_wall() -> None:
    """Refuse to serve when the connected role could walk around the wall.

    :raises WallBroken: superuser, bypass or ownership, or a customer table without a wall.
    """
    with connection.cursor() as db:
        db.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
        (mighty,) = db.fetchone()
        if mighty:
            raise WallBroken(
                "The database role of the application bypasses row security. "
                "Give DATABASE_APP_URL a plain role (no superuser, no BYPASSRLS)."
            )
        db.execute(
            """
            select c.relname from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
              and not c.relispartition
              and exists (select 1 from pg_attribute a where a.attrelid = c.oid
                          and a.attname in ('customer_id', 'number') and a.attnum > 0
                          and (a.attname = 'customer_id' or c.relname = 'customers_customer'))
              and (not c.relrowsecurity
                   or not (c.relforcerowsecurity or c.relname = %s)
                   or pg_get_userbyid(c.relowner) = current_user)
            order by 1
            """,
            [READ_BY_FUNCTION],
        )
        open_tables = [name for (name,) in db.fetchall()]
    if open_tables:
        raise WallBroken(
            f"These tables hold customers and are not walled: {', '.join(open_tables)}. "
            "Run `regulars migrate`."
        )
