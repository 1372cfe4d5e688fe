"""An opportunity goes from stage to stage, is won or lost, and may be opened again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions as care
from regulars.server.core import audit, scope
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.actions.making import Exists, write_move
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.opportunities.rules import LOST, WON
from regulars.server.scoring import actions as scoring
from regulars.server.scoring.models import Declined

State = Opportunity.State
NOT_NOW = (Opportunity.Reason.LATER, Opportunity.Reason.NO_NEED)


class Ended(Refused):
    """The opportunity was won or lost."""


class NotEnded(Refused):
    """The opportunity is open."""


@transaction.atomic
def move(
    opportunity: Opportunity, to: Stage, *, by: Actor, at: datetime, words: str = ""
) -> Opportunity:
    """Take it to another open stage, forwards or back; an own chance ends with the stage.

    :raises BadInput: the stage is an end, or out of use.
    :raises Ended: it was won or lost.
    """
    if to.ends or to.is_retired:
        raise BadInput(_("Choose a stage that is open; won and lost ask for a reason."))
    found = held(opportunity)
    if found.stage_id == to.pk:
        return found
    _go(found, to, by=by, at=at, words=words)
    audit.record("opportunities.moved", found, by=by, at=at, to=to.code)
    return found


@transaction.atomic
def win(
    opportunity: Opportunity,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    competitor: str = "",
    words: str = "",
) -> Opportunity:
    """It is won, for this reason; `amount` is what came, else what was expected.

    :raises BadInput: the reason is none of those for winning.
    :raises Ended: it was won or lost before.
    """
    if reason not in WON:
        raise BadInput(_("Say why it was won."))
    found = held(opportunity)
    found.won_amount = amount if amount is not None else found.amount
    _end(found, State.WON, reason, competitor, words, by=by, at=at)
    audit.record("opportunities.won", found, by=by, at=at, reason=reason)
    return found


@transaction.atomic
def lose(
    opportunity: Opportunity,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    competitor: str = "",
    words: str = "",
) -> Opportunity:
    """It is lost, for this reason; one lost to a rival says to whom.

    Who does not want the product now is not suggested it again for half a year.

    :raises BadInput: the reason is none of those for losing, or the rival has no name.
    :raises Ended: it was won or lost before.
    """
    if reason not in LOST:
        raise BadInput(_("Say why it was lost."))
    if reason == Opportunity.Reason.RIVAL and not competitor.strip():
        raise BadInput(_("Name the rival who was chosen."))
    found = held(opportunity)
    _end(found, State.LOST, reason, competitor, words, by=by, at=at)
    if found.product is not None and reason in NOT_NOW:
        scoring.decline(found.customer, found.product.code, by=by, at=at)
    audit.record("opportunities.lost", found, by=by, at=at, reason=reason)
    return found


@transaction.atomic
def reopen(opportunity: Opportunity, *, words: str, by: Actor, at: datetime) -> Opportunity:
    """Open one that was won or lost, in the stage it stood in before, and say why.

    What the loss alone said, that the product is not wanted now, is taken back.

    :raises BadInput: no reason is given.
    :raises NotEnded: it is open.
    :raises Exists: the same is open for this customer.
    """
    if not words.strip():
        raise BadInput(_("Say why it is opened again."))
    found = _held(opportunity)
    if found.is_open:
        raise NotEnded(_("This opportunity is open."))
    back, ended = queries.stage_before_end(found), found.closed_at
    found.state, found.closed_at, found.closed_by = State.OPEN, None, None
    found.reason = found.competitor = found.closed_words = ""
    found.won_amount = None
    found.proof_kind = found.proof_ref = ""
    found.proof_on = found.proof_amount = None
    try:
        with transaction.atomic():
            _go(found, back, by=by, at=at, words=words)
    except IntegrityError as error:
        same = queries.same_open(
            found.customer, product=found.product, bundle=found.bundle, kind=found.kind,
            what=found.what,
        )  # fmt: skip
        told = _("“%(what)s” is open for %(customer)s already. Go on with that one.")
        raise Exists(
            told % {"what": found, "customer": found.customer}, same or found
        ) from error
    if found.product is not None and ended is not None:
        for said in Declined.objects.filter(
            customer=found.customer, product_code=found.product.code, at=ended
        ):
            scoring.take_back(said, by=by, at=at)
    audit.record("opportunities.reopened", found, by=by, at=at)
    return found


def held(opportunity: Opportunity) -> Opportunity:
    """Hold the row of an opportunity that is open.

    :raises Ended: it was won or lost.
    """
    found = _held(opportunity)
    if not found.is_open:
        told = _("This opportunity ended: %(state)s. Open it again first.")
        raise Ended(told % {"state": found.get_state_display()})
    return found


def _held(opportunity: Opportunity) -> Opportunity:
    # Locked alone: whoever waited for a row whose stage changed would find no row by a join.
    Opportunity.objects.select_for_update().get(pk=opportunity.pk)
    rows = Opportunity.objects.select_related(
        "stage", "customer__book__owner", "owner", "product"
    )
    return rows.get(pk=opportunity.pk)


def _end(
    found: Opportunity,
    state: Opportunity.State,
    reason: str,
    competitor: str,
    words: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    found.state, found.closed_at = state, at
    found.closed_by = by if isinstance(by, Person) else None
    found.reason, found.competitor = reason, " ".join(competitor.split())
    found.closed_words = " ".join(words.split())
    found.next_step, found.next_on = "", None
    _go(found, queries.end_stage(state), by=by, at=at, words=words)
    clear(found.customer_id, at=at)


def clear(customer: int, *, at: datetime) -> None:
    """What was decided just now leaves the lists of the day at once."""
    with scope.beyond():
        care.look_again(customer, (queries.STEP,), at=at)


def _go(found: Opportunity, to: Stage, *, by: Actor, at: datetime, words: str = "") -> None:
    before, found.stage = found.stage, to
    found.moved_at = at
    found.chance, found.chance_why = None, ""
    found.save()
    write_move(found, before, to, by=by, at=at, words=words)
