"""The addresses under which rows come in."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpResponse
from ninja import Router, Status
from pydantic import Field

from regulars.server.core import events
from regulars.server.core.api import PUBLIC_ID, Keyed, KeyedRequest, as_viewer
from regulars.server.core.keys import queries as keys
from regulars.server.core.rights import Right
from regulars.server.customers.api import router as customers_router
from regulars.server.customers.queries import pages
from regulars.server.intake.api import later, receiving
from regulars.server.intake.api.rows import (
    FACTS,
    Asked,
    CustomersIn,
    FactsIn,
    JobOut,
    Received,
    ReceivedCustomers,
    shown,
)

facts_router = Router(tags=["facts"])
jobs_router = Router(tags=["jobs"])
PREFER = {
    "in": "header",
    "name": "Prefer",
    "required": False,
    "schema": {"type": "string"},
    "example": "respond-async",
    "description": "With respond-async the batch is kept now and loaded later: the answer is "
    "202 with a job. Other preferences are passed over.",
}
UNKNOWN = {"open": "stub", "refuse": "refuse"}


@facts_router.post(
    "",
    response={200: Received, 202: Asked},
    auth=Keyed(Right.FACTS_WRITE),
    operation_id="send_facts",
    summary="Send facts",
    openapi_extra=shown(*FACTS) | {"parameters": [PREFER]},
)
def send_facts(request: KeyedRequest, response: HttpResponse, batch: FactsIn) -> Any:
    """Add what happened: transactions, balances, holdings or events.

    A row that lies there already adds nothing, so the same batch may come again. Rows with an
    `external_id` are known by it; others by all their values.

    With `Prefer: respond-async` the batch is kept and loaded later; the answer is 202 and the
    address of the job. A key that does not reach the whole company is answered at once.
    """
    cells = [row.cells() for row in batch.rows]
    unknown = UNKNOWN[batch.unknown]
    if later.wanted(request):
        asked = later.ask(request, batch.kind, cells, unknown=unknown)
        response["Location"] = f"/api/v1/jobs/{asked.public_id}"
        return Status(202, {"job": asked.public_id, "state": asked.state})
    brought = receiving.receive(request, batch.kind, cells, unknown=unknown)
    return receiving.told(brought)


@customers_router.post(
    "",
    response=ReceivedCustomers,
    auth=Keyed(Right.CUSTOMERS_WRITE),
    operation_id="send_customers",
    summary="Open or change customers",
    openapi_extra=shown("customers"),
)
def send_customers(request: KeyedRequest, batch: CustomersIn) -> Any:
    """Open customers by their number, or change the fields that a row names.

    A field that is left out, null or empty stays as it is. The rules, and the memory of
    where each value came from, are those of a file. Each row gets a verdict.
    """
    rows = [row.cells() for row in batch.rows]
    brought = receiving.receive(request, "customers", _brought(rows))
    found = pages.by_number(as_viewer(request.api_key), receiving.numbers_of(rows))
    verdicts = receiving.verdicts(brought, rows, found, at=request.at)
    events.emit(receiving.happened(verdicts, rows), at=request.at)
    return receiving.told(brought) | {"verdicts": verdicts}


def _brought(rows: list[receiving.Cells]) -> list[receiving.Cells]:
    """Leave out the fields that no row fills: a source is named for what it brings only."""
    filled = {name for row in rows for name, value in row.items() if value} | {"number"}
    return [{name: value for name, value in row.items() if name in filled} for row in rows]


@jobs_router.get(
    "/{public_id}",
    response=JobOut,
    auth=Keyed(),
    operation_id="get_job",
    summary="Look at long work",
)
def job(request: KeyedRequest, public_id: Annotated[str, Field(**PUBLIC_ID)]) -> Any:
    """How far work is that this key asked for, and what came of it."""
    found = keys.job(request.api_key, public_id)
    if found is None:
        raise Http404
    return later.told(found)
