"""What a file says of consents goes into their ledger, each yes with its proof.

A yes without a proof is refused with its row. A yes that says not when does not lift a no
that is on file: it is held back, and the report of the file says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import numpy as np

from regulars.server.channels import loading
from regulars.server.channels.loading import Brought, Said
from regulars.server.core.audit import Actor
from regulars.server.facts import lake
from regulars.server.intake import queries
from regulars.server.intake.actions.arrived import NOT_FOUND, Arrived, Finding, refused_lines

FETCHED = 20_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CHANNELS = ("sms", "call", "wecom", "email")


def without_evidence(arrived: Arrived) -> Finding:
    """Find rows with a yes for which neither they nor the file name a proof."""
    channels, lines = _brought(arrived), NOT_FOUND
    field = "consent_evidence" if arrived.has("consent_evidence") else ""
    if channels and not _of_the_file(arrived):
        yes = " or ".join(f"consent_{channel}" for channel in channels)
        bare = f" and coalesce(trim({field}), '') = ''" if field else ""
        found = lake.session().execute(
            f"select line from {arrived.table} where ({yes}){bare} order by line"
        )
        lines = np.asarray(found.fetchnumpy()["line"], np.int64)
    return Finding("no_evidence", field or f"consent_{(channels or CHANNELS)[0]}", lines)


def bring(arrived: Arrived, findings: list[Finding], *, by: Actor, at: datetime) -> Brought:
    """Write the file's consents into the ledger. In a transaction that sees everybody."""
    if not _brought(arrived):
        return Brought(0, 0, 0, 0)
    with refused_lines(findings):
        return loading.bring_consents(
            _said(arrived),
            origin=queries.source(arrived.found),
            evidence=_of_the_file(arrived),
            by=by,
            at=at,
        )


def _said(arrived: Arrived) -> Iterator[Said]:
    """Yield what the rows that stay say; those that say nothing are not fetched."""
    channels = _brought(arrived)
    columns = ", ".join(f"t.consent_{channel}" for channel in channels)
    found = lake.session().execute(
        f"select t.number, epoch_us(t.consent_at), coalesce(t.consent_evidence, ''), {columns} "
        f"from {arrived.table} t anti join refused_lines r on r.line = t.line "
        f"where coalesce({columns}) is not null"
    )
    while rows := found.fetchmany(FETCHED):
        for number, when, evidence, *told in rows:
            at = None if when is None else EPOCH + timedelta(microseconds=when)
            for channel, yes in zip(channels, told, strict=True):
                if yes is not None:
                    yield Said(number, "marketing", channel, yes, at, evidence)


def _brought(arrived: Arrived) -> list[str]:
    return [channel for channel in CHANNELS if arrived.has(f"consent_{channel}")]


def _of_the_file(arrived: Arrived) -> str:
    """Where the proof of all consents of the file lies, if somebody said so."""
    return str(arrived.found.options.get("evidence") or "").strip()
