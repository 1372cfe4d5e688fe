"""Keys of other systems: make, show once, revoke."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.base.errors import RegularsError
from regulars.server.administration import forms, queries
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.keys import actions
from regulars.server.core.rules import Permission


@require_safe
@needs(Permission.ADMINISTER)
def keys(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    rows = queries.key_lines(request.user, at=at)
    return render(request, "administration/keys.html", {"rows": rows, "at": at})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def add(request: SignedIn) -> HttpResponse:
    """Make a key; the answer to the form is the only page that ever shows its token."""
    at = timezone.now()
    form = forms.NewKey(request.POST or None, viewer=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            key, token = actions.make_key(**form.wanted(at), by=request.user, at=at)
        except RegularsError as error:
            form.refuse(error)
        else:
            context = {"key": key, "token": token}
            shown = render(request, "administration/key_made.html", context)
            shown["Cache-Control"] = "no-store"
            return shown
    status = 422 if form.errors else 200
    return render(request, "administration/key.html", {"form": form}, status=status)


@require_POST
@needs(Permission.ADMINISTER)
def revoke(request: SignedIn, key: str) -> HttpResponse:
    found = queries.api_key(request.user, key)
    if found is None:
        raise Http404
    actions.revoke_key(found, by=request.user, at=timezone.now())
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": found})
    return redirect("administration:keys")
