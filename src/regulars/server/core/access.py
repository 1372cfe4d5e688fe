"""Who may open a page: strangers are sent to sign in, others need the permission."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission


class SignedIn(HttpRequest):
    """A request whose sender is known."""

    user: Person
    htmx: Any  # django_htmx.middleware.HtmxDetails


P = ParamSpec("P")
View = Callable[Concatenate[SignedIn, P], HttpResponse]


def needs(*permissions: Permission) -> Callable[[View[P]], View[P]]:
    """Let in people who hold one of the permissions; with none named, anybody signed in."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: SignedIn, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not isinstance(request.user, Person):
                return _sign_in(request)
            if permissions and not any(request.user.may(p) for p in permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.needs = permissions  # type: ignore[attr-defined]  # read by the matrix test
        return cast(View[P], guarded)

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        # A part of a page cannot become the sign-in page; the whole page must go there.
        return HttpResponse(status=204, headers={"HX-Redirect": "/sign-in"})
    return redirect_to_login(request.get_full_path(), "/sign-in")
