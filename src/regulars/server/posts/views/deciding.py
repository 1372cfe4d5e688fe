"""An item goes up for approval, is approved or sent back, taken back or away."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.posts import actions, queries
from regulars.server.posts.forms import SubmitForm, WhyForm
from regulars.server.posts.models import Item
from regulars.server.posts.views.items import page, tabs, the_item


@require_GET
@needs(Permission.SEE_MESSAGES)
def approvals(request: SignedIn) -> HttpResponse:
    """What waits for this person's decision, the nearest first; and what waits for others."""
    viewer = request.user
    context = {
        "waiting": queries.waiting(viewer),
        "others": queries.waiting_for_others(viewer),
        "may_approve": queries.may_approve(viewer),
        "at": timezone.now(),
        **tabs(viewer, "approvals"),
    }
    return render(request, "posts/approvals.html", context)


@require_POST
@needs(Permission.SEND)
def submit(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask for approval."""
    item, form = _editable(request, public_id), SubmitForm(request.POST)
    if form.is_valid():
        try:
            actions.submit(
                item, by=request.user, at=timezone.now(), excuse=form.cleaned_data["excuse"]
            )
            messages.success(request, _("It waits for a second person now."))
            return redirect("posts:item", public_id)
        except BadInput as error:
            form.add_error("excuse", str(error))
    return page(request, item, submit=form, status=422)


@require_POST
@needs(Permission.APPROVE_CONTENT)
def approve(request: SignedIn, public_id: str) -> HttpResponse:
    """Let it go out at its time."""
    item = _decidable(request, public_id)
    actions.approve(item, by=request.user, at=timezone.now())
    messages.success(request, _("Approved. It goes out at its time."))
    return redirect(_after(request))


@require_POST
@needs(Permission.APPROVE_CONTENT)
def send_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Return it to its authors with the reason."""
    item, form = _decidable(request, public_id), WhyForm(request.POST)
    if form.is_valid():
        why = form.cleaned_data["why"]
        actions.send_back(item, why=why, by=request.user, at=timezone.now())
        return redirect(_after(request))
    return page(request, item, why=form, status=422)


@require_POST
@needs(Permission.SEND)
def take_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Make a draft of it again."""
    return _done(request, public_id, actions.take_back)


@require_POST
@needs(Permission.SEND)
def take_away(request: SignedIn, public_id: str) -> HttpResponse:
    """Give its place free."""
    return _done(request, public_id, actions.take_away)


def _done(request: SignedIn, public_id: str, action: Callable[..., Item]) -> HttpResponse:
    action(_editable(request, public_id), by=request.user, at=timezone.now())
    return redirect("posts:item", public_id)


def _editable(request: SignedIn, public_id: str) -> Item:
    if not queries.may_edit(request.user):
        raise PermissionDenied
    return the_item(public_id)


def _decidable(request: SignedIn, public_id: str) -> Item:
    if not queries.may_approve(request.user):
        raise PermissionDenied
    return the_item(public_id)


def _after(request: SignedIn) -> str:
    """On to the next one that waits, else back to the list."""
    return "posts:approvals" if queries.waiting(request.user).exists() else "posts:index"
