"""SQL that puts row security on tables with customers; used by migrations only.

Two settings decide, see `scope`. They are read once per statement (wrapped in a
sub-select), and a CASE keeps the company-wide viewer from paying for the books. The books
are a set, not a list to be compared one by one: a leader may see thousands.
"""

from __future__ import annotations

ALL = "(select current_setting('app.scope', true) = 'all')"
BOOKS = "(select unnest(nullif(current_setting('app.books', true), '')::bigint[]))"
# As an array they are neither joined to each customer anew, row after row, nor in the way of
# the index of customers by book.
HELD = (
    "c.book_id = any "
    "((select nullif(current_setting('app.books', true), '')::bigint[])::bigint[])"
)
# Who looks, by number; nobody where the system itself does.
PERSON = "(select nullif(current_setting('app.person', true), '')::bigint)"
# Tables whose rows come by version: filled beside the wall, then attached behind it.
VERSIONED = ("scoring_score", "tiers_assignment")


def by_book(table: str, column: str = "book_id") -> str:
    """Wall a table whose rows name their book."""
    return _wall(table, f"{table}.{column} in {BOOKS}")


def by_customer(table: str, column: str = "customer_id") -> str:
    """Wall a table whose rows name their customer."""
    return _wall(table, _seen(table, column))


def by_books(table: str, first: str, second: str) -> str:
    """Wall a table whose rows name two books: who sees both sees the row."""
    return _wall(table, f"{table}.{first} in {BOOKS} and {table}.{second} in {BOOKS}")


def by_both(table: str, first: str, second: str) -> str:
    """Wall a table whose rows name two customers: who sees both sees the row."""
    return _wall(table, f"{_seen(table, first)} and {_seen(table, second)}")


def by_either(table: str, first: str, second: str) -> str:
    """Wall a table whose rows name two customers: who sees one of them sees the row."""
    return _wall(table, f"({_seen(table, first)} or {_seen(table, second)})")


def by_name(
    table: str,
    *,
    person: str,
    customer: str = "customer_id",
    book: str,
    hidden_from: str = "",
) -> str:
    """Wall a table whose rows are given to a person by name, whosever customer they are about.

    A row without a customer (a stranger) is seen where its book is. Whom the column
    `hidden_from` names never sees the row, not even who sees everything.
    """
    place = (
        f"case when {table}.{customer} is null then {table}.{book} in {BOOKS} "
        f"else {_seen(table, customer)} end"
    )
    inside = f"({table}.{person} = {PERSON} or {place})"
    if not hidden_from:
        return _wall(table, inside)
    seen = f"({PERSON} is null or {table}.{hidden_from} is distinct from {PERSON})"
    return _policy(table, f"{seen} and case when {ALL} then true else {inside} end")


def by_parent(table: str, parent: str, column: str) -> str:
    """Wall a table whose rows belong to a row of another walled table: seen with it."""
    return _wall(table, _with(table, parent, column))


def by_hidden_parent(table: str, parent: str, column: str) -> str:
    """The same where the other table hides rows even from who sees everything."""
    return _policy(
        table,
        f"case when {ALL} and {PERSON} is null then true "
        f"else {_with(table, parent, column)} end",
    )


def undo(table: str) -> str:
    return (
        f"drop policy if exists wall on {table};"
        f"alter table {table} no force row level security;"
        f"alter table {table} disable row level security;"
    )


def _seen(table: str, column: str) -> str:
    return (
        f"exists (select 1 from customers_customer c where c.id = {table}.{column} and {HELD})"
    )


def _with(table: str, parent: str, column: str) -> str:
    return f"exists (select 1 from {parent} p where p.id = {table}.{column})"


def _wall(table: str, inside: str) -> str:
    return _policy(table, f"case when {ALL} then true else {inside} end")


def _policy(table: str, seen: str) -> str:
    return (
        f"alter table {table} enable row level security;"
        f"alter table {table} force row level security;"
        f"create policy wall on {table} using ({seen});"
    )


# The application role may not create tables; these functions do it for it, for the two
# versioned tables only. COPY into the open version, close it, and readers see it whole.
VERSIONS = f"""
create function regulars_version_open(parent text, version bigint) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare child text := parent || '_v' || version;
begin
  if parent not in {VERSIONED} then raise exception 'not a versioned table: %', parent; end if;
  execute format('drop table if exists %I', child);
  execute format('create table %I (like %I including defaults including constraints)',
                 child, parent);
  execute format('grant select, insert on %I to %I', child, session_user);
  return child;
end $$;

create function regulars_version_close(parent text, version bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare child text := parent || '_v' || version;
begin
  if parent not in {VERSIONED} then raise exception 'not a versioned table: %', parent; end if;
  execute format('revoke all on %I from %I', child, session_user);
  execute format('alter table %I enable row level security', child);
  execute format('alter table %I force row level security', child);
  execute format('alter table %I attach partition %I for values in (%s)',
                 parent, child, version);
  execute format('analyze %I', child);
end $$;

create function regulars_version_drop(parent text, version bigint) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if parent not in {VERSIONED} then raise exception 'not a versioned table: %', parent; end if;
  execute format('drop table if exists %I', parent || '_v' || version);
end $$;
"""
VERSIONS_UNDO = """
drop function if exists regulars_version_open(text, bigint);
drop function if exists regulars_version_close(text, bigint);
drop function if exists regulars_version_drop(text, bigint);
"""
