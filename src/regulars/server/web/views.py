"""The few pages and switches that belong to the frame itself."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.server.core import actions
from regulars.server.core.models import Person

THEME_COOKIE = "regulars_theme"
YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and, for those signed in, with the person."""
    wanted = request.POST.get("language", "")
    answer = _back(request)
    if wanted not in dict(settings.LANGUAGES):
        return answer
    if isinstance(request.user, Person) and request.user.language != wanted:
        actions.change_person(request.user, by=request.user, at=timezone.now(), language=wanted)
    _remember(answer, settings.LANGUAGE_COOKIE_NAME, wanted)
    return answer


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light or dark; the browser needs no script for it."""
    answer = _back(request)
    wanted = request.POST.get("theme", "")
    if wanted in {"light", "dark"}:
        _remember(answer, THEME_COOKIE, wanted)
    return answer


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer a supervisor; the request's transaction has asked the database already."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Let a phone put the system on its home screen."""
    icon = {"src": static("web/mark.svg"), "sizes": "any", "type": "image/svg+xml"}
    return JsonResponse(
        {
            "name": "Regulars",
            "short_name": "Regulars",
            "start_url": "/",
            "display": "standalone",
            "background_color": "#f5f6f3",
            "theme_color": "#0b6b5e",
            "icons": [icon],
        },
        content_type="application/manifest+json",
    )


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(static("web/mark.svg"))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "web/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "web/403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _problem(request, "web/400.html", status=400)


def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """A rule forbids it now: the rule's own sentence."""
    return _problem(request, "web/409.html", status=409, sentence=str(error))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _problem(request, "web/csrf.html", status=403)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that we failed, without asking anything that may be what failed."""
    if _is_part(request):
        text = _("Something went wrong on our side. Nothing was changed; please try again.")
        return HttpResponse(text, status=500, content_type="text/plain; charset=utf-8")
    return render(None, "web/500.html", status=500)


def _problem(request: HttpRequest, template: str, *, status: int, **told: str) -> HttpResponse:
    """A whole page for the address bar, one sentence for a part of a page.

    Its side bar counts nothing: who lost the way wants out, not eight questions more.
    """
    signed_in = getattr(request, "user", None) and request.user.is_authenticated
    page = "web/problem.html" if signed_in else "web/problem_gate.html"
    shape = "web/_problem.html" if _is_part(request) else page
    return render(
        request, template, {"shape": shape, "is_problem": True, **told}, status=status
    )


def _is_part(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _back(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if allowed else "/")


def _remember(answer: HttpResponse, name: str, value: str) -> None:
    answer.set_cookie(
        name, value, max_age=YEAR, samesite="Lax", secure=settings.CSRF_COOKIE_SECURE
    )
