"""Files that exist are changed where the arriving word is worth it, set-wise."""

from __future__ import annotations

from typing import Any

from regulars.server.customers.loading import judging
from regulars.server.customers.loading.searching import index
from regulars.server.customers.loading.speaker import Speaker
from regulars.server.customers.loading.witness import Witness
from regulars.server.customers.queries import measuring
from regulars.server.customers.rules import provenance

# Columns of which the search entry is made.
SOUGHT = ("name", "name_en", "phone")


def change(
    db: Any, brought: list[str], speaker: Speaker, *, witness: Witness | None = None
) -> int:
    """Change the files of `arriving` that exist; return in how many a value changed."""
    fields = [name for name in brought if name != "number"]
    if not fields:
        return 0
    judged = judging.judged_of(fields)
    old = speaker.at - provenance.RENEW
    verdicts = _verdicts(fields, judged, speaker)
    db.execute(f"create temp table judged on commit drop as {verdicts}", [old])
    db.execute("analyze judged")
    if changed_meanwhile := _hold(db):
        verdicts = _verdicts(fields, judged, speaker, among="a.number = any(%s)")
        db.execute(f"insert into judged {verdicts}", [old, changed_meanwhile])
    if witness is not None:
        witness.changing(db, "select id from judged")
    judging.lay_beside(
        db,
        judged,
        origin=speaker.origin,
        rank=speaker.rank,
        told=speaker.told,
        ranks=speaker.ranks,
    )
    changed = _write(db, fields, judged, speaker)
    sought = [name for name in SOUGHT if name in judged]
    moved = ["j.moved"] + [f"j.j_{name} in {judging.NEW}" for name in sought]
    which = f"c.id in (select j.id from judged j where {' or '.join(moved)})"
    index(db, f"{which} and c.state not in ('merged', 'erased')")
    db.execute("drop table judged")
    return changed


def _verdicts(
    fields: list[str], judged: list[str], speaker: Speaker, *, among: str = "true"
) -> str:
    """A query: the files in which something is to be done, with a code per field."""
    codes = "".join(f", {judging.code(name)} j_{name}" for name in judged)
    spoken = judging.spoken(judged, rank=speaker.rank, told=speaker.told, ranks=speaker.ranks)
    plain = [name for name in fields if name not in judged]
    differs = " or ".join(["c.state = 'stub'", *map(_differs, plain)])
    moved = "coalesce(a.book_id <> c.book_id, false)" if "book_id" in plain else "false"
    unconfirmed = "coalesce(c.confirmed_at < %s, true)" if speaker.trusted else "%s is null"
    any_code = "".join(f" or j_{name} <> {judging.STAYS}" for name in judged)
    return (
        f"{spoken} select * from ("
        f"select c.id, a.number, c.xmin as version, ({differs}) as plain, ({moved}) as moved, "
        f"({unconfirmed}) as unconfirmed{codes} "
        "from arriving a join customers_customer c on c.number = a.number "
        "join spoken s on s.provenance = c.provenance "
        f"where {among} and c.state not in ('merged', 'erased')"
        f") found where plain or unconfirmed{any_code}"
    )


def _hold(db: Any) -> list[str]:
    """Hold the files of `judged`, by id as everybody does, until the load is through.

    Returns the numbers of those that somebody changed before their lock was ours. They were
    taken out: what is on file is not what they were judged by.
    """
    db.execute(
        "select count(*) from (select c.id from judged j join customers_customer c "
        "on c.id = j.id order by c.id for no key update of c) held"
    )
    db.execute(
        "delete from judged j using customers_customer c where c.id = j.id "
        "and (c.xmin <> j.version or c.state in ('merged', 'erased')) returning j.number"
    )
    return [number for (number,) in db.fetchall()]


def _differs(name: str) -> str:
    """A condition: the row brings something else than what is on file."""
    if name == "consents":  # a file may know of one channel only
        return "(a.consents is not null and not c.consents @> a.consents)"
    return f"(a.{name} is not null and a.{name} is distinct from c.{name})"


def _write(db: Any, fields: list[str], judged: list[str], speaker: Speaker) -> int:
    """Change what the verdicts say; return in how many files a value changed."""

    def new(name: str) -> str:
        if name in judged:
            return f"case when j.j_{name} in {judging.NEW} then a.{name} else c.{name} end"
        if name == "state":
            return "case when c.state = 'stub' then 'active' else c.state end"
        if name == "consents" and name in fields:
            return "c.consents || coalesce(a.consents, '{}'::jsonb)"
        return f"coalesce(a.{name}, c.{name})" if name in fields else f"c.{name}"

    told = "".join(
        f" || case when j.j_{name} in {(*judging.NEW, judging.RENEWED)} "
        f"then '{speaker.stamp([name])}'::jsonb else '{{}}'::jsonb end"
        for name in judged
    )
    plain = [name for name in fields if name not in judged]
    value = " or ".join(["j.plain"] + [f"j.j_{name} in {judging.NEW}" for name in judged])
    confirmed = "greatest(c.confirmed_at, %(at)s)" if speaker.trusted else "c.confirmed_at"
    renewed = "".join(f" or j.j_{name} = {judging.RENEWED}" for name in judged)
    db.execute(
        f"update customers_customer c set {', '.join(f'{n} = {new(n)}' for n in fields)}, "
        f"state = {new('state')}, confirmed_at = {confirmed}, "
        f"completeness = {measuring.completeness(measuring.parts(), new)}, "
        f"updated_at = case when {value} then %(at)s else c.updated_at end, "
        "provenance = c.provenance || "
        f"case when j.plain then %(plain)s::jsonb else '{{}}'::jsonb end{told} "
        "from judged j join arriving a on a.number = j.number "
        f"left join ({measuring.levels()}) l on l.customer_id = j.id "
        f"where c.id = j.id and ({value} or j.unconfirmed{renewed})",
        {"at": speaker.at, "plain": speaker.stamp(plain)},
    )
    db.execute(f"select count(*) from judged j where {value}")
    (changed,) = db.fetchone()
    return int(changed)
