"""Answers for other systems: what customers said to the questions of playbooks."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Query, Router

from regulars.server.care import queries
from regulars.server.care.api.shapes import AnswerPage, WantedAnswers
from regulars.server.care.models import Answer
from regulars.server.core.api import Keyed, KeyedRequest, acting, demand_known
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import customer_ref

router = Router(tags=["work"])


@router.get(
    "",
    response=AnswerPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_answers",
    summary="List what customers answered",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedAnswers, Query()]) -> Any:
    """Answers of the customers whom the person sees, the oldest first.

    Those of contacts that were taken back are left out.
    """
    demand_known(request, WantedAnswers.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.answers_after(
        viewer,
        customer=wanted.customer or "",
        after=wanted.cursor or 0,
        most=wanted.limit + 1,
    )
    rows = found[: wanted.limit]
    following = rows[-1].pk if len(found) > wanted.limit else None
    return {"answers": [_told(request, each) for each in rows], "next": following}


def _told(request: KeyedRequest, answer: Answer) -> dict[str, Any]:
    same = ("playbook", "step", "question", "kind", "day", "low", "at")
    return {name: getattr(answer, name) for name in same} | {
        "customer": customer_ref(request, answer.customer),
        "asked": answer.asked,
        "number": answer.figure or None,
        "text": answer.text,
        "contact": answer.touch.public_id,
    }
