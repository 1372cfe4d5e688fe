"""Facts of a file leave: whole files of theirs, or their rows among those of others."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from regulars.server.core.audit import WORKER
from regulars.server.facts import actions as facts
from regulars.server.facts import lake
from regulars.server.facts import queries as living
from regulars.server.facts.models import FactFile
from regulars.server.intake import queries
from regulars.server.intake.models import Import


def take_out(found: Import, *, at: datetime) -> int:
    """Let the facts of a file count no more; return how many there were."""
    own = FactFile.objects.filter(source=queries.source(found), replaced_at__isnull=True)
    rows = sum(own.values_list("rows", flat=True))
    if rows:
        facts.withdraw(queries.source(found), by=WORKER, at=at)
    return rows + _carve(found, at=at)


def without_facts(keys: list[int]) -> set[int]:
    """Keep the fact keys under which no living fact lies."""
    left = set(keys)
    db = lake.session()
    for kind in lake.COLUMNS:
        paths = living.living(kind)
        if not paths or not left:
            continue
        found = db.execute(f"select distinct fact_key from {lake.source(paths, kind)}")
        left -= {key for (key,) in found.fetchall()}
    return left


def products_in_use(codes: list[str]) -> set[str]:
    """Keep the products that a living fact names."""
    used: set[str] = set()
    for kind, columns in lake.COLUMNS.items():
        paths = living.living(kind)
        if not paths or "product_id" not in columns:
            continue
        found = lake.session().execute(
            f"select distinct product_id from {lake.source(paths, kind)}"
        )
        used |= {code for (code,) in found.fetchall()} & set(codes)
    return used


def _carve(found: Import, *, at: datetime) -> int:
    """Take the rows out of files that many were made into; rewrite those files without them.

    A row is this file's when it has the key of one of its rows and was known from that load on.
    """
    rows, loaded_at = (
        queries.folder(found) / "read" / "accepted.parquet",
        found.report.get("loaded_at"),
    )
    merged = FactFile.objects.filter(
        kind=found.kind, source="compaction", replaced_at__isnull=True
    )
    if not rows.exists() or not loaded_at or found.kind == "holdings":
        return 0
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"facts:{found.kind}"])
    own = f"select row_key::varchar as row_key from read_parquet({lake.quote(str(rows))})"
    moment = f"timestamp '{loaded_at}'"
    gone = 0
    for file in list(merged.order_by("pk")):
        table = lake.source([living.folder() / file.path], found.kind)
        theirs = f"t.known_at = {moment} and t.row_key in ({own})"
        (count,) = lake.session().execute(
            f"select count(*) from {table} t where {theirs}"
        ).fetchone() or (0,)
        if count:
            rest = f"select t.* from {table} t where not ({theirs})"
            facts.add(found.kind, rest, source="compaction", by=WORKER, at=at, fresh=True)
            FactFile.objects.filter(pk=file.pk).update(replaced_at=at)
            gone += int(count)
    return gone
