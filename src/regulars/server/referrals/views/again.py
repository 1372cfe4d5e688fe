"""A reward that was not given after all, or not fetched: give it again, or something else."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.referrals import actions, queries
from regulars.server.referrals.forms import AgainForm
from regulars.server.referrals.views.shared import drawer, posted, the_referral


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM)
def again(request: SignedIn, public_id: str, reward: str) -> HttpResponse:
    """Decide what becomes of it, and say why."""
    found, at = the_referral(request, public_id), timezone.now()
    row = queries.rewards_of(request.user, found).filter(public_id=reward).first()
    if row is None:
        raise Http404
    form = AgainForm(posted(request), row=row, at=at)

    def act(told: dict[str, Any]) -> None:
        if form.is_left:
            actions.leave(row, words=told["words"], by=request.user, at=at)
            return
        actions.give_again(
            row, words=told["words"], by=request.user, at=at, instead=form.instead()
        )

    words = _("%(side)s was to get: %(what)s. %(why)s") % {
        "side": row.get_side_display(), "what": queries.of_reward(row), "why": row.waiting,
    }  # fmt: skip
    return drawer(
        request, form, act, title=_("What is given in its place"), words=words.strip(),
        where=reverse("referrals:one", args=[found.public_id]),
    )  # fmt: skip
