"""One customer: what they have and had, a use in two clicks, a coupon, a gift."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.rewards import actions, queries
from regulars.server.rewards.forms import AskForm, CouponForm, UseForm
from regulars.server.rewards.views.shared import NAV, found, posted, step, the_customer
from regulars.server.web.answers import saved, undoable
from regulars.server.web.rules import count

record = needs(Permission.RECORD_CONTACT)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def story(request: SignedIn, public_id: str) -> HttpResponse:
    """Privileges left, coupons, gifts, uses of the last twelve months, and what they cost."""
    customer, at = the_customer(request, public_id), timezone.now()
    context = {
        "subject": customer,
        "view": queries.view(request.user, customer, at),
        "may_act": request.user.may(Permission.RECORD_CONTACT),
        "today": core.local_date(at),
        "at": at,
        "nav": NAV,
    }
    return render(request, "rewards/story.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@record
def use(request: SignedIn, public_id: str, privilege: str) -> HttpResponse:
    """Write a use down: the second of two clicks."""
    customer, at = the_customer(request, public_id), timezone.now()
    held = queries.entitled(request.user, customer, at)
    one = next((each for each in held if each.privilege.public_id == privilege), None)
    if one is None:
        raise Http404
    form = UseForm(posted(request), today=core.local_date(at), entitled=one)
    where = reverse("customers:page", args=[customer.public_id])

    def act(typed: dict[str, Any]) -> None:
        made = actions.use(
            customer, one.privilege, on=typed["on"], note=typed["note"],
            key=f"page:{request.user.pk}:{typed['once']}", place=request.user.org_unit,
            by=request.user, at=at,
        )  # fmt: skip
        told = _("Written down: %(privilege)s.") % {"privilege": one.privilege}
        undoable(request, told, reverse("rewards:undo", args=[made.public_id]))

    return step(
        request, form, act, where=where, title=str(one.privilege), words=one.privilege.terms,
        button=_("Used"), name="rewards/use.html", it=one,
    )  # fmt: skip


@require_POST
@record
def undo(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a use back, the same day."""
    one = found(queries.use(request.user, public_id))
    actions.undo(one, by=request.user, at=timezone.now())
    where = reverse("customers:page", args=[one.customer.public_id])
    return saved(request, where, alone=where)


@require_http_methods(["GET", "HEAD", "POST"])
@record
def give_coupon(request: SignedIn, public_id: str) -> HttpResponse:
    """Give a coupon, for nothing or for points."""
    customer, at = the_customer(request, public_id), timezone.now()
    form = CouponForm(posted(request), offered=queries.offered(request.user, at))

    def act(typed: dict[str, Any]) -> None:
        batch, key = form.chosen(), f"page:{request.user.pk}:{typed['once']}"
        give = actions.buy if batch.kind.points else actions.issue
        give(batch, customer, key=key, by=request.user, at=at)

    return step(
        request, form, act, where=reverse("rewards:story", args=[customer.public_id]),
        title=_("A coupon for %(customer)s") % {"customer": customer},
        words="" if form.offered else _("No coupon is offered now."), button=_("Give it"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@record
def ask(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask for a gift that lies at the own place or at the customer's."""
    customer, at = the_customer(request, public_id), timezone.now()
    policy = queries.policy()
    lying = queries.lying(request.user, queries.shelves_for(request.user, customer))
    points = queries.points_of(request.user, customer, at)
    form = AskForm(posted(request), lying=lying, points=points)

    def act(typed: dict[str, Any]) -> None:
        gift, place = form.chosen()
        actions.ask(
            customer, gift, place=place, occasion=typed["occasion"], reason=typed["reason"],
            key=f"page:{request.user.pk}:{typed['once']}"[:80], by=request.user, at=at,
        )  # fmt: skip

    words = "" if points is None else _have(points)
    words += _(
        "From a cost of %(limit)s on a manager approves. A small surprise needs no occasion: "
        "%(spent)s of your %(budget)s are spent this month."
    ) % {
        "limit": policy.approval_from,
        "spent": actions.spent_on_surprises(request.user, core.local_date(at)),
        "budget": policy.surprise_budget,
    }
    return step(
        request, form, act, where=reverse("rewards:story", args=[customer.public_id]),
        title=_("A gift for %(customer)s") % {"customer": customer},
        words=words if lying else _("No gift lies at your place or the customer's."),
        button=_("Ask for it"),
    )  # fmt: skip


def _have(points: int) -> str:
    told = _("They have %(points)s points. What is paid with points is no gift of the year.")
    return told % {"points": count(points)} + " "
