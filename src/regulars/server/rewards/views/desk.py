"""What waits, the counter, and the settings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.rewards import actions, queries
from regulars.server.rewards.forms import CounterForm, PolicyForm, ReasonForm
from regulars.server.rewards.views.shared import NAV, found, offset, posted, shown, step


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """Gifts by their state, and coupons that end soon; one figure shows its rows."""
    at, begin = timezone.now(), offset(request)
    asked = request.GET.get("show", "")
    leads = request.user.may(Permission.SEE_TEAM)
    show = asked if asked in queries.SHOWS else ("waiting" if leads else "approved")
    rows: Any = (
        queries.ending(request.user, at)
        if show == "ending"
        else queries.presents(request.user, show, at)
    )
    page = list(rows[begin : begin + queries.PAGE + 1])
    context = shown(request, "desk") | {
        "rows": page[: queries.PAGE],
        "next": begin + queries.PAGE if len(page) > queries.PAGE else None,
        "show": show,
        "desk": queries.desk(request.user, at),
        "at": at,
    }
    part = "rewards/_presents.html" if show != "ending" else "rewards/_ending.html"
    return render(request, part if request.htmx and begin else "rewards/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_CONTACT)
def counter(request: SignedIn) -> HttpResponse:
    """Take a coupon by its code; works with one hand."""
    form, done = CounterForm(posted(request)), None
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            done = actions.redeem(
                given["code"], key=f"page:{request.user.pk}:{given['once']}",
                amount=given["amount"], place=request.user.org_unit, by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            form = CounterForm()
        except (actions.NoAmount, actions.TooLittle) as error:
            form.add_error("amount", str(error))
        except (BadInput, Refused) as error:
            form.add_error("code", str(error))
    seen = queries.coupon(request.user, str(done.answer["coupon"])) if done else None
    context = {
        "form": form,
        "done": done,
        "taken": queries.taken_today(request.user, timezone.now()),
        "kind": done.redemption.coupon.batch.kind if done else None,
        "customer": seen.customer if seen else None,
        "nav": NAV,
    }
    status = 422 if form.is_bound else 200
    return render(request, "rewards/counter.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_CONTACT)
def take_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Undo a redemption of today, and say why."""
    one = found(queries.redemption(request.user, public_id))
    return step(
        request,
        ReasonForm(posted(request)),
        lambda typed: actions.take_back(
            one, reason=typed["reason"], by=request.user, at=timezone.now()
        ),
        where=reverse("rewards:counter"),
        title=_("Take a redemption back: %(kind)s") % {"kind": one.coupon.batch.kind},
        words=_("The coupon is good again. It is possible on the same day only."),
        button=pgettext("redemption", "Take it back"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_LOYALTY)
def settings(request: SignedIn) -> HttpResponse:
    """Limits of gifts, the budget of surprises, the notice."""
    form = PolicyForm(posted(request))
    if form.is_bound and form.is_valid():
        actions.set_policy(**form.told(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved. What was asked for keeps what held for it."))
        return redirect("rewards:settings")
    status = 422 if form.is_bound else 200
    context = shown(request, "settings") | {"form": form}
    return render(request, "rewards/settings.html", context, status=status)
