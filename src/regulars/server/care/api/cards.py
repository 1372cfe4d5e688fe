"""Cards for other systems: a person's list, one card, its result, putting it off."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router

from regulars.server.care import actions, queries
from regulars.server.care.api.shapes import (
    CardAlone,
    CardPage,
    Id,
    OutcomeIn,
    SnoozeIn,
    WantedCards,
)
from regulars.server.care.forms import SnoozeForm
from regulars.server.care.models import Card, Task
from regulars.server.care.queries.wording import Chip
from regulars.server.core import queries as core
from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    acted,
    acting,
    demand_known,
    example,
    page,
    refuse,
)
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import customer_ref

router = Router(tags=["work"])


@router.get(
    "",
    response=CardPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_cards",
    summary="List the cards of a person's day",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedCards, Query()]) -> dict[str, Any]:
    """Today's list of one person in its order, as that person sees it."""
    demand_known(request, WantedCards.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_TODAY, Permission.SEE_TEAM)
    found = queries.listed(
        viewer,
        request.at,
        every=wanted.state == "all",
        after=wanted.cursor or "",
        most=wanted.limit + 1,
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    reasons = queries.reasons_of(rows, request.at)
    return {
        "cards": [_told(request, card, reasons.get(card.pk, [])) for card in rows],
        "next": following,
    }


@router.get(
    "/{public_id}",
    response=CardAlone,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_card",
    summary="Read one card and the results that it takes",
)
def one(request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """A card of somebody within reach, with the outcomes and steps that may be sent."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_TODAY, Permission.SEE_TEAM)
    return _alone(request, _card(viewer, public_id))


@router.post(
    "/{public_id}/outcome",
    response=CardAlone,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="record_outcome",
    summary="Record what came of a card",
    openapi_extra=example(outcome="reached", step="done", channel="call"),
)
def outcome(request: KeyedRequest, public_id: Id, told: OutcomeIn) -> Any:
    """The contact is written, the reasons are closed or come back, as by two clicks.

    Of two results the first stands; the same one again answers as the first did.
    """
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    card = _card(by, public_id)
    actions.record_outcome(
        card,
        outcome=told.outcome,
        step=told.step,
        channel=told.channel,
        by=by,
        at=request.at,
    )
    acted(request, by, card, "outcome")
    return _alone(request, _card(by, public_id))


@router.post(
    "/{public_id}/snooze",
    response=CardAlone,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="snooze_card",
    summary="Put a card off",
    openapi_extra=example(until="2026-11-30", reason="asked"),
)
def snooze(request: KeyedRequest, public_id: Id, told: SnoozeIn) -> Any:
    """The card comes back on that day, with its reasons."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    card = _card(by, public_id)
    form = SnoozeForm({"until": told.until.isoformat(), "reason": told.reason})
    if not form.is_valid():
        raise refuse(form, {})
    actions.snooze(card, by=by, at=request.at, **form.cleaned_data)
    acted(request, by, card, "snooze")
    return _alone(request, _card(by, public_id))


def _card(viewer: Person, public_id: str) -> Card:
    found = queries.card(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _alone(request: KeyedRequest, card: Card) -> dict[str, Any]:
    reasons = queries.reasons_of([card], request.at).get(card.pk, [])
    offered: dict[str, list[str]] = {}
    for step in queries.steps():
        offered.setdefault(step.outcome, []).append(step.code)
    outcomes = [{"outcome": name, "steps": steps} for name, steps in offered.items()]
    return _told(request, card, reasons) | {"outcomes": outcomes}


def _told(
    request: KeyedRequest, card: Card, reasons: list[tuple[Task, Chip]]
) -> dict[str, Any]:
    same = ("day", "due_on", "state", "priority", "minutes", "outcome", "next_step", "next_on")
    return {name: getattr(card, name) for name in same} | {
        "id": card.public_id,
        "stake": str(card.stake),
        "gain": str(card.gain),
        "late": card.state == Card.State.OPEN and card.due_on < core.local_date(request.at),
        "customer": customer_ref(request, card.customer),
        "book": card.book.code,
        "owner": card.book.owner.username if card.book.owner else "",
        "reasons": [_reason(task, chip) for task, chip in reasons],
        "closed_at": card.closed_at,
        "closed_by": card.closed_by.username if card.closed_by else "",
    }


def _reason(task: Task, chip: Chip) -> dict[str, Any]:
    return {
        "trigger": task.trigger,
        "words": chip.text,
        "due_on": task.due_on,
        "happens_on": task.happens_on,
        "open": task.state == Task.State.OPEN,
    }
