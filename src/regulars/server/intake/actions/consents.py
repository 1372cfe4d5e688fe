"""What a file says of consents goes into their ledger, each yes with its proof.

A yes without a proof is refused with its row. A yes that says not when does not lift a no
that is on file: it is held back, and the report of the file says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from regulars.server.channels import loading
from regulars.server.channels.loading import Brought, Said
from regulars.server.core.audit import Actor
from regulars.server.facts import lake
from regulars.server.intake import queries
from regulars.server.intake.actions.arrived import NOT_FOUND, Arrived, Finding

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
    return loading.bring_consents(
        _said(arrived, findings),
        origin=queries.source(arrived.found),
        evidence=_of_the_file(arrived),
        by=by,
        at=at,
    )


def _said(arrived: Arrived, findings: list[Finding]) -> Iterator[Said]:
    channels = _brought(arrived)
    for row in arrived.rows(findings):
        when = row["consent_at"]
        for channel in channels:
            yes = row[f"consent_{channel}"]
            if yes is not None:
                yield Said(
                    number=row["number"],
                    purpose="marketing",
                    channel=channel,
                    yes=yes,
                    at=when.replace(tzinfo=UTC) if when and when.tzinfo is None else when,
                    evidence=row["consent_evidence"] or "",
                )


def _brought(arrived: Arrived) -> list[str]:
    return [channel for channel in CHANNELS if arrived.has(f"consent_{channel}")]


def _of_the_file(arrived: Arrived) -> str:
    """Where the proof of all consents of the file lies, if somebody said so."""
    return str(arrived.found.options.get("evidence") or "").strip()
