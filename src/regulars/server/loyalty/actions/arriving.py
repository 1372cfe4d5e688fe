"""How facts become lots: laid into a table, issued at once, one lot of a rule and a fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from regulars.server.loyalty.actions import booking

ISSUE = """
insert into loyalty_lot (
    account_id, movement_id, rule_id, source, ref, amount, issued_on, available_on, expires_on,
    points, pending, active, spent, expired, reversed, paid, moved, adjusted, short)
select account, %(movement)s, %(rule)s, source, left(ref, 80), amount,
       case when %(dated)s then day else %(today)s end, day + %(pending)s, {last},
       points, case when day + %(pending)s > %(today)s then points else 0 end,
       case when day + %(pending)s > %(today)s then 0 else points end, 0, 0, 0, 0, 0, 0, 0
from loyalty_arriving order by account, day, source
on conflict (rule_id, source) where not source = '' do nothing
returning source, points"""
LASTS = {
    "months": "(day + make_interval(months => %(span)s))::date",
    "year_end": "make_date(extract(year from day)::int + %(span)s, 12, 31)",
    "always": "null::date",
}


def bring(rows: Iterable[Sequence[Any]]) -> None:
    """Lay down what earned: rows of account, source, order, amount, points and day."""
    with connection.cursor() as db:
        db.execute("drop table if exists pg_temp.loyalty_arriving")
        db.execute(
            "create temp table loyalty_arriving (account bigint, source text, ref text, "
            "amount bigint, points bigint, day date) on commit drop"
        )
        with db.copy("copy loyalty_arriving from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        db.execute("analyze pg_temp.loyalty_arriving")


def unknown(rules: Iterable[int], found: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Leave out what some rules know already: most of what is looked at a second time."""
    sources = [row[1] for row in found]
    known = {
        source
        for start in range(0, len(sources), 50_000)
        for (source,) in booking.run(
            "select source from loyalty_lot where rule_id = any (%s) and source = any (%s)",
            [list(rules), sources[start : start + 50_000]],
        )
    }
    return [row for row in found if row[1] not in known]


def lock_all(whose: str = "") -> None:
    """Lock accounts from the lowest on, as everybody does."""
    booking.run(f"select id from loyalty_account {whose} order by id for no key update")
