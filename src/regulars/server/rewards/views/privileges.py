"""Privileges of the tiers, in versions."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.rewards import actions, queries
from regulars.server.rewards.forms import PrivilegeForm
from regulars.server.rewards.models import Privilege
from regulars.server.rewards.views.shared import found, posted, shown, step

editing = needs(Permission.EDIT_LOYALTY)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def privileges(request: SignedIn) -> HttpResponse:
    """What each tier has: now, and from when it changes."""
    today = core.local_date(timezone.now())
    rows = [
        (each, queries.levels_of(each), queries.holds(each, today))
        for each in queries.privileges(request.user)
        if each.valid_until is None or each.valid_until > today
    ]
    context = shown(request, "privileges") | {
        "rows": rows,
        "levels": queries.levels_of(None),
        "today": today,
    }
    return render(request, "rewards/privileges.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def new_privilege(request: SignedIn) -> HttpResponse:
    """Write a privilege."""
    return _written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@editing
def change_privilege(request: SignedIn, public_id: str) -> HttpResponse:
    """Write its next version, which holds after the notice."""
    return _written(request, found(queries.privilege(request.user, public_id)))


@require_POST
@editing
def end_privilege(request: SignedIn, public_id: str) -> HttpResponse:
    """Let it end after the notice."""
    one = found(queries.privilege(request.user, public_id))
    actions.end_privilege(one, by=request.user, at=timezone.now())
    return redirect("rewards:privileges")


def _written(request: SignedIn, one: Privilege | None) -> HttpResponse:
    at = timezone.now()
    holds = one is not None and queries.holds(one, core.local_date(at))
    earliest = actions.soonest(changed=holds, at=at)
    code = one.code if one else ""
    return step(
        request,
        PrivilegeForm(posted(request), found=one, earliest=earliest),
        lambda typed: actions.write_privilege(code=code, **typed, by=request.user, at=at),
        where=reverse("rewards:privileges"),
        title=str(one) if one else _("A privilege"),
        words=_("What holds now holds until the new terms begin.") if holds else "",
        button=_("Write the next version") if one else _("Write the terms"),
        name="rewards/privilege_form.html",
    )
