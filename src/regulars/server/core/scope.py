"""The wall: tells PostgreSQL, for one transaction, whose eyes are looking.

Row security on every table with customers reads settings: `app.scope`, `app.books` and, for
what is given to somebody by name, `app.person`. They are set with SET LOCAL, so they die with
the transaction and no pooled connection carries them into the next request. Without them
nothing is visible.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from regulars.server.core.models import Person
from regulars.server.core.remembered import remembering
from regulars.server.core.rules import EVERYBODY, NOBODY, Scope

SET = (
    "select set_config('app.scope', %s, true), set_config('app.books', %s, true), "
    "set_config('app.person', %s, true)"
)
READ = (
    "select current_setting('app.scope', true), current_setting('app.books', true), "
    "current_setting('app.person', true)"
)


def set_scope(scope: Scope) -> None:
    """Open the wall for one scope until the surrounding transaction ends."""
    books = "{" + ",".join(map(str, scope.books)) + "}"
    with connection.cursor() as cursor:
        cursor.execute(
            SET, ["all" if scope.everything else "books", books, str(scope.person or "")]
        )


@contextmanager
def looking(viewer: Person | None) -> Iterator[None]:
    """Run a transaction that sees what `viewer` may see; nothing for a stranger."""
    with transaction.atomic(), remembering():
        set_scope(viewer.scope if viewer is not None else NOBODY)
        yield


@contextmanager
def everything() -> Iterator[None]:
    """Run a transaction of the system itself: imports, scoring, the morning run."""
    with transaction.atomic(), remembering():
        set_scope(EVERYBODY)
        yield


def house() -> Person:
    """The system itself as a viewer, for queries that ask one: it sees everybody."""
    found = Person()
    found.__dict__["scope"] = EVERYBODY
    return found


@contextmanager
def restored() -> Iterator[None]:
    """Let whatever a block does to the scope end with it: as before after it.

    Where the block fails, the transaction's end takes the settings back by itself.
    """
    with connection.cursor() as cursor:
        cursor.execute(READ)
        before = [each or "" for each in cursor.fetchone()]
    yield
    with connection.cursor() as cursor:
        cursor.execute(SET, before)


@contextmanager
def beyond() -> Iterator[None]:
    """Let a rule of the house reach rows that the viewer does not see, then look as before.

    For work whose subject was allowed already and that must be whole: a merge moves ties
    that customers of other books have with the merged one.
    """
    with transaction.atomic(), restored():
        set_scope(EVERYBODY)
        yield
