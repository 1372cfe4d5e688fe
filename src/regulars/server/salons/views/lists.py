"""The list of salons, a new one, and the kinds."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.salons import actions, queries
from regulars.server.salons.forms import KindForm, SalonForm
from regulars.server.salons.models import Kind
from regulars.server.salons.views.shared import NAV, drawer, go
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """Salons by how far they are, with the viewer's own guests."""
    asked = request.GET.get("view", queries.UPCOMING)
    view = asked if asked in queries.VIEWS else queries.UPCOMING
    context = {
        "rows": queries.rows(request.user, view),
        "view": view,
        "views": [
            ("upcoming", pgettext("salons", "Inviting")),
            ("drafts", pgettext("salons", "Drafts")),
            ("held", pgettext("salons", "Held")),
            ("off", pgettext("salons", "Called off")),
        ],
        "may_make": request.user.may(Permission.RUN_SALONS),
        "may_set": request.user.may(Permission.ADMINISTER),
        "at": timezone.now(),
        "nav": NAV,
    }
    return render(request, "salons/index.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def new(request: SignedIn) -> HttpResponse:
    """A draft: what, for whom, when, how many."""
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = SalonForm(data, viewer=request.user, at=at)
    if form.is_bound and form.is_valid():
        try:
            made = actions.make(by=request.user, at=at, **form.told())
            return go(request, reverse("salons:one", args=[made.public_id]))
        except BadInput as error:
            form.add_error(None, str(error))
    context = {"form": form, "title": _("New salon"), "nav": NAV}
    return render(request, "salons/edit.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(Permission.ADMINISTER)
def kinds(request: SignedIn) -> HttpResponse:
    """Every kind of salon, retired ones too."""
    context = {"kinds": queries.kinds(every=True), "nav": "salon-kinds"}
    return render(request, "salons/kinds.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.ADMINISTER)
def new_kind(request: SignedIn) -> HttpResponse:
    """Add a kind of one's own."""
    return _kind(request, None, _("New kind of salon"))


@require_http_methods(["GET", "POST"])
@needs(Permission.ADMINISTER)
def kind(request: SignedIn, code: str) -> HttpResponse:
    """Change a kind, or retire it."""
    found = next((each for each in queries.kinds(every=True) if each.code == code), None)
    if found is None:
        raise Http404
    return _kind(request, found, str(found))


def _kind(request: SignedIn, found: Kind | None, title: str) -> HttpResponse:
    if not request.user.scope.everything:
        raise PermissionDenied
    form = KindForm(request.POST if request.method == "POST" else None, kind=found)
    if form.is_bound and form.is_valid():
        try:
            actions.save_kind(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            return saved(request, reverse("salons:kinds"))
        except BadInput as error:
            form.add_error(None, str(error))
    return drawer(request, form, title=title)
