"""Four eyes: whoever had a hand in a campaign does not approve it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.campaigns import queries
from regulars.server.campaigns.models import Campaign
from regulars.server.core import audit
from regulars.server.core.models import Person

State = Campaign.State


class Incomplete(BadInput):
    """Something is missing; `lacking` says what, one sentence each."""

    def __init__(self, lacking: list[str]) -> None:
        self.lacking = lacking
        super().__init__(" ".join(lacking))


class OwnCampaign(Refused):
    """Whoever had a hand in a campaign does not approve it."""


class NotThatFar(Refused):
    """The campaign is not in the state in which this is done."""


@transaction.atomic
def submit(campaign: Campaign, *, by: Person, at: datetime) -> Campaign:
    """Ask for approval.

    :raises Incomplete: something is missing.
    :raises NotThatFar: it is no draft.
    """
    found = held(campaign, State.DRAFT)
    if lacking := queries.lacking(by, found, at):
        raise Incomplete(lacking)
    if not queries.deciders(found, besides=by):
        raise Incomplete([queries.nobody_else()])
    found.state, found.submitted_by, found.submitted_at, found.why = State.WAITING, by, at, ""
    found.save()
    audit.record("campaigns.submitted", found, by=by, at=at)
    return found


@transaction.atomic
def approve(campaign: Campaign, *, by: Person, at: datetime) -> Campaign:
    """Agree to what is planned; a change afterwards needs it again.

    :raises OwnCampaign: by somebody who had a hand in it.
    :raises Incomplete: something is missing since it was submitted.
    :raises NotThatFar: it does not wait for approval.
    """
    found = held(campaign, State.WAITING)
    _another(found, by)
    if lacking := queries.lacking(by, found, at):
        raise Incomplete(lacking)
    found.state, found.approved_by, found.approved_at = State.APPROVED, by, at
    found.save()
    audit.record("campaigns.approved", found, by=by, at=at)
    return found


@transaction.atomic
def send_back(campaign: Campaign, *, why: str, by: Person, at: datetime) -> Campaign:
    """Return it to its authors with the reason.

    :raises OwnCampaign: by somebody who had a hand in it.
    :raises BadInput: no reason is given.
    :raises NotThatFar: it does not wait for approval.
    """
    found = held(campaign, State.WAITING)
    _another(found, by)
    if not why.strip():
        raise BadInput(_("Say what is to be changed."))
    found.state, found.why = State.DRAFT, " ".join(why.split())[:300]
    found.submitted_by, found.submitted_at = None, None
    found.save()
    audit.record("campaigns.sent_back", found, by=by, at=at)
    return found


def held(campaign: Campaign, *states: str) -> Campaign:
    """The campaign, held, in one of some states.

    :raises NotThatFar: it is in another one by now.
    """
    found = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if found.state not in states:
        raise NotThatFar(
            _("“%(name)s” is “%(state)s” by now. Reload the page.")
            % {"name": found, "state": found.get_state_display()}
        )
    return found


def _another(found: Campaign, by: Person) -> None:
    if by.pk in {*found.authors, found.submitted_by_id}:
        raise OwnCampaign(
            _("You had a hand in this campaign. Somebody else must decide on it.")
        )
