from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from regulars.server.core.models import Job
from regulars.server.facts import lake, queries
from regulars.server.intake import actions, jobs
from regulars.server.intake.models import Import
from regulars.testing.cast import NOON, Cast

ORDERS = """客户号,交易时间,金额,订单号,产品代码
0001,2026-10-01 10:00,120.50,D1,SKU1
0001,2026-10-05 11:00,-20.50,D1,SKU1
0009,2026-10-06 12:00,80,D2,SKU2
,2026-10-07 12:00,10,D3,SKU1
0003,2026-13-40,5,D4,SKU1
"""


@pytest.fixture
def bring(as_system: Cast, tmp_path: Path) -> Callable[..., Import]:
    """Bring a file of some text, and load it unless told otherwise."""

    def brought(text: str | bytes, kind: str = "transactions", **options: Any) -> Import:
        path = tmp_path / options.pop("name", "file.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        work = options.pop("work", actions.load)
        at = options.pop("at", NOON)
        by, mapping = options.pop("by", as_system.ada), options.pop("mapping", {})
        unknown = options.pop("unknown", "stub")
        found = actions.begin(path, kind=kind, by=by, at=at, **options)
        found.mapping = mapping or found.mapping
        found.options["unknown"] = unknown
        return work(found, by=by, at=at) if work else found

    return brought


@pytest.fixture
def facts() -> Callable[..., list[tuple[Any, ...]]]:
    """Ask the living facts of a kind; `facts` stands for them."""

    def asked(sql: str, kind: str = "transactions") -> list[tuple[Any, ...]]:
        return lake.rows(sql.replace("facts", lake.source(queries.living(kind), kind)))

    return asked


@pytest.fixture
def ada(cast: Cast) -> Client:
    """The administrator, signed in."""
    client = Client()
    client.force_login(cast.ada)
    return client


@pytest.fixture
def work() -> Callable[[], None]:
    """Do what the worker would do now."""

    def done() -> None:
        for job in Job.objects.filter(state=Job.State.WAITING).order_by("pk"):
            found = Import.objects.get(public_id=job.subject.partition(":")[2])
            by_state = {
                "looking": jobs.look_file,
                "checking": jobs.check_file,
                "undoing": jobs.undo_file,
            }
            by_state.get(found.state, jobs.load_file)(job.pk)

    return done
